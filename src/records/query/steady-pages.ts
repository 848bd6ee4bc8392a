import type { Condition, Leaf } from '../../filters/condition.ts'
import type { SortKey } from './sort.ts'

/**
 * Returns whether the same plan of a page is the best for all values of its condition, so that connections can keep it.
 * Other pages are planned each time: one user can be responsible for most records and another for none, which decides
 * between reading in the order of the list and sorting what an index finds.
 */
export function isSteady(condition: Condition | null, sort: readonly SortKey[]): boolean {
  if (!condition) return true
  if ('and' in condition && condition.and.length === 1) return isSteady(condition.and[0]!, sort)
  if (!('target' in condition) || !condition.op.matchesOneValue) return false
  return isNearlyUnique(condition) || isInOrder(condition, sort)
}

/** Returns whether few records have the same value: an id, or a value in the index of another table, such as a phone. */
function isNearlyUnique({ target: { path, link, shape, indexed } }: Leaf): boolean {
  return !link && (path === 'id' || (typeof shape === 'object' && indexed?.values === true))
}

/** Returns whether an index returns the records of one value in the order of the list. */
function isInOrder({ target: { path } }: Leaf, [first]: readonly SortKey[]): boolean {
  return path === 'responsibleId' && first?.target.path === 'createdAt'
}
