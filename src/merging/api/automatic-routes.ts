import type { Database } from '../../database/connect.ts'
import { inTransaction, type Transaction } from '../../database/transaction.ts'
import { isStopped } from '../../duplicates/auto-merge-stop.ts'
import { problems } from '../../errors/documents.ts'
import { Problem } from '../../errors/problem.ts'
import type { App } from '../../http/foundation.ts'
import { answerIndex, isDryRun, once, send } from '../../idempotency/once.ts'
import { jobAccepted } from '../../jobs/api/requests.ts'
import type { JobQueue } from '../../jobs/queue.ts'
import { JobDocument } from '../../jobs/schemas.ts'
import { nameOf } from '../../records/api/field-properties.ts'
import type { RecordResource } from '../../records/api/record-resource.ts'
import { describeOperations, ref } from '../../schema/build.ts'
import { startMerging } from '../automatic/start.ts'
import { mergeTask, mergingGrant } from '../automatic/task.ts'

/** Adds the route that merges the groups of duplicates of a resource that need no person. */
export function automaticMergeRoute(
  app: App,
  { type, path, ofList, codeOf }: RecordResource,
  { db, queue }: { db: Database; queue: JobQueue },
): void {
  const many = type.titles.en.toLowerCase()
  app.post(
    `${path}/duplicates/merge`,
    {
      schema: {
        ...describeOperations(type.titles.en)(
          `merge${nameOf(type.plural)}Duplicates`,
          `Merge duplicate ${many} automatically`,
          `Starts a job that merges the groups of duplicate ${many} of the last scan that need no decision: their values do not contradict each other, the responsible user and the stage are the same, and the score is high. Of values that mean the same the more complete one is kept. The other groups are left, and the errors of the job say why. \`GET /v1/merges?job=\` lists the merges. Each can be undone, and reverting the job undoes all. With \`dryRun=true\` the job only counts. Requires an administrator, the plan feature \`autoMerge\`, and the right to see and change every field. After 3 of its last 100 merges were undone, automatic merging stops until an administrator switches it on again in the settings for duplicates.`,
        ),
        ...ofList,
        response: { 202: ref(JobDocument), ...problems(400, 401, 403, 409, 422, 503) },
      },
    },
    async (request, reply) => {
      const { access } = request
      access.requireCrm()
      const typeId = mergingGrant(access, codeOf(request)).type.id
      const dryRun = isDryRun(request)
      await queue.prepare(mergeTask)
      // A dry run is a job too, so its transaction is not rolled back.
      const work = async (trx: Transaction) => {
        if (await isStopped(trx, typeId)) throw new Problem('automatic_merging_stopped')
        const jobId = await startMerging(trx, queue, { typeId, creator: access.caller, dryRun })
        return await jobAccepted(trx, jobId, request)
      }
      const answer = await inTransaction(db, (trx) => once(request, reply, trx, work), { retryOnUnique: [answerIndex] })
      return send(reply, answer)
    },
  )
}

/** Answers `automatic_merging_not_supported` at the path of smart processes. */
export function unsupportedRoute(app: App, { path, codeOf }: Pick<RecordResource, 'path' | 'codeOf'>): void {
  const schema = { hide: true, querystring: {}, body: {} }
  app.post(`${path}/duplicates/merge`, { schema }, async (request) => {
    mergingGrant(request.access, codeOf(request))
  })
}
