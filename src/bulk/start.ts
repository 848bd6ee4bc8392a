import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { Condition } from '../filters/condition.ts'
import { type JobCreator, setTotal } from '../jobs/job.ts'
import { queueJob } from '../jobs/job-task.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { type RecordQuery, recordsFor, storedRecords } from '../records/query/record-query.ts'
import type { Grant } from '../rights/grant.ts'
import type { BulkAction } from './action.ts'
import type { StoredSelection } from './choose-targets.ts'
import { noCounters } from './do-chunk.ts'
import { bulkTask } from './task.ts'

/** The selected records: a list of ids, or those that match a condition (all if it is null). */
export type Selection = { ids: readonly number[] } | { where: Condition | null; asked: Omit<StoredSelection, 'upTo'> }

/** Returns the selected records that the caller may read. */
export function selected(grant: Grant, selection: Selection): RecordQuery {
  const records = recordsFor(grant, 'read')
  if ('ids' in selection) return records.and(sql`record.id = any(${selection.ids})`)
  return records.matching(selection.where)
}

/** Returns SQL of the ids of the selected records. The job reports ids without a record one by one. */
export function selectedIds(grant: Grant, selection: Selection): RawBuilder<unknown> {
  if ('ids' in selection) return sql`select distinct id from unnest(${selection.ids}::bigint[]) as named (id)`
  return selected(grant, selection).select(sql`record.id`)
}

/**
 * Stores a bulk action and its job, and returns the id of the job. Stores listed ids at once; for a filter, the job
 * chooses the records page by page among those that exist now.
 */
export async function startBulk(
  trx: Transaction,
  queue: JobQueue,
  grant: Grant,
  { action, selection, creator }: { action: BulkAction; selection: Selection; creator: JobCreator },
): Promise<number> {
  const jobId = await queueJob(trx, queue, bulkTask, { creator, result: noCounters })
  const typeId = grant.type.id
  const choice = 'ids' in selection ? null : { ...selection.asked, upTo: await lastId(trx, grant) }
  await trx
    .insertInto('local.bulk')
    .values({
      job_id: jobId,
      type_id: typeId,
      action: JSON.stringify(action),
      reverts_job_id: null,
      choice: choice && JSON.stringify(choice),
    })
    .execute()
  if ('ids' in selection) {
    await setTotal(trx, jobId, await noteTargets(trx, { jobId, typeId }, selectedIds(grant, selection)))
  }
  return jobId
}

async function lastId(trx: Transaction, grant: Grant): Promise<number> {
  const { rows } = await storedRecords(grant).select<{ id: number | null }>(sql`max(record.id) as id`).execute(trx)
  return rows[0]?.id ?? 0
}

async function noteTargets(
  trx: Transaction,
  { jobId, typeId }: { jobId: number; typeId: number },
  ids: RawBuilder<unknown>,
): Promise<number> {
  const { numAffectedRows = 0n } = await sql`
    insert into local.bulk_target (job_id, place, type_id, record_id)
    select ${jobId}, row_number() over (order by id), ${typeId}, id from (${ids}) as chosen`.execute(trx)
  return Number(numAffectedRows)
}
