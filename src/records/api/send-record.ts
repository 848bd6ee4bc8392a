import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import { etagOf, matchesIfNoneMatch } from '../../http/entity-tags.ts'
import { sendJson } from '../../http/send-json.ts'

/** The headers of a response that is one record. */
export const recordHeaders = {
  ETag: Type.String({
    description: 'Version of the record and digest of the response.',
    examples: ['"7-q83vEjRWeJq8"'],
  }),
}

/** Sends a record with its ETag, or 304 when `If-None-Match` contains it. */
export function sendRecord(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  { version, body }: { version: number; body: string },
): never {
  const etag = etagOf(version, body)
  reply.header('etag', etag)
  if (matchesIfNoneMatch(headers['if-none-match'], etag)) return reply.code(304).send() as never
  return sendJson(reply, body)
}
