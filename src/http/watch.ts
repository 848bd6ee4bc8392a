// For the word `operationId` in a schema.
import type {} from '@fastify/swagger'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Traces } from '../telemetry/traces.ts'
import { inWork, Work } from '../telemetry/work.ts'
import { logRequest, type RequestOutcome } from './log.ts'
import { traceParentOf } from './trace.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The request as the database and the log know it. */
    work: Work
  }
}

/** What watches requests. */
export interface RequestWatch {
  /** Statements that take at least so long are logged. */
  slowStatementMs?: number | undefined
  traces?: Traces | undefined
  /** Told of every request when it is over. */
  onOutcome?: ((outcome: RequestOutcome) => void) | undefined
}

/** Begins to watch a request. */
export type Watch = (request: FastifyRequest, reply: FastifyReply) => Work

/** Makes a request a piece of work that is traced, counted and logged, whatever becomes of it. */
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
    // The one event that comes in every case: `finish` does not when the caller has gone.
    reply.raw.once('close', () => {
      const outcome = outcomeOf(request, reply)
      onOutcome?.(outcome)
      endSpan(work, outcome)
      logRequest(request, outcome)
    })
    return work
  }
}

/** Watches the requests of all routes, and of none. */
export function watchRequests(app: FastifyInstance, watch: Watch): void {
  app.decorateRequest('work')
  app.addHook('onRequest', (request, reply, done) => inWork(watch(request, reply), done))
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
