import type { Transaction } from '../../database/transaction.ts'
import type { AfterScan } from '../../duplicates/scan/task.ts'
import { allowsAutoMerge } from '../../duplicates/settings.ts'
import type { JobCreator } from '../../jobs/job.ts'
import { queueJob } from '../../jobs/job-task.ts'
import type { JobQueue } from '../../jobs/queue.ts'
import { noGroups } from './merge-groups.ts'
import { mergeTask } from './task.ts'

/** Creates the job that merges groups of duplicates, and returns its id. */
export async function startMerging(
  trx: Transaction,
  queue: JobQueue,
  { typeId, creator, dryRun }: { typeId: number; creator: JobCreator; dryRun: boolean },
): Promise<number> {
  const result = { ...noGroups, ...(dryRun && { dryRun }) }
  const jobId = await queueJob(trx, queue, mergeTask, { creator, result })
  await trx.insertInto('local.duplicate_merge').values({ job_id: jobId, type_id: typeId, dry_run: dryRun }).execute()
  return jobId
}

/** After a scan of a type whose groups are merged automatically, starts the job that merges them. */
export const mergeAfterScan: AfterScan = {
  task: mergeTask,
  async start(trx, queue, { type, creator, features }) {
    const setting = trx.selectFrom('duplicate_setting').select('auto_merge').where('type_id', '=', type.id)
    const { auto_merge: isOn = false } = (await setting.executeTakeFirst()) ?? {}
    if (!isOn || !allowsAutoMerge(type) || !features.includes('autoMerge')) return
    await startMerging(trx, queue, { typeId: type.id, creator, dryRun: false })
  },
}
