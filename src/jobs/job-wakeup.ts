import { sql } from 'kysely'
import type { PgBoss } from 'pg-boss'
import type { Database } from '../database/connect.ts'

/**
 * Wakes those who wait for work that became due with nobody to announce it: what is tried again, most of all what a
 * process left that was killed. One question for all kinds of work costs less than each of them asking more often.
 */
export async function wakeForDue(
  boss: PgBoss,
  { db, waiting }: { db: Database; waiting: ReadonlyMap<string, readonly string[]> },
): Promise<void> {
  const { rows } = await sql<{ name: string }>`select distinct name from pgboss.job
    where name = any(${[...waiting.keys()]}) and state in ('created', 'retry') and start_after <= now()`.execute(db)
  for (const { name } of rows) for (const id of waiting.get(name) ?? []) boss.notifyWorker(id)
}
