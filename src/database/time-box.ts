import { sql } from 'kysely'
import type { Database } from './connect.ts'
import { sqlState, type Transaction } from './transaction.ts'

const cancelled = '57014'

/** Runs statements with a time limit for each. Returns null when one exceeds it. */
export async function inTimeBox<T>(
  db: Database,
  milliseconds: number,
  work: (trx: Transaction) => Promise<T>,
): Promise<T | null> {
  try {
    return await db.transaction().execute(async (trx) => {
      await setTimeBox(trx, milliseconds)
      return await work(trx)
    })
  } catch (error) {
    if (sqlState(error).code === cancelled) return null
    throw error
  }
}

/** Sets the time limit for each further statement of a transaction. */
export async function setTimeBox(trx: Transaction, milliseconds: number): Promise<void> {
  await sql`select set_config('statement_timeout', ${String(Math.max(1, Math.ceil(milliseconds)))}, true)`.execute(trx)
}
