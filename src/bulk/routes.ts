import type { FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { Transaction } from '../database/transaction.ts'
import type { SystemType } from '../entities/types.ts'
import { problems } from '../errors/documents.ts'
import { invalid } from '../errors/problem.ts'
import { isObject } from '../fields/value.ts'
import type { App } from '../http/foundation.ts'
import { type Answer, answerOnce, isTried } from '../idempotency/once.ts'
import { readJob } from '../jobs/find.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { JobDocument } from '../jobs/schemas.ts'
import type { RecordRoutes } from '../records/api/route-context.ts'
import { writingOf } from '../records/batch/operations.ts'
import { planList } from '../records/list/parse-list-request.ts'
import type { Grant } from '../rights/grant.ts'
import { ref, saying } from '../schema/build.ts'
import { checkAction } from './action.ts'
import { mostTried, previewBulk } from './preview.ts'
import { previewRevert, startRevert } from './revert.ts'
import { type BulkBody, BulkPreview, bulkRef } from './schemas.ts'
import { type Selection, startBulk } from './start.ts'
import { bulkTask } from './task.ts'
import { revertTask } from './undo.ts'

/** What bulk routes stand on. */
export interface BulkRoutes extends RecordRoutes {
  queue: JobQueue
}

/** The same done to many records of a type, and the undoing of it. */
export function bulkRoutes(app: App, types: readonly SystemType[], options: BulkRoutes): void {
  for (const type of types) bulkRoute(app, type, options)
  const { db, queue } = options
  app.post(
    '/jobs/:id/revert',
    {
      schema: {
        ...saying('Jobs')(
          'revertJob',
          'Undo a job',
          [
            'Gives the records back what a bulk action took, or purges those that an import created, also one that failed or was cancelled; by a job of its own. What was changed since is left, as is what cannot return (a purged record, a deleted file, a key that is taken, an option that is no more); the errors of that job tell each.',
            'Links to records in the recycle bin return hidden, and show when those come back. A deal that moved back was closed when it was before, while `movedAt`, `movedBy` and the history of stages tell of the way back.',
            'A record that an import created is left if it was changed since, or if another record refers to it.',
            'After an undoing that left something, was cancelled or failed, another one takes the rest. `dryRun=true` tells what it would meet.',
          ].join(' '),
        ),
        params: Type.Object({
          id: Type.Integer({
            minimum: 1,
            maximum: Number.MAX_SAFE_INTEGER,
            description: 'Id of the job.',
            examples: [1],
          }),
        }),
        response: { 200: ref(BulkPreview), 202: ref(JobDocument), ...problems(400, 401, 403, 404, 409, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access, language } = request
      const { caller } = access
      access.requireCrm()
      const owner = caller.isAdmin ? 'anybody' : caller.userId
      if (isTried(request)) {
        const { id } = await readJob(db, request.params.id, owner, language)
        return await previewRevert(db, access, id)
      }
      await queue.prepare(revertTask)
      return await answerOnce(request, reply, db, async (trx) => {
        const { id } = await readJob(trx, request.params.id, owner, language)
        return await started(trx, await startRevert(trx, queue, { jobId: id, userId: caller.userId }), request)
      })
    },
  )
}

function bulkRoute(app: App, type: SystemType, { db, queue, secret }: BulkRoutes): void {
  const many = type.titles.en.toLowerCase()
  app.post(
    `/${type.plural}/bulk`,
    {
      schema: {
        ...saying(type.titles.en)(
          `bulk${type.plural.charAt(0).toUpperCase()}${type.plural.slice(1)}`,
          `Change many ${many}`,
          `Sets fields of all ${many} that a filter finds or a list names (\`all: true\` for every record), adds values to their lists, removes some, or deletes the ${many}: by a job, with an error for each record that is left as it was. The job chooses what the filter finds page by page, among the records that exist when it is asked for: one that no longer fulfils the filter when its page is read is left alone. \`dryRun=true\` tells how many there are, on how many the caller may not do it, and of up to ${mostTried} what would become of them. The job can be undone.`,
        ),
        body: bulkRef(type),
        response: { 200: ref(BulkPreview), 202: ref(JobDocument), ...problems(400, 401, 403, 409, 413, 415, 422, 503) },
      },
    },
    async (request, reply) => {
      const { ids, filter, all, timeZone, ...action } = request.body
      const operation = action.delete ? 'delete' : 'update'
      const grant = request.access.grantFor(type.code, operation)
      const writing = { ...writingOf(request.access, type.code), grant, via: 'bulk' as const }
      await checkAction(db, writing, action)
      const selection = selectionOf(request, grant, { ids, filter, all, timeZone }, secret)
      if (isTried(request)) return await previewBulk(db, writing, { action, selection })
      await queue.prepare(bulkTask)
      return await answerOnce(request, reply, db, async (trx) =>
        started(trx, await startBulk(trx, queue, grant, { action, selection }), request),
      )
    },
  )
}

/** Throws what is wrong with the filter, or that nothing says which records are meant. */
function selectionOf(
  { access }: FastifyRequest,
  grant: Grant,
  { ids, filter, all, timeZone }: { [key in 'ids' | 'filter' | 'all' | 'timeZone']: BulkBody[key] | undefined },
  secret: string,
): Selection {
  if (ids && filter !== undefined) throw invalid([{ pointer: '/ids', code: 'not_allowed_here' }])
  // Without conditions there is nothing in which days are understood.
  if (all && (ids || filter !== undefined)) throw invalid([{ pointer: '/all', code: 'not_allowed_here' }])
  if ((ids || all) && timeZone !== undefined) throw invalid([{ pointer: '/timeZone', code: 'not_allowed_here' }])
  if (ids) return { ids }
  const { timeZone: zone, now } = access.context(timeZone)
  const asked = { filter: filter ?? null, timeZone: zone, now: now.toISOString() }
  if (all) return { where: null, asked }
  if (filter === undefined) throw invalid([{ pointer: '/filter', code: 'required', allowed: ['ids', 'filter', 'all'] }])
  const { where } = planList(access, grant, { filter: { body: filter }, timeZone, limit: 1, inBody: true }, secret)
  // Everything there is would be too much to be meant by saying nothing.
  if (!hasCondition(filter))
    throw invalid([{ pointer: '/filter', code: 'condition_required', allowed: ['ids', 'all'] }])
  return { where, asked }
}

/** Whether a filter says anything about records: empty groups do not. */
function hasCondition(filter: unknown): boolean {
  if (Array.isArray(filter)) return filter.some(hasCondition)
  return isObject(filter) && ('field' in filter || Object.values(filter).some(hasCondition))
}

async function started(trx: Transaction, jobId: number, { access, language }: FastifyRequest): Promise<Answer> {
  const job = await readJob(trx, jobId, access.caller.userId, language)
  return { status: 202, headers: { location: job.links.self ?? '' }, body: job }
}
