import { sql } from 'kysely'
import type { PgBoss } from 'pg-boss'
import type { Database } from '../database/connect.ts'

/** How often it is looked for work that waits unannounced. */
const every = 2000

/**
 * Wakes those who wait for work that became due with nobody to announce it: what is tried again, most of all what a
 * process left that was killed. One question for all kinds of work costs less than each of them asking more often.
 */
export function wakeForDue(
  boss: PgBoss,
  {
    db,
    waiting,
    onError,
  }: { db: Database; waiting: ReadonlyMap<string, readonly string[]>; onError(error: unknown): void },
): { stop(): Promise<void> } {
  let looking = Promise.resolve()
  const look = async () => {
    const { rows } = await sql<{ name: string }>`select distinct name from pgboss.job
      where name = any(${[...waiting.keys()]}) and state in ('created', 'retry') and start_after <= now()`.execute(db)
    for (const { name } of rows) for (const id of waiting.get(name) ?? []) boss.notifyWorker(id)
  }
  const timer = setInterval(() => {
    looking = look().catch(onError)
  }, every)
  return {
    async stop() {
      clearInterval(timer)
      await looking
    },
  }
}
