import { hash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { invalid, Problem } from './problem.ts'

/** Takes JSON bodies in valid UTF-8 and no other kind; routes that take something else add their own parser. */
export function parseJsonBodies(app: FastifyInstance): void {
  // It refuses keys that would reach an object's prototype.
  const parse = app.getDefaultJsonParser('error', 'error')
  const decoder = new TextDecoder('utf-8', { fatal: true })
  app.removeAllContentTypeParsers()
  app.decorateRequest('bodyDigest', null)
  app.addContentTypeParser<Buffer>(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer' },
    (request, bytes, done) => {
      const charset = charsetOf(request.headers['content-type'])
      if (!['utf-8', 'us-ascii'].includes(charset)) {
        return done(new Problem('unsupported_encoding', { encoding: charset.slice(0, 50) }))
      }
      if (request.headers['idempotency-key'] !== undefined) request.bodyDigest = hash('sha256', bytes)
      const isExpected = request.routeOptions.schema?.body !== undefined
      // Many clients name the type even where there is nothing to send.
      if (bytes.length === 0 && !isExpected) return done(null, undefined)
      let text: string
      try {
        text = decoder.decode(bytes)
      } catch {
        // Decoding leniently would store � in place of what was meant.
        return done(new Problem('malformed_json'))
      }
      return parse(request, text, (error: Error | null, body: unknown) =>
        error || isExpected || isNothing(body) ? done(error, body) : done(unexpected()),
      )
    },
  )
}

/** The charset that a content type names; UTF-8 where it names none. */
function charsetOf(type: string | undefined): string {
  return /;\s*charset="?([^\s;"]+)/i.exec(type ?? '')?.[1]?.toLowerCase() ?? 'utf-8'
}

function isNothing(body: unknown): boolean {
  return body === null || (typeof body === 'object' && Object.keys(body).length === 0)
}

function unexpected(): Problem {
  return invalid([{ parameter: 'content-length', code: 'not_allowed_here' }])
}

/** Refuses bodies that are compressed: nothing here unpacks them. */
export function refuseCompressed(app: FastifyInstance): void {
  app.addHook('preParsing', async ({ headers }) => {
    const encoding = headers['content-encoding']?.trim().toLowerCase()
    if (!encoding || encoding === 'identity') return
    throw new Problem('unsupported_encoding', { encoding: encoding.slice(0, 50) })
  })
}
