import type { FastifyReply } from 'fastify'
import Type from 'typebox'

/** The headers of a response that is one record. */
export const recordHeaders = {
  ETag: Type.String({
    description: 'Version of the record and digest of the response.',
    examples: ['"7-q83vEjRWeJq8"'],
  }),
}

/** Sends JSON that Postgres wrote. */
export function sendJson(reply: FastifyReply, text: string): never {
  // An async handler returns the reply. The type `never` keeps the handler's type equal to that of its schema.
  return reply.type('application/json; charset=utf-8').send(text) as never
}
