import { hash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { invalid, Problem } from '../errors/problem.ts'
import { jsonFaultPlace } from '../json/json-fault-place.ts'
import { malformedJson, readJson } from '../json/json-text.ts'

/** Accepts only JSON bodies in valid UTF-8. Routes that accept other media types add their own parser. */
export function parseJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.decorateRequest('bodyDigest', null)
  // This parser rejects keys that would change an object's prototype.
  const parseText = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser<Buffer>(
    ['application/json', 'application/merge-patch+json'],
    { parseAs: 'buffer' },
    async (request: FastifyRequest, bytes: Buffer) => {
      const charset = charsetOf(request.headers['content-type'])
      if (!['utf-8', 'us-ascii'].includes(charset)) {
        throw new Problem('unsupported_encoding', { encoding: charset.slice(0, 50) })
      }
      if (request.headers['idempotency-key'] !== undefined) request.bodyDigest = hash('sha256', bytes)
      const isExpected = request.routeOptions.schema?.body !== undefined
      // Many clients send the content type even without a body.
      if (bytes.length === 0 && !isExpected) return undefined
      const body = await readJson(bytes, (text) => {
        let parsed: unknown
        parseText(request, text, (error, value) => {
          if (error) throw faultOfText(text)
          parsed = value
        })
        return parsed
      })
      if (isExpected || isNothing(body)) return body
      throw invalid([{ parameter: 'content-length', code: 'not_allowed_here' }])
    },
  )
}

/** Returns the problem for a text that is empty, is not JSON, or has a key that would change an object's prototype. */
function faultOfText(text: string): Problem {
  const place = jsonFaultPlace(text)
  if (place === undefined)
    return malformedJson({
      code: 'unknown_field',
      params: { name: text.includes('__proto__') ? '__proto__' : 'constructor' },
    })
  return malformedJson(text.trim() === '' ? { code: 'required' } : { code: 'invalid_json', params: { ...place } })
}

/** Returns the charset of a content type, UTF-8 by default. */
function charsetOf(type: string | undefined): string {
  return /;\s*charset="?([^\s;"]+)/i.exec(type ?? '')?.[1]?.toLowerCase() ?? 'utf-8'
}

function isNothing(body: unknown): boolean {
  return body === null || (typeof body === 'object' && Object.keys(body).length === 0)
}

/** Rejects compressed bodies, which the server does not support. */
export function refuseCompressed(app: FastifyInstance): void {
  app.addHook('preParsing', ({ headers }, _reply, _body, done) => {
    const encoding = headers['content-encoding']?.trim().toLowerCase()
    if (!encoding || encoding === 'identity') return done()
    done(new Problem('unsupported_encoding', { encoding: encoding.slice(0, 50) }))
  })
}
