import type { Transaction as KyselyTransaction } from 'kysely'
import type { Database } from './connect.ts'
import type { Tables } from './tables.ts'

/** A handle inside a transaction: functions that must not run outside one ask for this type. */
export type Transaction = KyselyTransaction<Tables>

/** Deadlock and serialization failure: the whole transaction may simply be run again. */
const conflicts = new Set(['40P01', '40001'])

/**
 * Runs the work in one transaction, and anew when another one got in its way (up to five times). A loser of a race for
 * a unique key is run again too when the key is named: the second run sees the winner's row and can answer about it.
 */
export async function inTransaction<T>(
  db: Database,
  work: (trx: Transaction) => Promise<T>,
  options: { retryOnUnique?: readonly string[] } = {},
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work)
    } catch (error) {
      const { code, constraint } = sqlState(error)
      const again = conflicts.has(code) || (code === '23505' && options.retryOnUnique?.includes(constraint))
      if (!again || attempt === 5) throw error
    }
  }
}

/** The SQLSTATE and constraint of a database error, empty texts for any other error. */
export function sqlState(error: unknown): { code: string; constraint: string } {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown }
  return { code: typeof code === 'string' ? code : '', constraint: typeof constraint === 'string' ? constraint : '' }
}
