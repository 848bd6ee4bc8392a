import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { problemOfDatabase } from '../errors/database-errors.ts'
import { problemOfFramework } from '../errors/framework-errors.ts'
import { type Language, languageOf } from '../errors/language.ts'
import { Problem, problemDocument } from '../errors/problem.ts'
import { StaleAccess } from '../errors/stale-access.ts'
import { answerWhileReading, isSending } from './read-on.ts'
import { traceHeader } from './trace.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The problem that the request is answered with. */
    problem: Problem | undefined
  }
}

/** The media type of every response with a status of 400 or more. */
export const problemType = 'application/problem+json; charset=utf-8'

/** Returns the problem for any error. Unknown errors become `internal_error`. */
export function toProblem(error: unknown, params: { limit?: number } = {}): Problem {
  if (error instanceof Problem) return error
  return problemOfFramework(error, params) ?? problemOfDatabase(error) ?? new Problem('internal_error')
}

/** Turns every error of a route or hook into a response, and logs unexpected errors. */
export function answerErrors(app: FastifyInstance): void {
  app.decorateRequest('problem')
  app.setErrorHandler(async (error, request, reply) => {
    const refusal = await refusalOf(request)
    return answerError(refusal ?? error, request, reply)
  })
}

/** Returns the problem of a caller who must not see the error of the request. */
async function refusalOf({ confirm }: FastifyRequest): Promise<unknown> {
  try {
    await confirm?.()
  } catch (error) {
    // A caller who has changed meanwhile may see the error.
    return error instanceof StaleAccess ? undefined : error
  }
}

/** Responds to a request with the problem for an error. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = toProblem(error, limitOf(request))
  // The log line of the request already has the code of a problem. A stack for each would add to an overload.
  if (problem.status >= 500 && !(error instanceof Problem)) request.log.error({ err: error }, 'request failed')
  request.work.problem = problem.code
  request.problem = problem
  const language = languageOfRequest(request)
  const document = problemDocument(problem, language, { instance: pathOf(request), traceId: request.id })
  const text = JSON.stringify(document)
  return reply
    .code(problem.status)
    .headers({ ...problem.headers, 'content-language': language, [traceHeader]: request.id })
    .type(problemType)
    .header('content-length', Buffer.byteLength(text))
    .send(isSending(request.raw) ? answerWhileReading(request.raw, text) : text)
}

/** Returns the path of a request without its query, which can contain data that must not be logged. */
export function pathOf(request: { url: string }): string {
  return request.url.split('?', 1)[0] ?? ''
}

// A request that fails before routing is not decorated and has no route.
function languageOfRequest(request: FastifyRequest): Language {
  return request.language ?? languageOf(request.headers['accept-language']) ?? 'en'
}

function limitOf(request: FastifyRequest): { limit?: number } {
  const limit = request.routeOptions?.bodyLimit
  return limit === undefined ? {} : { limit }
}
