import { setTimeout as pause } from 'node:timers/promises'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { RequestOutcome } from '../http/log.ts'

/** Values that are read from other parts of the server on each scrape. */
export interface Gauges {
  pool: { totalCount: number; idleCount: number; waitingCount: number; options: { max?: number | undefined } }
  /** Number of times the catalogue was loaded. */
  catalogueLoads(): number
  queues(): Promise<readonly { task: string; queued: number; running: number }[]>
}

/** Buckets in seconds, from a cached read to the longest acceptable wait. */
const buckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** The metrics of one server, in a separate registry. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of requests by API operation, method and status class.',
    labelNames: ['operation', 'method', 'status'] as const,
    buckets,
    registers: [this.#registry],
  })
  readonly #problems = new Counter({
    name: 'http_problems_total',
    help: 'Responses with status 400 or higher, by problem code.',
    labelNames: ['code'] as const,
    registers: [this.#registry],
  })

  constructor(gauges: Gauges) {
    const registers = [this.#registry]
    poolGauges(gauges.pool, registers)
    queueGauge(gauges.queues, registers)
    new Counter({
      name: 'catalogue_loads_total',
      help: 'Number of times the catalogue (types, fields and lookups) was loaded.',
      registers,
      collect() {
        this.reset()
        this.inc(gauges.catalogueLoads())
      },
    })
    collectDefaultMetrics({ register: this.#registry })
  }

  /** Counts a finished request. */
  count({ operation, method, status, milliseconds, problem }: RequestOutcome): void {
    const kind = status === undefined ? 'aborted' : `${Math.floor(status / 100)}xx`
    this.#requests.observe({ operation, method, status: kind }, milliseconds / 1000)
    if (problem !== undefined) this.#problems.inc({ code: problem })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** Returns all metrics in the Prometheus text format. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }
}

function poolGauges(pool: Gauges['pool'], registers: Registry[]): void {
  new Gauge({
    name: 'database_pool_connections',
    help: 'Database connections by state: idle or busy.',
    labelNames: ['state'] as const,
    registers,
    collect() {
      this.set({ state: 'idle' }, pool.idleCount)
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
    },
  })
  new Gauge({
    name: 'database_pool_size',
    help: 'Maximum number of database connections.',
    registers,
    collect() {
      this.set(pool.options.max ?? 0)
    },
  })
  new Gauge({
    name: 'database_pool_waiting',
    help: 'Number of callers waiting for a database connection.',
    registers,
    collect() {
      this.set(pool.waitingCount)
    },
  })
}

/**
 * Returns the result, or nothing after one second, so that the other metrics do not wait for a slow or unavailable
 * database.
 */
async function withinOneSecond<T>(asked: Promise<readonly T[]>): Promise<readonly T[]> {
  const late = new AbortController()
  const nothing = pause(1_000, [], { signal: late.signal, ref: false }).catch(() => [])
  const found = await Promise.race([asked.catch(() => []), nothing])
  late.abort()
  return found
}

function queueGauge(queues: Gauges['queues'], registers: Registry[]): void {
  new Gauge({
    name: 'jobs',
    help: 'Queued and running tasks, at most one minute old; absent while the database is unavailable.',
    labelNames: ['task', 'state'] as const,
    registers,
    async collect() {
      this.reset()
      for (const { task, queued, running } of await withinOneSecond(queues())) {
        this.set({ task, state: 'queued' }, queued)
        this.set({ task, state: 'running' }, running)
      }
    },
  })
}
