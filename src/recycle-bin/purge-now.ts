import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { createJob } from '../jobs/job.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { binnedFor } from '../records/source.ts'
import type { Writing } from '../records/writing.ts'
import { notInBin } from './entry-id.ts'
import { condemn, purgeRecords } from './purge.ts'
import { emptyTask } from './tasks.ts'

/** Condemns a record of the bin, with what was merged into it; answers their ids. Throws not_in_recycle_bin. */
export async function condemnOne(trx: Transaction, { grant, context }: Writing, id: number): Promise<number[]> {
  const ids = await condemn(trx, grant, sql`${binnedFor(grant, context.now)} and record.id = ${id}`)
  if (!ids.length) throw notInBin(grant.type, id)
  return ids
}

/** Removes what was condemned; whoever is killed meanwhile leaves the rest to the purge by schedule. */
export async function purgeCondemned(
  db: Database,
  { grant, context, via }: Writing,
  ids: readonly number[],
): Promise<void> {
  await purgeRecords(db, grant, ids, { authorship: { actorId: context.userId, via, at: context.now } })
}

/** Has everything purged that is in the bin now, and answers the id of the job; its queue must be there. */
export async function startEmptying(trx: Transaction, queue: JobQueue, userId: number): Promise<number> {
  const jobId = await createJob(trx, { type: emptyTask.name, userId })
  await queue.enqueue(trx, emptyTask, { jobId })
  return jobId
}
