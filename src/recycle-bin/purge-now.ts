import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { recordsInBin } from '../records/query/record-query.ts'
import { type Precondition, preconditionProblems } from '../records/write/precondition.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import { notInBin } from './entry-id.ts'
import { markForPurge, purgeRecords } from './purge.ts'

/**
 * Marks a record in the recycle bin, and the records merged into it, for purge. Returns their ids. Throws
 * `not_in_recycle_bin`, `precondition_failed`.
 */
export async function markOneForPurge(
  trx: Transaction,
  { grant, context }: WriteContext,
  item: { id: number; ifMatch: Precondition | undefined },
): Promise<number[]> {
  const binned = recordsInBin(grant, context.now).and(sql`record.id = ${item.id}`)
  const { rows } = await binned.select<{ version: number }>(sql`record.version`, { lock: 'noKeyUpdate' }).execute(trx)
  if (!rows[0]) throw notInBin(grant.type, item.id)
  const unseen = await preconditionProblems(trx, grant, [item], new Map([[item.id, rows[0].version]]))
  for (const problem of unseen.values()) throw problem
  return await markForPurge(trx, grant, binned)
}

/** Purges marked records. If the process is killed, the scheduled purge removes the rest. */
export async function purgeMarked(
  db: Database,
  { grant, context, via }: WriteContext,
  ids: readonly number[],
): Promise<void> {
  await purgeRecords(db, grant, ids, { actorId: context.userId, via })
}
