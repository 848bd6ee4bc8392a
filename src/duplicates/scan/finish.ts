import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Grant } from '../../rights/grant.ts'

/** The most rows of a statement, so that none runs into its time limit. */
const rowsAtOnce = 50_000

/**
 * Removes the pairs that a full scan has not found again. The next scan begins with the changes since this one.
 */
export async function finishScan(
  trx: Transaction,
  { type }: Grant,
  { jobId, isFull }: { jobId: number; isFull: boolean },
): Promise<void> {
  if (isFull) {
    await deleteAll(
      trx,
      (most) => sql`delete from local.duplicate_pair where ctid = any(array(select ctid from local.duplicate_pair
        where type_id = ${type.id} and job_id <> ${jobId} limit ${most}))`,
    )
  }
  await sql`insert into local.duplicate_state (type_id, scanned_to, scanned_at)
    select type_id, scanned_to, now() from local.duplicate_scan where job_id = ${jobId}
    on conflict (type_id) do update set scanned_to = excluded.scanned_to, scanned_at = excluded.scanned_at`.execute(trx)
  // Postgres plans badly with the statistics of a table that was empty a minute ago.
  if (isFull) await sql`analyze local.duplicate_pair`.execute(trx)
  // So a process that takes up the job after this does not end the scan again.
  await trx.deleteFrom('local.duplicate_scan').where('job_id', '=', jobId).execute()
}

/** Runs a statement that deletes at most so many rows, until none is left. */
export async function deleteAll(trx: Transaction, statement: (most: number) => RawBuilder<unknown>): Promise<void> {
  for (let deleted = BigInt(rowsAtOnce); deleted >= rowsAtOnce; ) {
    deleted = (await statement(rowsAtOnce).execute(trx)).numAffectedRows ?? 0n
  }
}
