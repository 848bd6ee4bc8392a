import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Transaction } from '../database/transaction.ts'
import { type ExternalId, readExternalId } from '../fields/external-ids.ts'
import type { Place } from '../fields/value.ts'
import type { App } from '../http/foundation.ts'
import { type Fault, invalid, type Problem } from '../http/problem.ts'
import { enumOf, problems, ref } from '../http/schema.ts'
import { type Answer, answerOnce, locationOf } from '../idempotency/once.ts'
import type { Access } from '../rights/access.ts'
import { batchRoute } from './batch-routes.ts'
import { changeRecords } from './change.ts'
import { createRecords } from './create.ts'
import { deleteRecords } from './delete.ts'
import { performAlike, writingOf } from './operations.ts'
import { demanded, etagOf, readIfMatch } from './precondition.ts'
import { ExternalParams, IdParams, IfMatch } from './requests.ts'
import { recordHeaders, type TypeRoutes } from './routes.ts'
import { races, type Saved, type Writing } from './writing.ts'

const UpsertConditions = Type.Object({
  ...IfMatch.properties,
  'if-none-match': Type.Optional(
    enumOf(['*'], { description: 'Only create: refused where a record holds the key already.' }),
  ),
})

/** Single records created, changed, upserted and deleted, and many of them at once. */
export function writingRoutes(app: App, routes: TypeRoutes): void {
  const { db, type, path, schemas, texts } = routes
  const write = <T extends { problem: Problem } | object>(
    request: FastifyRequest,
    reply: FastifyReply,
    work: (trx: Transaction, writing: Writing) => Promise<T[]>,
    answer: (outcome: Exclude<T, { problem: Problem }>, typeId: number) => Answer,
  ) => {
    const writing = writingOf(request.access, type.code)
    // Thrown inside, so that what was written before it was refused is rolled back.
    const all = async (trx: Transaction) => answer(accepted(await work(trx, writing)), writing.grant.type.id)
    return answerOnce(request, reply, db, all, races)
  }
  const created = (request: FastifyRequest, saved: Saved, typeId: number): Answer => {
    const { headers, ...rest } = answerOf(saved, typeId)
    return { ...rest, status: 201, headers: { ...headers, ...locationOf(request, `/v1${path}/${saved.id}`) } }
  }

  app.post(
    path,
    {
      schema: {
        ...texts.create,
        body: ref(schemas.created),
        response: {
          201: { ...ref(schemas.record), headers: recordHeaders },
          ...problems(400, 401, 403, 409, 413, 415, 422, 503),
        },
      },
    },
    (request, reply) => {
      const work = (trx: Transaction, writing: Writing) => createRecords(trx, writing, [request.body])
      return write(request, reply, work, (saved, typeId) => created(request, saved, typeId))
    },
  )

  app.patch(
    `${path}/:id`,
    {
      schema: {
        ...texts.update,
        params: IdParams,
        headers: IfMatch,
        body: ref(schemas.changed),
        response: {
          200: { ...ref(schemas.record), headers: recordHeaders },
          ...problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 503),
        },
      },
    },
    (request, reply) => {
      const item = { id: request.params.id, input: request.body, ifMatch: demanded(request) }
      return write(request, reply, (trx, writing) => changeRecords(trx, writing, [item]), answerOf)
    },
  )

  app.put(
    `${path}/external/:source/:key`,
    {
      schema: {
        ...texts.upsert,
        params: ExternalParams,
        headers: UpsertConditions,
        body: ref(schemas.changed),
        response: {
          200: { ...ref(schemas.record), headers: recordHeaders },
          201: { ...ref(schemas.record), headers: recordHeaders },
          ...problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 503),
        },
      },
    },
    (request, reply) => {
      const external = keyOf(request.params, request.access, type.code)
      const ifMatch = readIfMatch(request.headers['if-match'])
      const onlyNew = request.headers['if-none-match'] !== undefined
      const operation = { op: 'upsert', type: type.code, external, ifMatch, onlyNew, input: request.body } as const
      const work = (trx: Transaction, writing: Writing) => performAlike(trx, writing, [operation])
      return write(request, reply, work, (saved, typeId) =>
        saved.created ? created(request, saved, typeId) : answerOf(saved, typeId),
      )
    },
  )

  app.delete(
    `${path}/:id`,
    {
      schema: {
        ...texts.delete,
        params: IdParams,
        headers: IfMatch,
        response: {
          204: Type.Null({ description: 'It is in the recycle bin.' }),
          ...problems(400, 401, 403, 404, 412, 428, 503),
        },
      },
    },
    (request, reply) => {
      const item = { id: request.params.id, ifMatch: demanded(request) }
      return write(
        request,
        reply,
        (trx, writing) => deleteRecords(trx, writing, [item]),
        () => ({ status: 204 }),
      )
    },
  )

  batchRoute(app, routes, type)
}

/** A record as saved, with its entity tag. */
function answerOf({ id, version, body }: Saved, typeId: number): Answer & { headers: object } {
  return { status: 200, headers: { etag: etagOf(version, body) }, body, records: [{ typeId, id }] }
}

/** The key of another system in the path. Throws malformed_request. */
export function keyOf(params: ExternalId, access: Access, typeCode: string): ExternalId {
  const field = access.grant(typeCode).type.fields.find(({ kind }) => kind === 'externalIds')!
  const place: Place = { field, context: access.context(), pointer: '', faults: [] }
  const key = readExternalId({ source: params.source, key: params.key }, place)
  if (key) return key
  throw invalid(place.faults.map((fault: Fault) => ({ ...fault, parameter: fault.pointer?.slice(1) ?? '' })))
}

/** The outcome of a list of one. Throws its problem. */
function accepted<T extends object>([outcome]: readonly T[]): Exclude<T, { problem: Problem }> {
  if (outcome && 'problem' in outcome) throw outcome.problem
  return outcome as Exclude<T, { problem: Problem }>
}
