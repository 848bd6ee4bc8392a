import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { nearest } from '../errors/nearest.ts'
import { Problem } from '../errors/problem.ts'
import { pathOf } from './error-handler.ts'

interface KnownPath {
  pattern: RegExp
  methods: Set<string>
}

/**
 * Returns 404 for an unknown path, 405 for a known path with another method, and the allowed methods for OPTIONS. Must
 * be registered before the routes, whose methods it collects, and after CORS, which handles preflight requests.
 */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const known = new Map<string, KnownPath>()
  app.addHook('onRoute', ({ url, method }) => {
    // The wildcard route of CORS for OPTIONS is not a known path.
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
    if (methods.length === 0) throw notFound(path, [...known.keys()])
    const allowed = [...new Set([...methods, 'OPTIONS'])].sort().join(', ')
    if (request.method === 'OPTIONS') return reply.code(204).header('allow', allowed).send()
    throw new Problem('method_not_allowed', { method: request.method, allowed }, { headers: { allow: allowed } })
  }
  // With another method, a path such as /deals/search would match the route of a record with that id.
  const isTakenForAnother = (request: FastifyRequest) =>
    request.routeOptions.url?.includes(':') && known.has(pathOf(request))
  // In a hook, so that the body of such a request is not parsed.
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404 || isTakenForAnother(request)) refuse(request, reply)
    else done()
  })
  app.setNotFoundHandler(refuse)
}

/** Returns the problem of an unknown path, with the nearest path that is known. */
function notFound(path: string, known: readonly string[]): Problem {
  const asked = segmentsOf(path)
  // Callers also leave out `/v1`, write another version, or name a record type in the singular.
  const own = asked
    .join('/')
    .replace(/^(?:api\/)?(?:v\d+\/)?/, '')
    .split('/')
  const versioned = ['v1', ...own]
  const plural = versioned.map((segment) => segment.replace(/y$/, 'ies'))
  const near = [asked, versioned, plural].flatMap((segments) => nearestPath(segments, known) ?? []).at(0)
  const hint = near ?? pathWithEnding(own, known)
  return new Problem('not_found', {}, { extra: hint === undefined ? {} : { hint } })
}

/** Returns the path with these segments, where the fixed segments of a known path replace similar ones. */
function nearestPath(segments: readonly string[], known: readonly string[]): string | undefined {
  const candidates = known.flatMap((url) => {
    const parts = segmentsOf(url)
    if (parts.length !== segments.length) return []
    return [parts.map((part, at) => (part.startsWith(':') ? segments[at]! : part))]
  })
  // Each segment is compared on its own, as the parts of a name are.
  const [asked, paths] = [nameOf(segments), new Map(candidates.map((one) => [nameOf(one), `/${one.join('/')}`]))]
  return paths.get(nearest(asked, paths.keys()) ?? '')
}

/** Returns the shortest known path with the longest ending in common, such as `/v1/analytics/query` for `/v1/query`. */
function pathWithEnding(segments: readonly string[], known: readonly string[]): string | undefined {
  for (const from of segments.keys()) {
    const ending = `/${segments.slice(from).join('/')}`
    const [shortest] = known.filter((url) => url.endsWith(ending)).sort((a, b) => a.length - b.length)
    if (shortest !== undefined) return shortest.replaceAll(/:(\w+)/g, '{$1}')
  }
  return
}

function nameOf(segments: readonly string[]): string {
  return segments.map((segment) => segment.replaceAll('.', '-')).join('.')
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((segment) => segment !== '')
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
