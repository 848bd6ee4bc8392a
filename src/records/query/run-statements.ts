import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'

/**
 * Runs statements that do not see each other's effects as one: a change costs one round trip, whatever it touches. With
 * `check`, an expression that raises an error where they must not be done.
 */
export async function run(
  trx: Transaction,
  statements: readonly RawBuilder<unknown>[],
  check: RawBuilder<unknown> = sql`1`,
): Promise<void> {
  if (!statements.length) return
  const parts = statements.map((statement, index) => sql`${sql.ref(`part_${index}`)} as (${statement})`)
  await sql`with ${sql.join(parts)} select ${check}`.execute(trx)
}
