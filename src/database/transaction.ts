import { setTimeout as pause } from 'node:timers/promises'
import { type Transaction as KyselyTransaction, sql } from 'kysely'
import type { Database } from './connect.ts'
import type { Tables } from './tables.ts'

/** A handle inside a transaction: functions that must not run outside one ask for this type. */
export type Transaction = KyselyTransaction<Tables>

/** Deadlock and serialization failure: the whole transaction may simply be run again. */
const conflicts = new Set(['40P01', '40001'])

/** Milliseconds that the first pause takes at most; each one is twice as long as the one before. */
const firstPause = 10

/** What a transaction may be told besides its work. */
export interface TransactionOptions {
  /** Unique keys for which others may be faster. */
  retryOnUnique?: readonly string[]
  /** Everything is done, answered, and taken back. */
  dryRun?: boolean | undefined
}

/** Ends a transaction whose effects nobody wants, and brings its result out. */
class TakenBack<T> extends Error {
  readonly result: T

  constructor(result: T) {
    super('taken back')
    this.result = result
  }
}

/**
 * Runs the work in one transaction, and anew when another one got in its way (up to five times). A loser of a race for
 * a unique key is run again too when the key is named: the second run sees the winner's row and can answer about it.
 */
export async function inTransaction<T>(
  db: Database,
  work: (trx: Transaction) => Promise<T>,
  { retryOnUnique, dryRun }: TransactionOptions = {},
): Promise<T> {
  const all = async (trx: Transaction): Promise<T> => {
    const result = await work(trx)
    if (dryRun) throw new TakenBack(result)
    return result
  }
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(all)
    } catch (error) {
      if (error instanceof TakenBack) return error.result
      const { code, constraint } = sqlState(error)
      const again = conflicts.has(code) || (code === '23505' && retryOnUnique?.includes(constraint))
      if (!again || attempt === 5) throw error
      // Who got in each other's way would meet again if they came back together.
      await pause(Math.random() * firstPause * 2 ** attempt)
    }
  }
}

/** Does work and takes it back, in a transaction that goes on. */
export async function takenBack<T>(trx: Transaction, work: () => Promise<T>): Promise<T> {
  await sql`savepoint taken_back`.execute(trx)
  const result = await work()
  await sql`rollback to savepoint taken_back`.execute(trx)
  return result
}

/** The SQLSTATE and constraint of a database error, empty texts for any other error. */
export function sqlState(error: unknown): { code: string; constraint: string } {
  const { code, constraint } = (error ?? {}) as { code?: unknown; constraint?: unknown }
  return { code: typeof code === 'string' ? code : '', constraint: typeof constraint === 'string' ? constraint : '' }
}
