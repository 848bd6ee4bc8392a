import { setTimeout as pause } from 'node:timers/promises'
import { type Transaction as KyselyTransaction, sql } from 'kysely'
import type { Database } from './connect.ts'
import type { Tables } from './tables.ts'

/** The query builder of a transaction. Functions that must run in a transaction take this type. */
export type Transaction = KyselyTransaction<Tables>

/** Deadlock and serialization failure. The whole transaction can be retried. */
const conflicts = new Set(['40P01', '40001'])

/** Maximum length of the first pause, in milliseconds. It doubles with each attempt. */
const firstPause = 10

/** Options of a transaction. */
export interface TransactionOptions {
  /** Unique indexes on whose violation the transaction is retried. */
  retryOnUnique?: readonly string[]
  /** Rolls back all changes and returns the result. */
  dryRun?: boolean | undefined
}

/** Thrown to roll back a dry run. It carries the result. */
class DryRunResult<T> extends Error {
  readonly result: T

  constructor(result: T) {
    super('taken back')
    this.result = result
  }
}

/**
 * Runs the work in one transaction, and retries it on conflicts with other transactions (up to five attempts). It also
 * retries violations of the unique indexes in `retryOnUnique`: the next attempt sees the row of the other transaction.
 */
export async function inTransaction<T>(
  db: Database,
  work: (trx: Transaction) => Promise<T>,
  { retryOnUnique, dryRun }: TransactionOptions = {},
): Promise<T> {
  const all = async (trx: Transaction): Promise<T> => {
    const result = await work(trx)
    if (dryRun) throw new DryRunResult(result)
    return result
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(all)
    } catch (error) {
      if (error instanceof DryRunResult) return error.result
      const { code, constraint } = sqlState(error)
      const again = conflicts.has(code) || (code === '23505' && retryOnUnique?.includes(constraint))
      if (!again || attempt === 5) throw error
      // A random pause, so that transactions that conflicted do not conflict again.
      await pause(Math.random() * firstPause * 2 ** attempt)
    }
  }
}

/** Runs work and rolls it back. The transaction continues. */
export async function rollBackAfter<T>(trx: Transaction, work: () => Promise<T>): Promise<T> {
  await sql`savepoint taken_back`.execute(trx)
  const result = await work()
  await sql`rollback to savepoint taken_back`.execute(trx)
  return result
}

/** Returns the SQLSTATE and constraint of a database error; empty texts for other errors. */
export function sqlState(error: unknown): { code: string; constraint: string } {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown }
  return { code: typeof code === 'string' ? code : '', constraint: typeof constraint === 'string' ? constraint : '' }
}
