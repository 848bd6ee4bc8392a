import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { inTransaction } from '../database/transaction.ts'
import { createJob } from '../jobs/job.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { binnedFor } from '../records/source.ts'
import type { Writing } from '../records/writing.ts'
import { notInBin } from './entry-id.ts'
import { condemn, purgeRecords } from './purge.ts'
import { emptyTask } from './tasks.ts'

/** Purges a record of the bin. Throws not_in_recycle_bin. */
export async function purgeOne(
  db: Database,
  { grant, context, via }: Writing,
  id: number,
  dryRun: boolean,
): Promise<void> {
  const rows = sql`${binnedFor(grant, context.now)} and record.id = ${id}`
  const ids = await inTransaction(db, (trx) => condemn(trx, grant, rows), { dryRun })
  if (!ids.length) throw notInBin(grant.type, id)
  if (!dryRun) {
    await purgeRecords(db, grant, ids, { authorship: { actorId: context.userId, via, at: context.now } })
  }
}

/** Has everything purged that is in the bin now, and answers the id of the job. */
export async function startEmptying(db: Database, queue: JobQueue, userId: number): Promise<number> {
  await queue.prepare(emptyTask)
  return await inTransaction(db, async (trx) => {
    const jobId = await createJob(trx, { type: emptyTask.name, userId })
    await queue.enqueue(trx, emptyTask, { jobId })
    return jobId
  })
}
