import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'

/** Runs statements that do not see each other's effects as one: a change costs one round trip, whatever it touches. */
export async function run(trx: Transaction, statements: readonly RawBuilder<unknown>[]): Promise<void> {
  if (!statements.length) return
  const parts = statements.map((statement, index) => sql`${sql.ref(`part_${index}`)} as (${statement})`)
  await sql`with ${sql.join(parts)} select 1`.execute(trx)
}
