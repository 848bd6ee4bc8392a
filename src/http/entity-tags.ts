import { hash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { type Fault, invalid } from '../errors/problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The response has no ETag, because it changes with almost every request. */
    untagged?: boolean
  }
}

/** The entity tags that a conditional header lists, weak or strong, or `any` for `*`. */
export type EntityTags = readonly string[] | 'any'

const form = /(?:^|,)[ \t]*(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?=,|$)/gy

/** Returns the strong ETag of a record: its version and a digest of the fields that the caller may read. */
export function etagOf(version: number, body: string): string {
  return `"${version}-${digestOf(body)}"`
}

/** Returns the weak form of a tag. */
export function weakTag(tag: string): string {
  return tag.startsWith('W/') ? tag : `W/${tag}`
}

/** Reads a header such as `If-Match`. Throws `malformed_request` if it is invalid. */
export function tagsOf(header: string, at: Pick<Fault, 'parameter' | 'pointer'>): EntityTags {
  const tags = parseTags(header)
  if (!tags) throw invalid([{ ...at, code: 'invalid_format', params: { format: '"7-…"' } }])
  return tags
}

/** Returns whether `If-None-Match` contains the tag, so that the caller's copy is current. Throws as `tagsOf` does. */
export function matchesIfNoneMatch(header: string | undefined, etag: string): boolean {
  return header !== undefined && includes(tagsOf(header, { parameter: 'if-none-match' }), etag)
}

/** Returns the same as `matchesIfNoneMatch`, but ignores an invalid header. */
export function isKnownIfValid(header: string | undefined, etag: string): boolean {
  return header !== undefined && includes(parseTags(header) ?? [], etag)
}

/** Returns whether `If-Range` lets a request have a range: it is absent or the tag of the present content. */
export function allowsRange(header: string | string[] | undefined, etag: string): boolean {
  return header === undefined || header === etag
}

function parseTags(header: string): EntityTags | undefined {
  if (header.trim() === '*') return 'any'
  const found = [...header.matchAll(form)]
  const isWhole = found.reduce((length, [whole]) => length + whole.length, 0) === header.length
  return isWhole && found.length > 0 ? found.map(([, text = '']) => text) : undefined
}

function includes(tags: EntityTags, etag: string): boolean {
  return tags === 'any' || tags.some((text) => `"${text}"` === etag)
}

/** Returns a short digest of a text. */
export function digestOf(text: string): string {
  return hash('sha1', text, 'base64url').slice(0, 12)
}

const notModified = { 304: Type.Null({ description: "Not modified. The caller's copy is current." }) }

const ifNoneMatch = {
  'if-none-match': Type.String({
    description: 'ETag of an earlier response. Returns 304 when the response has not changed.',
  }),
}

/** Adds a strong ETag to responses to GET that have none. Returns 304 when `If-None-Match` contains it. */
export function addEntityTags(app: FastifyInstance): void {
  app.addHook('onRoute', (route) => {
    const { schema, config, method } = route
    const answers = schema?.response as Record<string, object> | undefined
    if (method !== 'GET' || !schema || schema.hide || config?.untagged || !answers?.[200]) return
    const headers = (schema.headers ?? { type: 'object' }) as { properties?: object }
    route.schema = {
      ...schema,
      headers: { ...headers, properties: { ...ifNoneMatch, ...headers.properties } },
      response: { ...notModified, ...answers },
    }
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    if (!isTaggable(request, reply) || typeof payload !== 'string') return done(null, payload)
    const etag = `"${digestOf(payload)}"`
    // Read first: the problem of an invalid header has no tag.
    const isKnown = matchesIfNoneMatch(request.headers['if-none-match'], etag)
    reply.header('etag', etag)
    if (!isKnown) return done(null, payload)
    reply.code(304).removeHeader('content-type')
    done(null, '')
  })
}

/** Rejects `If-Match` and `If-None-Match` on writes that do not support them, because the client relies on them. */
export function rejectUnsupportedConditions(app: FastifyInstance): void {
  app.addHook('preValidation', (request, _reply, done) => {
    const { headers, method } = request
    if (method === 'GET' || method === 'HEAD') return done()
    const { schema } = request.routeOptions
    if (!schema) return done()
    const { properties = {} } = (schema.headers ?? {}) as { properties?: object }
    const unheeded = ['if-match', 'if-none-match'].filter((name) => name in headers && !(name in properties))
    if (unheeded.length === 0) return done()
    done(invalid(unheeded.map((parameter) => ({ parameter, code: 'not_allowed_here' }))))
  })
}

function isTaggable(request: FastifyRequest, reply: FastifyReply): boolean {
  if (request.method !== 'GET' || reply.statusCode !== 200 || reply.hasHeader('etag')) return false
  return !request.routeOptions.config?.untagged
}
