import type { Database } from '../../database/connect.ts'
import { inTransaction, type Transaction, type TransactionOptions } from '../../database/transaction.ts'
import type { Problem } from '../../errors/problem.ts'
import { retryOnTakenKey } from './write-context.ts'

/** Thrown when written items turn out to be forbidden for the caller. Their transaction must be rolled back. */
export class DeniedItems extends Error {
  override name = 'DeniedItems'
  /** Problems by the index of the item, or by another number that identifies it. */
  readonly problems: ReadonlyMap<number, Problem>

  constructor(problems: ReadonlyMap<number, Problem>) {
    super(`${problems.size} items are denied`)
    this.problems = problems
  }
}

/**
 * Runs work in one transaction. If items turn out to be forbidden, the transaction is rolled back and the work runs
 * again without them.
 */
export async function withoutDenied<T>(
  db: Database,
  work: (trx: Transaction, denied: ReadonlyMap<number, Problem>) => Promise<T>,
  options: TransactionOptions = retryOnTakenKey,
): Promise<T> {
  const denied = new Map<number, Problem>()
  for (;;) {
    try {
      return await inTransaction(db, (trx) => work(trx, denied), options)
    } catch (error) {
      if (!(error instanceof DeniedItems)) throw error
      for (const [item, problem] of error.problems) denied.set(item, problem)
    }
  }
}
