import type { Problem } from '../../errors/problem.ts'

/** Thrown when written items turn out to be forbidden for the caller. Their transaction must be rolled back. */
export class ItemsDenied extends Error {
  override name = 'ItemsDenied'
  /** Problems by the index of the item, or by another number that identifies it. */
  readonly problems: ReadonlyMap<number, Problem>

  constructor(problems: ReadonlyMap<number, Problem>) {
    super(`${problems.size} items are denied`)
    this.problems = problems
  }
}

/**
 * Runs work in a transaction of its own. If items turn out to be forbidden, the transaction is rolled back and the work
 * runs again without them.
 */
export async function withoutDenied<T>(work: (denied: ReadonlyMap<number, Problem>) => Promise<T>): Promise<T> {
  const denied = new Map<number, Problem>()
  for (;;) {
    try {
      return await work(denied)
    } catch (error) {
      if (!(error instanceof ItemsDenied)) throw error
      for (const [item, problem] of error.problems) denied.set(item, problem)
    }
  }
}
