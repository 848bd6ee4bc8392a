import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type TSchema } from 'typebox'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { type Answer, answerOnce, isDryRun } from './once.ts'

/** How a resource is read and deleted. */
export interface Deletion {
  show(trx: Transaction): Promise<object>
  remove(trx: Transaction): Promise<void>
}

/** Returns the responses to the deletion of a resource with this schema. */
export function deletionAnswers<T extends TSchema>(resource: T, description: string) {
  return { 200: resource, 204: Type.Null({ description }) }
}

/** Deletes a resource, and returns the response. In a dry run it is the resource as it would be deleted. */
export async function deleted(request: FastifyRequest, trx: Transaction, { show, remove }: Deletion): Promise<Answer> {
  // Afterwards the resource can no longer be read.
  const body = isDryRun(request) ? await show(trx) : undefined
  await remove(trx)
  return body === undefined ? { status: 204 } : { status: 200, body }
}

/** Deletes a resource in one transaction, once for each `Idempotency-Key`, and sends the response. */
export async function deleteOnce(
  request: FastifyRequest,
  reply: FastifyReply,
  db: Database,
  deletion: Deletion,
): Promise<never> {
  return await answerOnce(request, reply, db, (trx) => deleted(request, trx, deletion))
}
