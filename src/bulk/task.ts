import type { Database } from '../database/connect.ts'
import { type Job, JobFailed, jobTask } from '../jobs/job.ts'
import type { TaskContext } from '../jobs/task.ts'
import { changeRecords } from '../records/write/change.ts'
import { deleteRecords } from '../records/write/delete.ts'
import type { AccessMaker } from '../rights/access.ts'
import { type BulkAction, changeOf } from './action.ts'
import { type Choice, choosingBy } from './choose-targets.ts'
import { type BulkJob, doInChunks, type TargetWork } from './run-chunks.ts'

/** What bulk actions stand on. */
export interface BulkContext extends TaskContext {
  access: AccessMaker
}

/** Does the same to many records. */
export const bulkTask = jobTask('bulk', runBulk)

async function runBulk({ db, access }: BulkContext, job: Job, signal: AbortSignal): Promise<void> {
  const { typeCode, action, choice } = await readBulk(db, job.id)
  if (!action) throw new JobFailed('internal_error')
  const choosing: BulkJob['choosing'] = choice ? (access, grant) => choosingBy(choice, access, grant) : undefined
  await doInChunks({ db, access, job, typeCode, via: 'bulk', choosing, signal }, workOf(action))
}

/** How an action is done to a chunk of records. */
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
  // Written by this folder, from an action that was checked.
  return { typeCode, action: action as BulkAction | null, choice: choice as Choice | null }
}
