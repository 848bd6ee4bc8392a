import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { createJob } from '../jobs/job.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { recordsFor } from '../records/source.ts'
import { conjunction, type Grant } from '../rights/grant.ts'
import type { BulkAction } from './action.ts'
import { noCounters } from './chunks.ts'
import { bulkTask } from './task.ts'

/** Which records: those of a list of ids, or those that fulfil a condition now. */
export type Selection = { ids: readonly number[] } | { where: RawBuilder<SqlBool> | null }

/** What a bulk action would meet: how many records, on how many of them the caller may not do it, and who is not there. */
export interface Preview {
  matched: number
  denied: number
  missing: number
}

/** Notes the records of a bulk action and the job that will do it; answers the job's id. */
export async function startBulk(
  trx: Transaction,
  queue: JobQueue,
  grant: Grant,
  { action, selection }: { action: BulkAction; selection: Selection },
): Promise<number> {
  const jobId = await createJob(trx, { type: bulkTask.name, userId: grant.userId })
  await trx
    .insertInto('bulk')
    .values({ job_id: jobId, type_id: grant.type.id, action: JSON.stringify(action), reverts_job_id: null })
    .execute()
  // Ids that lead nowhere are told of one by one, when it is their turn.
  const source =
    'ids' in selection
      ? sql`select distinct id from unnest(${selection.ids}::bigint[]) as named (id)`
      : sql`select record.id ${recordsFor(grant, 'read')}${selection.where ? sql` and ${selection.where}` : sql``}`
  const { numAffectedRows = 0n } = await sql`
    insert into bulk_target (job_id, place, type_id, record_id)
    select ${jobId}, row_number() over (order by id), ${grant.type.id}, id from (${source}) as chosen`.execute(trx)
  await trx
    .updateTable('job')
    .set({ total: Number(numAffectedRows), result: JSON.stringify(noCounters) })
    .where('id', '=', jobId)
    .execute()
  await queue.enqueue(trx, bulkTask, { jobId })
  return jobId
}

/** What an action would meet. */
export async function previewBulk(
  db: Database,
  grant: Grant,
  operation: 'update' | 'delete',
  selection: Selection,
): Promise<Preview> {
  const may = grant.rows[operation]
  const named = 'ids' in selection ? new Set(selection.ids) : undefined
  const which = 'ids' in selection ? sql<SqlBool>`record.id = any(${selection.ids})` : selection.where
  const { rows } = await sql<Omit<Preview, 'missing'>>`
    select count(*) as matched, count(*) filter (where (${may ?? sql`true`}) is not true) as denied
    ${recordsFor(grant, 'read')}${which ? sql` and ${conjunction([which])}` : sql``}`.execute(db)
  const { matched, denied } = rows[0]!
  return { matched, denied, missing: named ? named.size - matched : 0 }
}
