import { sql } from 'kysely'
import { type Part, rowsOf } from '../database/statement.ts'
import type { Transaction } from '../database/transaction.ts'
import { historyInsert } from '../history/write.ts'
import { tableOf } from '../records/query/record-query.ts'
import { combined } from '../records/query/run-statements.ts'
import { recordTimes, timesOf } from '../records/write/change-time.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import type { Merging } from './merge-log.ts'

/** Lets the survivor take the external keys of the merged records, which keep them for an undo. */
export async function releaseKeys(trx: Transaction, { grant, mergedIds }: Merging): Promise<void> {
  await sql`update external_id set active = false
    where type_id = ${grant.type.id} and record_id = any(${mergedIds}::bigint[]) and active`.execute(trx)
}

/** The versions of records before a write, and the times of the write. */
interface Locked {
  versions: ReadonlyMap<number, number>
  moments: ReadonlyMap<number, Date>
}

/** Marks records as merged into the survivor. */
export async function markMerged(
  trx: Transaction,
  { context, via, jobId }: WriteContext,
  { grant, survivorId, mergedIds }: Merging,
  { versions, moments }: Locked,
): Promise<void> {
  const entries = mergedIds.map((id) => ({
    typeId: grant.type.id,
    recordId: id,
    version: versions.get(id)! + 1,
    at: moments.get(id)!,
    kind: 'merged' as const,
    changes: null,
  }))
  const update: Part = {
    shape: 'merge',
    values: [survivorId, context.userId, timesOf(entries)],
    sql: (survivor, userId, times) => sql`update ${tableOf(grant)} as record set merged_into = ${survivor},
      version = record.version + 1, updated_at = v.at, updated_by = ${userId} from ${recordTimes(times)} where record.id = v.id`,
  }
  await rowsOf(trx, combined(grant, [update, historyInsert(entries, { actorId: context.userId, via, jobId })], 'merge'))
}
