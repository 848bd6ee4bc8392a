import type { Problem } from '../../errors/problem.ts'

/** Items of a list became, once they were written, what their writer may not make of them. */
export class ItemsDenied extends Error {
  override name = 'ItemsDenied'
  /** By the item's place in the list, or whatever else its writer knows it by. */
  readonly problems: ReadonlyMap<number, Problem>

  constructor(problems: ReadonlyMap<number, Problem>) {
    super(`${problems.size} items are denied`)
    this.problems = problems
  }
}

/**
 * Does work in a transaction of its own, and anew without the items that turned out to be denied, which were taken back
 * with all the others.
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
