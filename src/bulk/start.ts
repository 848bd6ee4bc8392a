import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { createJob } from '../jobs/job.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { recordsFor } from '../records/source.ts'
import type { Grant } from '../rights/grant.ts'
import type { BulkAction } from './action.ts'
import { noCounters } from './chunks.ts'
import { bulkTask } from './task.ts'

/** Which records: those of a list of ids, or those that fulfil a condition now. */
export type Selection = { ids: readonly number[] } | { where: RawBuilder<SqlBool> | null }

/** SQL of the ids of the records. Those that lead nowhere are told of one by one, when it is their turn. */
export function chosen(grant: Grant, selection: Selection): RawBuilder<unknown> {
  if ('ids' in selection) return sql`select distinct id from unnest(${selection.ids}::bigint[]) as named (id)`
  return sql`select record.id ${recordsFor(grant, 'read')}${selection.where ? sql` and ${selection.where}` : sql``}`
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
    .insertInto('local.bulk')
    .values({ job_id: jobId, type_id: grant.type.id, action: JSON.stringify(action), reverts_job_id: null })
    .execute()
  const { numAffectedRows = 0n } = await sql`
    insert into local.bulk_target (job_id, place, type_id, record_id)
    select ${jobId}, row_number() over (order by id), ${grant.type.id}, id from (${chosen(grant, selection)}) as chosen`.execute(
    trx,
  )
  await trx
    .updateTable('local.job')
    .set({ total: Number(numAffectedRows), result: JSON.stringify(noCounters) })
    .where('id', '=', jobId)
    .execute()
  await queue.enqueue(trx, bulkTask, { jobId })
  return jobId
}
