import type { Condition, Leaf } from '../../filters/condition.ts'
import { isIndexable } from '../../filters/indexable.ts'
import type { SortKey } from './sort.ts'

/**
 * Returns whether the same plan of a page is the best for all values of its condition, so that connections can keep it.
 * Other pages are planned each time: one user can be responsible for most records and another for none, which decides
 * between reading in the order of the list and sorting what an index finds.
 */
export function isSteady(condition: Condition | null, sort: readonly SortKey[]): boolean {
  if (!condition) return true
  if ('and' in condition) {
    const [first, ...others] = condition.and
    if (!others.length) return isSteady(first!, sort)
    return condition.and.some(isNearlyUnique) || isColumnInOrder(condition.and, sort)
  }
  if (!('target' in condition)) return false
  if (!condition.op.matchesOneValue) return isPartOfText(condition)
  return isNearlyUnique(condition) || isInOrder(condition, sort)
}

/** Returns whether few records have the same value: an id, or a value in the index of another table, such as a phone. */
function isNearlyUnique(condition: Condition): boolean {
  if (!('target' in condition) || !condition.op.matchesOneValue) return false
  const { path, link, shape, indexed } = condition.target
  return !link && (path === 'id' || (typeof shape === 'object' && indexed?.values === true))
}

/** Returns whether an index returns the records of one value in the order of the list. */
function isInOrder({ target: { path } }: Leaf, [first]: readonly SortKey[]): boolean {
  return path === 'responsibleId' && first?.target.path === 'createdAt'
}

/** Returns whether an index returns the records of one stage in the order of the list. */
function isColumnInOrder(parts: readonly Condition[], [first]: readonly SortKey[]): boolean {
  const paths = parts.map((part) => ('target' in part && part.op.matchesOneValue ? part.target.path : ''))
  return first?.target.path === 'id' && paths.sort().join() === 'pipelineId,stageId'
}

/** Returns whether an index finds a part of a text. How frequent it is decides between statements, not between plans. */
function isPartOfText(condition: Leaf): boolean {
  const { target, op } = condition
  return !target.link && target.shape === 'one' && op.part !== undefined && isIndexable(condition)
}
