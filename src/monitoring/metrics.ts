import { setTimeout as pause } from 'node:timers/promises'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { RequestOutcome } from '../http/log.ts'

/** What is read off a part of the server when somebody asks. */
export interface Gauges {
  pool: { totalCount: number; idleCount: number; waitingCount: number; options: { max?: number | undefined } }
  /** How often the catalogue was read. */
  catalogueLoads(): number
  queues(): Promise<readonly { task: string; queued: number; running: number }[]>
}

/** From a read in the cache of Postgres to what a caller hardly waits for. */
const buckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** The figures of one server, in a registry of its own. */
export class Metrics {
  readonly #registry = new Registry()
  readonly #requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Requests by operation of the API, method and class of status, and how long they took.',
    labelNames: ['operation', 'method', 'status'] as const,
    buckets,
    registers: [this.#registry],
  })
  readonly #problems = new Counter({
    name: 'http_problems_total',
    help: 'Answers from 400 on, by the code of the problem.',
    labelNames: ['code'] as const,
    registers: [this.#registry],
  })

  constructor(gauges: Gauges) {
    const registers = [this.#registry]
    poolGauges(gauges.pool, registers)
    queueGauge(gauges.queues, registers)
    new Counter({
      name: 'catalogue_loads_total',
      help: 'How often types, fields and lookups were read anew.',
      registers,
      collect() {
        this.reset()
        this.inc(gauges.catalogueLoads())
      },
    })
    collectDefaultMetrics({ register: this.#registry })
  }

  /** Counts a request that is over. */
  count({ operation, method, status, milliseconds, problem }: RequestOutcome): void {
    const kind = status === undefined ? 'aborted' : `${Math.floor(status / 100)}xx`
    this.#requests.observe({ operation, method, status: kind }, milliseconds / 1000)
    if (problem !== undefined) this.#problems.inc({ code: problem })
  }

  get contentType(): string {
    return this.#registry.contentType
  }

  /** All figures, as Prometheus reads them. */
  text(): Promise<string> {
    return this.#registry.metrics()
  }
}

function poolGauges(pool: Gauges['pool'], registers: Registry[]): void {
  new Gauge({
    name: 'database_pool_connections',
    help: 'Connections to the database, by whether they are in use.',
    labelNames: ['state'] as const,
    registers,
    collect() {
      this.set({ state: 'idle' }, pool.idleCount)
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount)
    },
  })
  new Gauge({
    name: 'database_pool_size',
    help: 'The most connections to the database.',
    registers,
    collect() {
      this.set(pool.options.max ?? 0)
    },
  })
  new Gauge({
    name: 'database_pool_waiting',
    help: 'Requests that wait for a connection to the database.',
    registers,
    collect() {
      this.set(pool.waitingCount)
    },
  })
}

/** What comes of it in a second; other figures do not wait for a database that is away or busy. */
async function soon<T>(asked: Promise<readonly T[]>): Promise<readonly T[]> {
  const late = new AbortController()
  const nothing = pause(1_000, [], { signal: late.signal, ref: false }).catch(() => [])
  const found = await Promise.race([asked.catch(() => []), nothing])
  late.abort()
  return found
}

function queueGauge(queues: Gauges['queues'], registers: Registry[]): void {
  new Gauge({
    name: 'jobs',
    help: 'Runs of tasks that wait or are being done, at most a minute old; absent while the database does not answer.',
    labelNames: ['task', 'state'] as const,
    registers,
    async collect() {
      this.reset()
      for (const { task, queued, running } of await soon(queues())) {
        this.set({ task, state: 'queued' }, queued)
        this.set({ task, state: 'running' }, running)
      }
    },
  })
}
