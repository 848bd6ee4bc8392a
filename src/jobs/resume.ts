import { sql } from 'kysely'
import { fromKysely } from 'pg-boss'
import type { Transaction } from '../database/transaction.ts'
import { hasNoEntry, type JobQueue } from './queue.ts'

/**
 * Returns a paused job to the queue. Its queue must exist. A worker that has not noticed the pause continues without a
 * new entry. Returns false when the job is not paused.
 */
export async function resumeJob(trx: Transaction, queue: JobQueue, id: number): Promise<boolean> {
  const resumed = await trx
    .updateTable('local.job')
    .set({ status: 'queued' })
    .where('id', '=', id)
    .where('status', '=', 'paused')
    .returning('type')
    .executeTakeFirst()
  if (!resumed) return false
  const { type } = resumed
  const { rows } = await sql`select from local.job where id = ${id} and ${hasNoEntry}`.execute(trx)
  if (rows.length) await (await queue.sender(type)).send(type, { jobId: id }, { db: fromKysely(trx) })
  return true
}
