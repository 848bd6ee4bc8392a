import { sql } from 'kysely'
import { fromKysely, type PgBoss } from 'pg-boss'
import type { Database } from '../database/connect.ts'
import { runnable } from '../database/job-status.ts'
import { inTransaction } from '../database/transaction.ts'
import { hasNoEntry } from './queue.ts'

/** Constants, so that Postgres uses the index of these jobs. */
const open = sql.join(runnable.map((status) => sql.lit(status)))

/**
 * Queues unfinished jobs that have no queue entry, which would otherwise never run. Their entry was completed by a
 * process that did not finish the job, or was deleted. One statement reads jobs and entries, and new jobs create both
 * in one transaction, so that no new job is missing its entry.
 */
export async function requeueLostJobs(
  boss: PgBoss,
  { db, types }: { db: Database; types: readonly string[] },
): Promise<void> {
  await inTransaction(db, async (trx) => {
    // Without the lock, two processes would queue the same job twice.
    const { rows: turn } = await sql<{ isOurs: boolean }>`
      select pg_try_advisory_xact_lock(hashtext('kartoteka: lost jobs')) as "isOurs"`.execute(trx)
    if (!turn[0]?.isOurs) return
    const { rows: lost } = await sql<{ id: number; type: string }>`
      select id, type from local.job where status in (${open}) and type = any(${types}) and ${hasNoEntry}`.execute(trx)
    for (const { id, type } of lost) await boss.send(type, { jobId: id }, { db: fromKysely(trx) })
  })
}
