import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Transaction } from '../../database/transaction.ts'
import { createUnlessKnown } from '../../duplicates/on-entry/create-unless-known.ts'
import type { EntityType } from '../../entities/catalogue.ts'
import { problems } from '../../errors/documents.ts'
import type { Problem } from '../../errors/problem.ts'
import { etagOf } from '../../http/entity-tags.ts'
import type { App } from '../../http/foundation.ts'
import { type Answer, answerOnce, endsWithWrite, isDryRun, locationOf } from '../../idempotency/once.ts'
import { enumOf, ref } from '../../schema/build.ts'
import { performAlike, writingOf } from '../batch/operations.ts'
import { readRecord, type SavedRecord } from '../list/read-record.ts'
import { changeRecords } from '../write/change.ts'
import { deleteRecords } from '../write/delete.ts'
import { readIfMatch, readPrecondition } from '../write/precondition.ts'
import { retryOnTakenKey, type WriteContext } from '../write/write-context.ts'
import { batchRoute } from './batch-routes.ts'
import { readExternalKey } from './external-key.ts'
import { ExternalParams, IdParams, IfMatch, OnDuplicateQuery, onDuplicateOf } from './requests.ts'
import type { ResourceRoutes } from './route-context.ts'
import { recordHeaders } from './send-record.ts'

const UpsertConditions = Type.Object({
  ...IfMatch.properties,
  'if-none-match': Type.Optional(
    enumOf(['*'], { description: 'Only creates a record. The request fails if a record already has the key.' }),
  ),
})

/** Adds the routes that create, change, upsert and delete the records of a type, singly and in batches. */
export function writingRoutes(app: App, routes: ResourceRoutes): void {
  const { db, path, ofList, missing, params, codeOf, schemas, texts } = routes
  const write = <T extends { problem: Problem } | object>(
    request: FastifyRequest,
    reply: FastifyReply,
    work: (trx: Transaction, writing: WriteContext) => Promise<T[]>,
    answer: (outcome: Exclude<T, { problem: Problem }>, type: EntityType) => Answer,
  ) => {
    const writing = writingOf(request.access, codeOf(request), routes.onCreatedOf)
    // The problem is thrown inside the transaction, so that writes made before it are rolled back.
    const all = async (trx: Transaction) => answer(accepted(await work(trx, writing)), writing.grant.type)
    return answerOnce(request, reply, db, all, retryOnTakenKey)
  }
  const created = (request: FastifyRequest, saved: SavedRecord, type: EntityType): Answer => {
    const { headers, ...rest } = answerOf(saved, type)
    return { ...rest, status: 201, headers: { ...headers, ...locationOf(request, `/v1${type.path}/${saved.id}`) } }
  }

  app.post(
    path,
    {
      config: { startsEarly: true },
      schema: {
        ...texts.create,
        ...ofList,
        querystring: OnDuplicateQuery,
        body: ref(schemas.created),
        response: {
          200: {
            ...ref(schemas.record),
            headers: recordHeaders,
            description: 'With `onDuplicate=update`: a duplicate was changed instead.',
          },
          201: { ...ref(schemas.record), headers: recordHeaders },
          ...missing,
          ...problems(400, 401, 403, 409, 413, 415, 422, 503),
        },
      },
    },
    (request, reply) => {
      const onDuplicate = onDuplicateOf(request.query)
      const isLast = endsWithWrite(request) && !onDuplicate
      const work = (trx: Transaction, writing: WriteContext) =>
        createUnlessKnown(trx, { ...writing, isLast, onDuplicate }, [request.body])
      return write(request, reply, work, (saved, type) =>
        saved.created === false ? answerOf(saved, type) : created(request, saved, type),
      )
    },
  )

  app.patch(
    `${path}/:id`,
    {
      config: { startsEarly: true },
      schema: {
        ...texts.update,
        params: params(IdParams),
        headers: IfMatch,
        body: ref(schemas.changed),
        response: {
          200: { ...ref(schemas.record), headers: recordHeaders },
          ...problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 503),
        },
      },
    },
    (request, reply) => {
      const item = { id: request.params.id, input: request.body, ifMatch: readPrecondition(request) }
      const isLast = endsWithWrite(request)
      return write(request, reply, (trx, writing) => changeRecords(trx, { ...writing, isLast }, [item]), answerOf)
    },
  )

  app.put(
    `${path}/external/:source/:key`,
    {
      config: { startsEarly: true },
      schema: {
        ...texts.upsert,
        params: params(ExternalParams),
        headers: UpsertConditions,
        querystring: OnDuplicateQuery,
        body: ref(schemas.changed),
        response: {
          200: { ...ref(schemas.record), headers: recordHeaders },
          201: { ...ref(schemas.record), headers: recordHeaders },
          ...problems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 503),
        },
      },
    },
    (request, reply) => {
      const external = readExternalKey(request.params, request.access, codeOf(request))
      const ifMatch = readIfMatch(request.headers['if-match'])
      const onlyNew = request.headers['if-none-match'] !== undefined
      const operation = {
        op: 'upsert',
        type: codeOf(request),
        external,
        ifMatch,
        onlyNew,
        input: request.body,
      } as const
      const onDuplicate = onDuplicateOf(request.query)
      const work = (trx: Transaction, writing: WriteContext) =>
        performAlike(trx, { ...writing, onDuplicate }, [operation])
      return write(request, reply, work, (saved, type) =>
        saved.created ? created(request, saved, type) : answerOf(saved, type),
      )
    },
  )

  app.delete(
    `${path}/:id`,
    {
      config: { startsEarly: true },
      schema: {
        ...texts.delete,
        params: params(IdParams),
        headers: IfMatch,
        response: {
          200: {
            ...ref(schemas.record),
            headers: recordHeaders,
            description: 'With `dryRun=true`: the record that would be deleted.',
          },
          204: Type.Null({ description: 'The record is in the recycle bin.' }),
          ...problems(400, 401, 403, 404, 412, 428, 503),
        },
      },
    },
    (request, reply) => {
      const item = { id: request.params.id, ifMatch: readPrecondition(request) }
      // Afterwards the record can no longer be read.
      const work = async (trx: Transaction, writing: WriteContext) => {
        const shown = isDryRun(request) ? await readRecord(trx, writing.grant, item.id) : undefined
        const outcomes = await deleteRecords(trx, writing, [item])
        return outcomes.map((outcome) => ({ ...outcome, shown }))
      }
      return write(request, reply, work, ({ shown }, type) => (shown ? answerOf(shown, type) : { status: 204 }))
    },
  )

  batchRoute(app, routes, routes)
}

/** Returns the response for a saved record, with its ETag. */
function answerOf({ id, version, body }: SavedRecord, { id: typeId }: EntityType): Answer & { headers: object } {
  return { status: 200, headers: { etag: etagOf(version, body) }, body, records: [{ typeId, id }] }
}

/** Returns the outcome of the only item. Throws its problem. */
function accepted<T extends object>([outcome]: readonly T[]): Exclude<T, { problem: Problem }> {
  if (outcome && 'problem' in outcome) throw outcome.problem
  return outcome as Exclude<T, { problem: Problem }>
}
