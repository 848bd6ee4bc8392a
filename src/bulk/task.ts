import type { Database } from '../database/connect.ts'
import { type Job, JobFailed, jobTask } from '../jobs/job.ts'
import type { TaskContext } from '../jobs/task.ts'
import { changeRecords } from '../records/write/change.ts'
import { deleteRecords } from '../records/write/delete.ts'
import type { AccessMaker } from '../rights/access.ts'
import { type BulkAction, changeOf } from './action.ts'
import { type Choice, choosingBy } from './choose-targets.ts'
import { type BulkJob, doInChunks, type TargetWork } from './run-chunks.ts'

/** The dependencies of bulk jobs. */
export interface BulkContext extends TaskContext {
  access: AccessMaker
}

/** Runs a bulk action. */
export const bulkTask = jobTask('bulk', runBulk)

async function runBulk({ db, access }: BulkContext, job: Job, signal: AbortSignal): Promise<void> {
  const { typeCode, action, choice } = await readBulk(db, job.id)
  if (!action) throw new JobFailed('internal_error')
  const choosing: BulkJob['choosing'] = choice ? (access, grant) => choosingBy(choice, access, grant) : undefined
  await doInChunks({ db, access, job, typeCode, via: 'bulk', choosing, signal }, workOf(action))
}

/** Returns the work that applies an action to a chunk of records. */
export function workOf(action: BulkAction): TargetWork {
  const input = changeOf(action)
  return (trx, writing, targets) => {
    const items = targets.map(({ recordId }) => ({ id: recordId, input }))
    return action.delete ? deleteRecords(trx, writing, items) : changeRecords(trx, writing, items)
  }
}

async function readBulk(db: Database, jobId: number) {
  const { typeCode, action, choice } = await db
    .selectFrom('local.bulk as bulk')
    .innerJoin('record_type', 'record_type.id', 'bulk.type_id')
    .select(['record_type.code as typeCode', 'bulk.action', 'bulk.choice'])
    .where('job_id', '=', jobId)
    .executeTakeFirstOrThrow()
  // `startBulk` stores only checked actions.
  return { typeCode, action: action as BulkAction | null, choice: choice as Choice | null }
}
