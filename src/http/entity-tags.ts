import { hash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { type Fault, invalid } from '../errors/problem.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The answer has no entity tag: it is hardly ever the same twice. */
    untagged?: boolean
  }
}

const tags = /(?:^|,)[ \t]*(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*(?=,|$)/gy

/** The tags of a header such as `If-Match`, weak or strong. Throws malformed_request for what is no list of tags. */
export function tagsOf(header: string, at: Pick<Fault, 'parameter' | 'pointer'>): string[] {
  const found = [...header.matchAll(tags)]
  const isWhole = found.reduce((length, [whole]) => length + whole.length, 0) === header.length
  if (!isWhole || !found.length) throw invalid([{ ...at, code: 'invalid_format', params: { format: '"7-…"' } }])
  return found.map(([, text = '']) => text)
}

/** Whether `If-None-Match` names the tag, so that the caller has the answer already. */
export function isKnown(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  return tagsOf(header, { parameter: 'if-none-match' }).some((text) => `"${text}"` === etag)
}

/** A short digest of a text. */
export function digestOf(text: string): string {
  return hash('sha1', text, 'base64url').slice(0, 12)
}

/** The part of a route's `response` that says that its caller may have the answer already. */
export const notModified = { 304: Type.Null({ description: 'The caller has the answer already.' }) }

const ifNoneMatch = {
  'if-none-match': Type.String({ description: 'Entity tag of what the caller has already.' }),
}

/** Gives every answer to GET that has none a strong entity tag, and answers 304 to who has it already. */
export function tagAnswers(app: FastifyInstance): void {
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
  app.addHook('onSend', async (request, reply, payload) => {
    if (!isTaggable(request, reply) || typeof payload !== 'string') return payload
    const etag = `"${digestOf(payload)}"`
    reply.header('etag', etag)
    if (!isKnown(request.headers['if-none-match'], etag)) return payload
    reply.code(304).removeHeader('content-type')
    return ''
  })
}

/** Refuses the condition of a write that does not heed it: its sender relies on it. */
export function refuseUnheeded(app: FastifyInstance): void {
  app.addHook('preValidation', async ({ headers, method, routeOptions }) => {
    const { schema } = routeOptions
    if (method === 'GET' || method === 'HEAD' || !schema) return
    const { properties = {} } = (schema.headers ?? {}) as { properties?: object }
    const unheeded = ['if-match', 'if-none-match'].filter((name) => name in headers && !(name in properties))
    if (unheeded.length) throw invalid(unheeded.map((parameter) => ({ parameter, code: 'not_allowed_here' })))
  })
}

function isTaggable({ method, routeOptions }: FastifyRequest, reply: FastifyReply): boolean {
  return method === 'GET' && reply.statusCode === 200 && !routeOptions.config?.untagged && !reply.hasHeader('etag')
}
