import { type RawBuilder, sql } from 'kysely'
import { type Keep, rowsOf, type Statement, statementOf } from '../../database/statement.ts'
import type { Transaction } from '../../database/transaction.ts'

/**
 * Returns one statement that runs several, which do not see each other's effects. `check` is an expression that raises
 * an error when the statements must not run.
 */
export function combined(
  statements: readonly RawBuilder<unknown>[],
  keep: Keep,
  check: RawBuilder<unknown> = sql`1`,
): Statement {
  const parts = statements.map((statement, index) => sql`${sql.ref(`part_${index}`)} as (${statement})`)
  return statementOf(sql`with ${sql.join(parts)} select ${check}`, { keep })
}

/** Runs several statements as one. */
export async function runStatements(
  trx: Transaction,
  statements: readonly RawBuilder<unknown>[],
  keep: Keep,
): Promise<void> {
  if (statements.length) await rowsOf(trx, combined(statements, keep))
}
