import type { FastifyReply } from 'fastify'

/** Sends JSON text. */
export function sendJson(reply: FastifyReply, text: string): never {
  // An async handler returns the reply. The type `never` keeps the handler's type equal to that of its schema.
  return reply.type('application/json; charset=utf-8').send(text) as never
}
