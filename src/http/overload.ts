import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../errors/problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answers also when there is too much to do: what tells how the server is. */
    isVital?: boolean
  }
}

/** What there may be too much of; what is not given has no bound. */
export interface Bounds {
  pool?: Pool | undefined
  /** How late the turns of the event loop may be. A request takes several. */
  eventLoopDelayMs?: number | undefined
}

/** The connections to the database, as far as their queue goes. */
export interface Pool {
  /** How many requests wait for a connection. */
  readonly waitingCount: number
  readonly options: { max?: number | undefined }
  on(event: 'acquire', listener: () => void): unknown
}

/** A refusal is work, too: callers who come back at once would leave no time for those who are answered. */
const heldBackMs = 1_000

/** Answers 503 before any work is done while the event loop is late, or who comes would wait long for the database. */
export function refuseOverload(app: FastifyInstance, { pool, eventLoopDelayMs = 0 }: Bounds): void {
  const isCrowded = pool ? watchQueue(app, pool) : () => false
  const isLate = eventLoopDelayMs > 0 ? watchDelay(app, eventLoopDelayMs) : () => false
  app.addHook('onRequest', (request, _reply, done) => {
    if (!(isCrowded() || isLate())) return done()
    if (request.routeOptions.config?.isVital) return done()
    setTimeout(done, heldBackMs, new Problem('overloaded', {}, { headers: { 'retry-after': '1' } }))
  })
}

const sampledEveryMs = 250
/** Shorter than the pool lets anybody wait. */
const longestWaitSeconds = 3
/** What a connection does in a second while nothing is known, and what it is believed to do at least. */
const turnsPerConnection = { atFirst: 100, least: 2 }

/** Whether who comes last would wait too long, at the speed at which connections became free while somebody waited. */
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
/** One long turn, such as something that is compiled for the first time, is no overload: it is late for a second. */
const lateSamples = 4

/** Whether the event loop has been later than this, on an average of each of the last moments. */
function watchDelay(app: FastifyInstance, mostMs: number): () => boolean {
  const turns = monitorEventLoopDelay({ resolution })
  let late = 0
  sample(app, () => {
    // Nothing is measured in a moment that is one turn; that turn belongs to the next moment.
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
