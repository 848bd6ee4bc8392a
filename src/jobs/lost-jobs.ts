import { sql } from 'kysely'
import { fromKysely, type PgBoss } from 'pg-boss'
import type { Database } from '../database/connect.ts'
import { inTransaction } from '../database/transaction.ts'
import { givenUp } from './queue.ts'

/**
 * Gives out again what is not over and has no entry in the queue, so that nobody does it and nobody will: its entry was
 * settled by a process that did not finish it, or was removed. The rows and the entries are seen at one moment, and both
 * begin in one transaction.
 */
export async function takeUpLost(
  boss: PgBoss,
  { db, types }: { db: Database; types: readonly string[] },
): Promise<void> {
  await inTransaction(db, async (trx) => {
    // Two processes would give the same job out twice.
    const { rows: turn } = await sql<{ isOurs: boolean }>`
      select pg_try_advisory_xact_lock(hashtext('kartoteka: lost jobs')) as "isOurs"`.execute(trx)
    if (!turn[0]?.isOurs) return
    const { rows: lost } = await sql<{ id: number; type: string }>`
      select id, type from local.job where status in ('queued', 'running') and type = any(${types})
      and not exists (select from pgboss.job as entry where entry.name in (job.type, ${givenUp})
        and entry.state in ('created', 'retry', 'active') and entry.data ->> 'jobId' = job.id::text)`.execute(trx)
    for (const { id, type } of lost) await boss.send(type, { jobId: id }, { db: fromKysely(trx) })
  })
}
