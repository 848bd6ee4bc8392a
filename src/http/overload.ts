import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../errors/problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route also responds during an overload, for example a health check. */
    isVital?: boolean
  }
}

/** Limits for overload protection. Omitted limits are not checked. */
export interface OverloadLimits {
  pool?: Pool | undefined
  /** Maximum delay of the event loop, in milliseconds. A request takes several turns. */
  eventLoopDelayMs?: number | undefined
}

/** The parts of the connection pool that describe its queue. */
export interface Pool {
  /** Number of requests that wait for a connection. */
  readonly waitingCount: number
  readonly options: { max?: number | undefined }
  on(event: 'acquire', listener: () => void): unknown
}

/** Delay before a rejection. Clients that retry at once would take time from the requests being served. */
const heldBackMs = 1_000

/** Rejects requests with 503 while the event loop is late or the wait for the database would be too long. */
export function refuseOverload(app: FastifyInstance, { pool, eventLoopDelayMs = 0 }: OverloadLimits): void {
  const isCrowded = pool ? watchQueue(app, pool) : () => false
  const isLate = eventLoopDelayMs > 0 ? watchDelay(app, eventLoopDelayMs) : () => false
  app.addHook('onRequest', (request, _reply, done) => {
    if (!(isCrowded() || isLate())) return done()
    if (request.routeOptions.config?.isVital) return done()
    setTimeout(done, heldBackMs, new Problem('overloaded', {}, { headers: { 'retry-after': '1' } }))
  })
}

const sampledEveryMs = 250
/** Shorter than the connection timeout of the pool. */
const longestWaitSeconds = 3
/** Assumed requests per second and connection: before the first measurement, and at least. */
const turnsPerConnection = { atFirst: 100, least: 2 }

/** Returns whether a new request would wait too long, given how fast connections became free while requests waited. */
function watchQueue(app: FastifyInstance, pool: Pool): () => boolean {
  const connections = pool.options.max ?? 1
  const least = connections * turnsPerConnection.least
  let perSecond = connections * turnsPerConnection.atFirst
  let acquired = 0
  pool.on('acquire', () => acquired++)
  sample(app, () => {
    if (pool.waitingCount > 0) perSecond = (perSecond + (acquired * 1_000) / sampledEveryMs) / 2
    acquired = 0
  })
  return () => pool.waitingCount > Math.max(perSecond, least) * longestWaitSeconds
}

const resolution = 10
/**
 * Late samples in a row that count as overload: one second. A single long turn, such as a first compilation, does not.
 */
const lateSamples = 4

/** Returns whether the mean delay of the event loop was above the limit in each of the last samples. */
function watchDelay(app: FastifyInstance, mostMs: number): () => boolean {
  const turns = monitorEventLoopDelay({ resolution })
  let late = 0
  sample(app, () => {
    // A sample within one long turn has no measurements. That turn counts in the next sample.
    if (turns.count > 0) late = turns.mean / 1e6 - resolution > mostMs ? late + 1 : 0
    turns.reset()
  })
  app.addHook('onReady', async () => {
    turns.enable()
  })
  app.addHook('onClose', async () => {
    turns.disable()
  })
  return () => late >= lateSamples
}

function sample(app: FastifyInstance, look: () => void): void {
  const timer = setInterval(look, sampledEveryMs).unref()
  app.addHook('onClose', async () => clearInterval(timer))
}
