import type { Transaction } from '../database/transaction.ts'
import type { JobCreator } from '../jobs/job.ts'
import { queueJob } from '../jobs/job-task.ts'
import type { JobQueue } from '../jobs/queue.ts'
import type { Grant } from '../rights/grant.ts'
import type { ExportRequest } from './options.ts'
import { exportTask } from './task.ts'

/** Stores an export and its job, and returns the id of the job. */
export async function startExport(
  trx: Transaction,
  queue: JobQueue,
  grant: Grant,
  { request, creator }: { request: ExportRequest; creator: JobCreator },
): Promise<number> {
  const jobId = await queueJob(trx, queue, exportTask, { creator })
  const values = {
    job_id: jobId,
    type_id: grant.type.id,
    request: JSON.stringify(request),
    location: null,
    fields: null,
  }
  await trx.insertInto('local.export').values(values).execute()
  return jobId
}
