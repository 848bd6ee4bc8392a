import type { Database } from '../database/connect.ts'
import { countOnce, type Job } from '../jobs/job.ts'
import { runInChunks } from '../jobs/run-in-chunks.ts'
import { withoutDenied } from '../records/write/denied.ts'
import type { AccessContext } from '../rights/access-context.ts'
import type { BulkAction } from './action.ts'
import { countTargets, recordsAtOnce, type StoredSelection, targetChunks, targetQueriesFor } from './choose-targets.ts'
import { doChunk, type TargetWork } from './do-chunk.ts'

/** A stored bulk action or revert. */
interface Bulk {
  typeCode: string
  typeId: number
  /** Null for a revert. */
  action: BulkAction | null
  /** Null if the records are listed. */
  choice: StoredSelection | null
  /** The job to revert. Null for an action. */
  undoes: number | null
  /** Whether that job merged records. */
  undoesMerges: boolean
}

/** Does the rest of a bulk action or a revert: the work on its records, chunk by chunk. Returns the result of the job. */
export async function runBulk(
  { db, access }: AccessContext,
  { job, bulk, signal }: { job: Job; bulk: Bulk; signal: AbortSignal },
  work: TargetWork,
): Promise<Job['result']> {
  const { typeCode, typeId, choice, undoes, undoesMerges } = bulk
  const read = async () => {
    const caller = await access.ofJob(db, job)
    return { caller, grant: caller.grant(typeCode) }
  }
  const readChoosing =
    choice &&
    (async () => {
      const { caller, grant } = await read()
      return targetQueriesFor(choice, caller, grant)
    })
  if (readChoosing) await countOnce(db, job, () => countTargets(db, readChoosing))
  const doing = undoes === null ? { via: 'bulk' as const } : { via: 'revert' as const, undoes }
  return await runInChunks(
    { db, job, signal, read, typeId, transaction: withoutDenied },
    // Each undone merge takes its own locks in their order.
    targetChunks(db, { job, typeId, atOnce: undoesMerges ? 1 : recordsAtOnce }, readChoosing),
    (trx, targets, { caller, grant }, denied) => {
      const writing = { grant, context: caller.context(), ...doing, jobId: job.id, isSilent: true }
      return doChunk(trx, writing, targets, { denied, work })
    },
  )
}

/** Reads the bulk action or revert of a job. */
export async function readBulk(db: Database, jobId: number): Promise<Bulk> {
  const { action, choice, ...rest } = await db
    .selectFrom('local.bulk as bulk')
    .innerJoin('record_type', 'record_type.id', 'bulk.type_id')
    .select(['record_type.code as typeCode', 'bulk.type_id as typeId'])
    .leftJoin('local.duplicate_merge as merging', 'merging.job_id', 'bulk.reverts_job_id')
    .select(['bulk.action', 'bulk.choice', 'bulk.reverts_job_id as undoes'])
    .select((build) => build('merging.job_id', 'is not', null).$castTo<boolean>().as('undoesMerges'))
    .where('bulk.job_id', '=', jobId)
    .executeTakeFirstOrThrow()
  // `startBulk` stores only checked actions.
  return { ...rest, action: action as BulkAction | null, choice: choice as StoredSelection | null }
}
