import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../errors/problem.ts'
import { pathOf } from './error-handler.ts'

interface KnownPath {
  pattern: RegExp
  methods: Set<string>
}

/**
 * Answers an unknown address with 404, a known one asked with another method with 405, and OPTIONS with the methods;
 * registered before the routes, whose methods it notes, and after CORS, which answers preflights itself.
 */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const known = new Map<string, KnownPath>()
  app.addHook('onRoute', ({ url, method }) => {
    // CORS takes OPTIONS at every address, which makes none of them known.
    if (url.startsWith('*') || url.startsWith('/*')) return
    const path = known.get(url) ?? { pattern: patternOf(url), methods: new Set() }
    for (const name of [method].flat()) path.methods.add(name)
    known.set(url, path)
  })
  const refuse = (request: FastifyRequest, reply: FastifyReply) => {
    const path = pathOf(request)
    const literal = known.get(path)
    const matching = literal ? [literal] : [...known.values()].filter(({ pattern }) => pattern.test(path))
    const methods = matching.flatMap((at) => [...at.methods])
    if (methods.length === 0) throw new Problem('not_found')
    const allowed = [...new Set([...methods, 'OPTIONS'])].sort().join(', ')
    if (request.method === 'OPTIONS') return reply.code(204).header('allow', allowed).send()
    throw new Problem('method_not_allowed', { method: request.method, allowed }, { headers: { allow: allowed } })
  }
  // An address such as /deals/search would otherwise be taken, by another method, for the record of that id.
  const isTakenForAnother = (request: FastifyRequest) =>
    request.routeOptions.url?.includes(':') && known.has(pathOf(request))
  // In the hook, so that the body of a request that goes nowhere is not parsed first.
  app.addHook('onRequest', async (request, reply) =>
    request.is404 || isTakenForAnother(request) ? refuse(request, reply) : undefined,
  )
  app.setNotFoundHandler(refuse)
}

function patternOf(url: string): RegExp {
  const pattern = url
    .split('/')
    .map((part) => part.replaceAll(/:\w+(\([^/]*\))?|\*|[.+?^${}()|[\]\\]/g, translate))
    .join('/')
  return new RegExp(`^${pattern}$`)
}

function translate(piece: string): string {
  if (piece.startsWith(':')) return '[^/]+'
  return piece === '*' ? '.*' : `\\${piece}`
}
