import { hash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { Problem } from './problem.ts'

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
      if (request.headers['idempotency-key'] !== undefined) request.bodyDigest = hash('sha256', bytes)
      // Many clients name the type even where there is nothing to send.
      if (bytes.length === 0 && request.routeOptions.schema?.body === undefined) return done(null, undefined)
      let text: string
      try {
        text = decoder.decode(bytes)
      } catch {
        // Decoding leniently would store � in place of what was meant.
        return done(new Problem('malformed_json'))
      }
      return parse(request, text, done)
    },
  )
}
