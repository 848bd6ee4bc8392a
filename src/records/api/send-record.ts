import type { FastifyReply } from 'fastify'
import Type from 'typebox'

/** The headers of an answer that is one record. */
export const recordHeaders = {
  ETag: Type.String({ description: 'Version of the record and digest of the answer.', examples: ['"7-q83vEjRWeJq8"'] }),
}

/** Sends JSON that Postgres has written. */
export function sendJson(reply: FastifyReply, text: string): never {
  // The reply is what an async handler returns; that it says `never` lets the handler's type be that of its schema.
  return reply.type('application/json; charset=utf-8').send(text) as never
}
