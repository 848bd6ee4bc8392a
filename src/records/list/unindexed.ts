import type { Target } from '../../fields/kind.ts'
import type { Condition } from '../../filters/condition.ts'
import type { SortKey } from '../query/sort.ts'

/** What a list is filtered and sorted by without an index. */
export interface Unindexed {
  filters: readonly Target[]
  sorts: readonly Target[]
}

/** Returns what a list is filtered by although it has no index that its kind could have, and what no index sorts it by. */
export function unindexedIn(where: Condition | null, sort: readonly SortKey[]): Unindexed {
  return {
    filters: where ? targetsOf(where).filter(({ lacksIndex }) => lacksIndex?.filter) : [],
    sorts: sort.filter(isSlow).map(({ target }) => target),
  }
}

/** Returns whether no index makes sorting fast. The records of each step are in the order of their ids. */
function isSlow({ target, order }: SortKey, place: number, { length }: readonly SortKey[]): boolean {
  const isFast = order?.steps && place === 0 && length <= 2
  return target.lacksIndex?.sort || (target.scalar.order !== undefined && !isFast)
}

/** Returns the names of the fields, as requests write them. */
export function unindexedNames({ filters, sorts }: Unindexed): string[] {
  return [...new Set([...filters, ...sorts].map(({ path }) => path))]
}

function targetsOf(condition: Condition): Target[] {
  if ('and' in condition) return condition.and.flatMap(targetsOf)
  if ('or' in condition) return condition.or.flatMap(targetsOf)
  if ('not' in condition) return targetsOf(condition.not)
  return 'event' in condition ? [] : [condition.target]
}
