import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import type { App } from '../http/foundation.ts'
import { problems, ref } from '../http/schema.ts'
import { changeRecords } from './change.ts'
import { createRecords } from './create.ts'
import { deleteRecords } from './delete.ts'
import { IdParams } from './requests.ts'
import { sendJson, type TypeRoutes } from './routes.ts'
import type { Writing } from './writing.ts'

/** A loser of a race for an external key finds the winner's when it looks again. */
const races = { retryOnUnique: ['external_id_active_key'] }

/** Single records created, changed and deleted. */
export function writingRoutes(app: App, { db, type, path, schemas, texts, fresh }: TypeRoutes): void {
  const write = <T extends { problem: Error } | object>(
    request: FastifyRequest,
    work: (trx: Transaction, writing: Writing) => Promise<T[]>,
  ) =>
    fresh(request, (access) => {
      const writing: Writing = { grant: access.grant(type.code), context: access.context(), via: 'api' }
      // Thrown inside, so that what was written before it was refused is rolled back.
      return inTransaction(db, async (trx) => accepted(await work(trx, writing)), races)
    })

  app.post(
    path,
    {
      schema: {
        ...texts.create,
        body: ref(schemas.created),
        response: { 201: ref(schemas.record), ...problems(400, 401, 403, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { id, body } = await write(request, (trx, writing) => createRecords(trx, writing, [request.body]))
      return sendJson(reply.code(201).header('location', `/v1${path}/${id}`), body)
    },
  )

  app.patch(
    `${path}/:id`,
    {
      schema: {
        ...texts.update,
        params: IdParams,
        body: ref(schemas.changed),
        response: { 200: ref(schemas.record), ...problems(400, 401, 403, 404, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const item = { id: request.params.id, input: request.body }
      const { body } = await write(request, (trx, writing) => changeRecords(trx, writing, [item]))
      return sendJson(reply, body)
    },
  )

  app.delete(
    `${path}/:id`,
    {
      schema: {
        ...texts.delete,
        params: IdParams,
        response: {
          204: Type.Null({ description: 'It is in the recycle bin.' }),
          ...problems(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      await write(request, (trx, writing) => deleteRecords(trx, writing, [request.params.id]))
      return reply.code(204).send(null)
    },
  )
}

/** The outcome of a list of one. Throws its problem. */
function accepted<T extends object>([outcome]: readonly T[]): Exclude<T, { problem: Error }> {
  if (outcome && 'problem' in outcome) throw outcome.problem
  return outcome as Exclude<T, { problem: Error }>
}
