import type { Transaction } from '../../database/transaction.ts'
import type { JobCreator } from '../../jobs/job.ts'
import { queueJob } from '../../jobs/job-task.ts'
import type { JobQueue } from '../../jobs/queue.ts'
import { scanTask } from './task.ts'

/** Creates the job that searches all records of a type for duplicates, and returns its id. */
export async function startScan(
  trx: Transaction,
  queue: JobQueue,
  { typeId, creator, isFull }: { typeId: number; creator: JobCreator; isFull: boolean },
): Promise<number> {
  const jobId = await queueJob(trx, queue, scanTask, { creator, result: { compared: 0, pairs: 0 } })
  await trx.insertInto('local.duplicate_scan').values({ job_id: jobId, type_id: typeId, asks_full: isFull }).execute()
  return jobId
}
