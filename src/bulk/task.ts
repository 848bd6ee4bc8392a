import { JobFailed, jobTask } from '../jobs/job-task.ts'
import { changeRecords } from '../records/write/change.ts'
import { deleteRecords } from '../records/write/delete.ts'
import type { AccessContext } from '../rights/access-context.ts'
import { type BulkAction, toChange } from './action.ts'
import type { TargetWork } from './do-chunk.ts'
import { moveRecords } from './move.ts'
import { readBulk, runBulk } from './run-bulk.ts'

/** Runs a bulk action. */
export const bulkTask = jobTask('bulk', async (context: AccessContext, job, signal) => {
  const bulk = await readBulk(context.db, job.id)
  if (!bulk.action) throw new JobFailed('internal_error')
  return await runBulk(context, { job, bulk, signal }, workOf(bulk.action))
})

/** Returns the work that applies an action to a chunk of records. */
export function workOf(action: BulkAction): TargetWork {
  const input = toChange(action)
  return (trx, writing, targets) => {
    const ids = targets.map(({ recordId }) => recordId)
    if (action.move) return moveRecords(trx, writing, ids, action.move)
    const items = ids.map((id) => ({ id, input }))
    return action.delete ? deleteRecords(trx, writing, items) : changeRecords(trx, writing, items)
  }
}
