import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'

/**
 * Runs several statements in one round trip. The statements do not see each other's effects. `check` is an expression
 * that raises an error when the statements must not run.
 */
export async function runStatements(
  trx: Transaction,
  statements: readonly RawBuilder<unknown>[],
  check: RawBuilder<unknown> = sql`1`,
): Promise<void> {
  if (!statements.length) return
  const parts = statements.map((statement, index) => sql`${sql.ref(`part_${index}`)} as (${statement})`)
  await sql`with ${sql.join(parts)} select ${check}`.execute(trx)
}
