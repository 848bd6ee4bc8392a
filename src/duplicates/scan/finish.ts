import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Grant } from '../../rights/grant.ts'

/**
 * Removes the blocks of a scan, and after a full scan the pairs that it has not found again. The next scan begins with the
 * changes since this one.
 */
export async function finishScan(
  trx: Transaction,
  { type }: Grant,
  { jobId, isFull }: { jobId: number; isFull: boolean },
): Promise<void> {
  await sql`delete from local.duplicate_block where job_id = ${jobId}`.execute(trx)
  if (isFull) await sql`delete from local.duplicate_pair where type_id = ${type.id} and job_id <> ${jobId}`.execute(trx)
  await sql`insert into local.duplicate_state (type_id, scanned_to, scanned_at)
    select type_id, scanned_to, now() from local.duplicate_scan where job_id = ${jobId}
    on conflict (type_id) do update set scanned_to = excluded.scanned_to, scanned_at = excluded.scanned_at`.execute(trx)
}
