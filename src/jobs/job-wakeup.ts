import { sql } from 'kysely'
import type { PgBoss } from 'pg-boss'
import type { Database } from '../database/connect.ts'

/**
 * Wakes workers for work that became due without a notification: retries, mostly after a process was killed. One query
 * for all tasks costs less than more frequent polling by each worker.
 */
export async function wakeForDue(
  boss: PgBoss,
  { db, waiting }: { db: Database; waiting: ReadonlyMap<string, readonly string[]> },
): Promise<void> {
  const { rows } = await sql<{ name: string }>`select distinct name from pgboss.job
    where name = any(${[...waiting.keys()]}) and state in ('created', 'retry') and start_after <= now()`.execute(db)
  for (const { name } of rows) for (const id of waiting.get(name) ?? []) boss.notifyWorker(id)
}
