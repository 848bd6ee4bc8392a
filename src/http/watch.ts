// For the word `operationId` in a schema.
import type {} from '@fastify/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Traces } from '../telemetry/traces.ts'
import { runInWork, Work } from '../telemetry/work.ts'
import { logRequest, type RequestOutcome } from './log.ts'
import { traceParentOf } from './trace.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The context of the request for statements, traces and the log. */
    work: Work
  }
}

/** Options for tracing, counting and logging requests. */
export interface RequestWatch {
  /** Statements that take at least this long are logged. */
  slowStatementMs?: number | undefined
  traces?: Traces | undefined
  /** Called at the end of every request. */
  onOutcome?: ((outcome: RequestOutcome) => void) | undefined
}

/** A function that starts to watch a request. */
export type Watch = (request: FastifyRequest, reply: FastifyReply) => Work

/** Returns a function that traces, counts and logs a request, however it ends. */
export function watcher({ slowStatementMs, traces, onOutcome }: RequestWatch): Watch {
  return (request, reply) => {
    const { schema, url } = request.routeOptions
    const operation = schema?.operationId ?? url ?? 'unknown'
    const span = traces?.begin('request', operation, placeOf(request), {
      'http.request.method': request.method,
      ...(url !== undefined && { 'http.route': url }),
    })
    const work = new Work(operation, request.id, { log: request.log, slowStatementMs, span })
    request.work = work
    // `finish` is not emitted when the caller disconnects; `close` always is.
    reply.raw.once('close', () => {
      const outcome = outcomeOf(request, reply)
      onOutcome?.(outcome)
      endSpan(work, outcome)
      logRequest(request, outcome)
    })
    return work
  }
}

/**
 * Adds the parameter `timing` to every route. It asks for the header `Server-Timing`, whose parts are milliseconds: `db`
 * waiting for the database, `read` receiving and checking the request apart from that, `write` from the last answer of the
 * database to the response, and `total`.
 */
export function addServerTiming(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const { querystring, ...schema } = (route.schema ?? {}) as { querystring?: { properties?: object }; hide?: boolean }
    if (querystring === undefined || schema.hide) return
    route.schema = { ...schema, querystring: { ...querystring, properties: { ...querystring.properties, timing } } }
  })
  const readTimes = new WeakMap<FastifyRequest, number>()
  app.addHook('preHandler', (request, reply, done) => {
    const query = request.query as { timing?: boolean } | undefined
    if (query?.timing) readTimes.set(request, reply.elapsedTime - request.work.database.milliseconds)
    delete query?.timing
    done()
  })
  app.addHook('onSend', (request, reply, _payload, done) => {
    const read = readTimes.get(request)
    if (read !== undefined) reply.header('server-timing', serverTiming(request.work, read, reply.elapsedTime))
    done()
  })
}

const timing = {
  type: 'boolean',
  description:
    'Adds the header `Server-Timing` to the response, in milliseconds: `read` for receiving and checking the request, `db` for waiting for the database, `write` for composing the response after that, and `total`.',
}

function serverTiming({ database }: Work, read: number, total: number): string {
  const db = database.milliseconds
  // The last answer of the database may have come before the request was checked.
  const write = Math.min(database.idleMilliseconds ?? total, total - db - read)
  const parts = { read, db, write, total }
  return Object.entries(parts)
    .map(([name, milliseconds]) => `${name};dur=${milliseconds.toFixed(2)}`)
    .join(', ')
}

/** Watches all requests, including those without a route. */
export function watchRequests(app: FastifyInstance, watch: Watch): void {
  app.decorateRequest('work')
  app.addHook('onRequest', (request, reply, done) => runInWork(watch(request, reply), done))
}

function placeOf(request: FastifyRequest) {
  return { traceId: request.id, parent: traceParentOf(request.raw) }
}

function outcomeOf({ work, method }: FastifyRequest, reply: FastifyReply): RequestOutcome {
  return {
    operation: work.operation,
    method,
    status: reply.raw.writableFinished ? reply.raw.statusCode : undefined,
    milliseconds: reply.elapsedTime,
    problem: work.problem,
  }
}

function endSpan({ span }: Work, { status, problem }: RequestOutcome): void {
  if (status === undefined) span?.end({}, 'aborted')
  else span?.end({ 'http.response.status_code': status }, status >= 500 ? (problem ?? String(status)) : undefined)
}
