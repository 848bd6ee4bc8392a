import { hash } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { invalid, Problem } from '../errors/problem.ts'
import { readJson } from '../json/json-text.ts'

/** Takes JSON bodies in valid UTF-8 and no other kind; routes that take something else add their own parser. */
export function parseJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.decorateRequest('bodyDigest', null)
  // It refuses keys that would reach an object's prototype.
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
      // Many clients name the type even where there is nothing to send.
      if (bytes.length === 0 && !isExpected) return undefined
      const body = await readJson(bytes, (text) => {
        let parsed: unknown
        parseText(request, text, (error, value) => {
          if (error) throw error
          parsed = value
        })
        return parsed
      })
      if (isExpected || isNothing(body)) return body
      throw invalid([{ parameter: 'content-length', code: 'not_allowed_here' }])
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

/** Refuses bodies that are compressed: nothing here unpacks them. */
export function refuseCompressed(app: FastifyInstance): void {
  app.addHook('preParsing', async ({ headers }) => {
    const encoding = headers['content-encoding']?.trim().toLowerCase()
    if (!encoding || encoding === 'identity') return
    throw new Problem('unsupported_encoding', { encoding: encoding.slice(0, 50) })
  })
}
