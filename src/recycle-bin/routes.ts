import Type from 'typebox'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import { problems } from '../errors/documents.ts'
import { etagOf } from '../http/entity-tags.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { deletionAnswers } from '../idempotency/delete-once.ts'
import { answerIndex, answerOnce, isDryRun, once, send } from '../idempotency/once.ts'
import { jobAccepted } from '../jobs/api/requests.ts'
import { queueJob } from '../jobs/job-task.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { JobDocument } from '../jobs/schemas.ts'
import { listOfQuery } from '../lists/list-of-query.ts'
import { sendList } from '../lists/send-list.ts'
import { IfMatch } from '../records/api/requests.ts'
import type { RecordRoutes } from '../records/api/route-context.ts'
import { anyRecord } from '../records/api/schemas.ts'
import { recordHeaders, sendRecord } from '../records/api/send-record.ts'
import { writingOf } from '../records/batch/operations.ts'
import { readRecord } from '../records/list/read-record.ts'
import { readPrecondition } from '../records/write/precondition.ts'
import { retryOnTakenKey } from '../records/write/write-context.ts'
import { retryForCaller } from '../rights/fresh-catalogue.ts'
import { describeOperations, enumOf, ref } from '../schema/build.ts'
import { readEntryId } from './entry-id.ts'
import { findBinEntries, readBinEntry } from './find.ts'
import { markOneForPurge, purgeMarked } from './purge-now.ts'
import { restoreRecords } from './restore.ts'
import { BinnedRecord, BinSize, binList, binSchemas, EntryParams } from './schemas.ts'
import { countDeleted, emptyTask } from './tasks.ts'

const say = describeOperations('Recycle bin')

const RestoreQuery = Type.Object(
  {
    externalIds: Type.Optional(
      enumOf(['drop'], {
        description:
          '`drop` restores the record without the external keys that live records have taken. By default such a key makes the request fail.',
      }),
    ),
  },
  { additionalProperties: false },
)

/** Adds the routes that list, read, restore and purge deleted records of all types. */
export function recycleBinRoutes(app: App, options: RecordRoutes & { queue: JobQueue }): void {
  addSchemas(app, binSchemas)
  void app.register(async (scope: App) => {
    // The selections write the JSON.
    scope.setSerializerCompiler(() => JSON.stringify)
    readingRoutes(scope, options)
    restoreRoute(scope, options)
    purgeRoutes(scope, options)
  })
}

function readingRoutes(app: App, options: RecordRoutes): void {
  const { db } = options
  app.get(
    '/recycle-bin',
    {
      schema: {
        ...say(
          'listRecycleBin',
          'List deleted records',
          'Returns a page of the deleted records of all types, by default latest deletion first. Users see the records that they deleted, administrators see all.',
        ),
        ...binList.request,
        response: { 200: ref(binList.page), ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      const asked = listOfQuery(request.query)
      return sendList(request, reply, await findBinEntries(db, request.access, asked, options))
    },
  )

  app.get(
    '/recycle-bin/:id',
    {
      schema: {
        ...say(
          'getRecycleBinEntry',
          'Read a deleted record',
          'Returns a deleted record with the values that it had when it was deleted.',
        ),
        params: EntryParams,
        response: {
          200: { ...ref(BinnedRecord), headers: recordHeaders },
          ...problems(400, 401, 403, 404, 503),
        },
      },
    },
    async (request, reply) => {
      const { access, params } = request
      const { type, id } = readEntryId(access, params.id)
      return sendRecord(request, reply, await readBinEntry(db, access, access.grant(type.code), id))
    },
  )
}

function restoreRoute(app: App, options: RecordRoutes): void {
  app.post(
    '/recycle-bin/:id/restore',
    {
      schema: {
        ...say(
          'restoreRecord',
          'Restore a deleted record',
          'Restores a record from the recycle bin with its links, history and external keys. Only `version` and `updatedAt` change. Users can restore the records that they deleted, administrators can restore all.',
        ),
        params: EntryParams,
        headers: IfMatch,
        querystring: RestoreQuery,
        response: {
          200: {
            ...anyRecord,
            description: 'The restored record, as the path in `Content-Location` returns it.',
            headers: {
              ...recordHeaders,
              'Content-Location': Type.String({ description: 'Path of the record.', examples: ['/v1/deals/17'] }),
            },
          },
          ...problems(400, 401, 403, 404, 409, 412, 428, 503),
        },
      },
    },
    async (request, reply) => {
      const how = { taken: request.query.externalIds, ifMatch: readPrecondition(request) }
      const { access, params } = request
      const { type, id } = readEntryId(access, params.id)
      const writing = writingOf(access, type.code)
      const work = async (trx: Transaction) => {
        const [outcome] = await restoreRecords(trx, writing, [id], how)
        if (outcome && 'problem' in outcome) throw outcome.problem
        const { version, body } = await readRecord(trx, writing.grant, id)
        const headers = { etag: etagOf(version, body), 'content-location': `/v1${type.path}/${id}` }
        return { status: 200, headers, body, records: [{ typeId: type.id, id }] }
      }
      return await answerOnce(request, reply, options.db, work, retryOnTakenKey)
    },
  )
}

function purgeRoutes(app: App, { db, access: maker, queue }: RecordRoutes & { queue: JobQueue }): void {
  app.delete(
    '/recycle-bin/:id',
    {
      config: { runsOnce: true },
      schema: {
        ...say(
          'purgeRecord',
          'Purge a deleted record',
          'Permanently removes a deleted record, with its history and everything that belongs to it. Requires an administrator.',
        ),
        params: EntryParams,
        headers: IfMatch,
        response: {
          ...deletionAnswers(ref(BinnedRecord), 'The record is purged.'),
          ...problems(400, 401, 403, 404, 412, 428, 503),
        },
      },
    },
    async (request, reply) => {
      const { access, params } = request
      access.requireSettings()
      const { type, id } = readEntryId(access, params.id)
      const writing = writingOf(access, type.code)
      const item = { id, ifMatch: readPrecondition(request) }
      let condemned: number[] = []
      const work = async (trx: Transaction) => {
        const shown = isDryRun(request) ? await readBinEntry(trx, access, access.grant(type.code), id) : undefined
        condemned = await markOneForPurge(trx, writing, item)
        return shown ? { status: 200, body: shown.body } : { status: 204 }
      }
      const options = { dryRun: isDryRun(request), retryOnUnique: [answerIndex] }
      const answer = await inTransaction(db, (trx) => once(request, reply, trx, work), options)
      if (condemned.length && !options.dryRun) {
        // The mark is committed, so the request must not run again as a whole.
        const purge = () => purgeMarked(db, writingOf(request.access, type.code), condemned)
        await retryForCaller(request, { db, access: maker }, purge)
      }
      return send(reply, answer)
    },
  )

  app.delete(
    '/recycle-bin',
    {
      schema: {
        ...say(
          'emptyRecycleBin',
          'Empty the recycle bin',
          'Starts a job that purges every record that is in the recycle bin now, and returns the job. With `dryRun=true` it returns the number of records and purges nothing. Requires an administrator.',
        ),
        response: { 200: ref(BinSize), 202: ref(JobDocument), ...problems(400, 401, 403, 503) },
      },
    },
    async (request, reply) => {
      const { access } = request
      access.requireSettings()
      if (isDryRun(request)) return { records: await countDeleted(db, access, access.context().now) }
      await queue.prepare(emptyTask)
      return await answerOnce(request, reply, db, async (trx) => {
        const jobId = await queueJob(trx, queue, emptyTask, { creator: access.caller })
        return await jobAccepted(trx, jobId, request)
      })
    },
  )
}
