import type { FastifyRequest } from 'fastify'
import { problems } from '../errors/documents.ts'
import { invalid } from '../errors/problem.ts'
import { isObject } from '../fields/value.ts'
import type { App } from '../http/foundation.ts'
import { addSchemas } from '../http/shared-schemas.ts'
import { answerOnce, isDryRun } from '../idempotency/once.ts'
import { JobParams, jobAccepted, ownerOf } from '../jobs/api/requests.ts'
import { readJob } from '../jobs/find.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { JobDocument } from '../jobs/schemas.ts'
import type { RecordResource } from '../records/api/record-resource.ts'
import type { RecordRoutes } from '../records/api/route-context.ts'
import { writingOf } from '../records/batch/operations.ts'
import type { ListConfig } from '../records/list/find-records.ts'
import { planList } from '../records/list/parse-list-request.ts'
import type { Grant } from '../rights/grant.ts'
import { describeOperations, ref } from '../schema/build.ts'
import { checkAction } from './action.ts'
import { maxPreviewedRecords, previewBulk } from './preview.ts'
import { previewRevert, startRevert } from './revert.ts'
import { type BulkBody, BulkPreview, bulkRef, bulkSchemas } from './schemas.ts'
import { type Selection, startBulk } from './start.ts'
import { bulkTask } from './task.ts'
import { revertTask } from './undo.ts'

/** The dependencies of bulk routes. */
export interface BulkRoutes extends RecordRoutes {
  queue: JobQueue
}

/** Adds the routes of bulk actions for each resource, and the route that reverts a job. */
export function bulkRoutes(app: App, resources: readonly RecordResource[], options: BulkRoutes): void {
  addSchemas(app, bulkSchemas(resources.map(({ type }) => type)))
  for (const resource of resources) bulkRoute(app, resource, options)
  const { db, queue } = options
  app.post(
    '/jobs/:id/revert',
    {
      schema: {
        ...describeOperations('Jobs')(
          'revertJob',
          'Revert a job',
          [
            'Starts a job that restores what a bulk action changed or deleted, purges the records that an import created, or undoes the merges of an automatic merging. You can also revert a failed or cancelled job. Values that were changed since are kept. Values that cannot be restored (a purged record, a deleted file, a taken key, a deleted option) are skipped. The errors of the new job list each of them.',
            'Links to records in the recycle bin are restored but hidden until those records are restored. A deal that returns to its earlier stage gets its earlier closing time back; `movedAt`, `movedBy` and the stage history record the move back.',
            'A record that an import created is kept if it was changed since or if another record refers to it.',
            'If a revert skips something, fails or is cancelled, start another one for the rest. `dryRun=true` returns a preview and changes nothing.',
          ].join(' '),
        ),
        params: JobParams,
        response: { 200: ref(BulkPreview), 202: ref(JobDocument), ...problems(400, 401, 403, 404, 409, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, language } = request
      access.requireCrm()
      const owner = ownerOf(request)
      if (isDryRun(request)) {
        const { id } = await readJob(db, request.params.id, owner, language)
        return await previewRevert(db, access, id)
      }
      await queue.prepare(revertTask)
      return await answerOnce(request, reply, db, async (trx) => {
        const { id } = await readJob(trx, request.params.id, owner, language)
        return await jobAccepted(trx, await startRevert(trx, queue, { jobId: id, access }), request)
      })
    },
  )
}

function bulkRoute(app: App, resource: RecordResource, { db, queue, ...lists }: BulkRoutes): void {
  const { type, path, ofList, missing, codeOf } = resource
  const many = type.titles.en.toLowerCase()
  const moves = type.traits.has('pipelines') ? ', `move` moves the records to another pipeline' : ''
  app.post(
    `${path}/bulk`,
    {
      schema: {
        ...describeOperations(type.titles.en)(
          `bulk${type.plural.charAt(0).toUpperCase()}${type.plural.slice(1)}`,
          `Change many ${many}`,
          `Starts a job that changes or deletes many ${many}. Select them by \`ids\`, by \`filter\`, or with \`all: true\`. \`set\` sets fields, \`add\` and \`remove\` change lists of values${moves}, and \`delete\` moves the records to the recycle bin. The job lists an error for each record that it could not change. It reads the matches of the filter page by page, among the records that exist at the time of the request; a record that no longer matches when its page is read is not changed. \`dryRun=true\` returns a preview and changes nothing: the number of matches, how many of them the caller may not change, and the expected result for up to ${maxPreviewedRecords} records. The job can be reverted.`,
        ),
        ...ofList,
        body: bulkRef(type),
        response: {
          200: ref(BulkPreview),
          202: ref(JobDocument),
          ...missing,
          ...problems(400, 401, 403, 409, 413, 415, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { ids, filter, all, timeZone, ...action } = request.body
      const operation = action.delete ? 'delete' : 'update'
      const code = codeOf(request)
      const grant = request.access.grantFor(code, operation)
      const writing = { ...writingOf(request.access, code), grant, via: 'bulk' as const }
      await checkAction(db, writing, action)
      const selection = selectionOf(request, grant, { ids, filter, all, timeZone }, lists)
      if (isDryRun(request)) return await previewBulk(db, writing, { action, selection })
      await queue.prepare(bulkTask)
      return await answerOnce(request, reply, db, async (trx) =>
        jobAccepted(
          trx,
          await startBulk(trx, queue, grant, { action, selection, creator: request.access.caller }),
          request,
        ),
      )
    },
  )
}

/** Returns which records a request selects. Throws the faults of its filter, or `required` if it selects none. */
function selectionOf(
  { access }: FastifyRequest,
  grant: Grant,
  { ids, filter, all, timeZone }: { [key in 'ids' | 'filter' | 'all' | 'timeZone']: BulkBody[key] | undefined },
  { cursors, unindexed }: Omit<ListConfig, 'countTime'>,
): Selection {
  if (ids && filter !== undefined) throw invalid([{ pointer: '/ids', code: 'not_allowed_here' }])
  // A time zone only has a meaning for the conditions of a filter.
  if (all && (ids || filter !== undefined)) throw invalid([{ pointer: '/all', code: 'not_allowed_here' }])
  if ((ids || all) && timeZone !== undefined) throw invalid([{ pointer: '/timeZone', code: 'not_allowed_here' }])
  if (ids) return { ids }
  const { timeZone: zone, now } = access.context(timeZone)
  const asked = { filter: filter ?? null, timeZone: zone, now: now.toISOString() }
  if (all) return { where: null, asked }
  if (filter === undefined) throw invalid([{ pointer: '/filter', code: 'required', allowed: ['ids', 'filter', 'all'] }])
  const request = { filter: { body: filter }, timeZone, limit: 1, inBody: true }
  const { where, unindexed: used } = planList(access, grant, request, cursors)
  unindexed.note(used)
  // An empty filter must not select all records by accident.
  if (!hasCondition(filter))
    throw invalid([{ pointer: '/filter', code: 'condition_required', allowed: ['ids', 'all'] }])
  return { where, asked }
}

/** Returns whether a filter has at least one condition; empty groups have none. */
function hasCondition(filter: unknown): boolean {
  if (Array.isArray(filter)) return filter.some(hasCondition)
  return isObject(filter) && ('field' in filter || 'event' in filter || Object.values(filter).some(hasCondition))
}
