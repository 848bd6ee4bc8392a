import type { Truth } from './sets.ts'

/** How good groups are. */
export interface Measures {
  precision: number
  recall: number
  f1: number
  groups: number
  /** Groups with records of several entities. */
  mixed: number
}

/** Compares groups with the truth, pair by pair. Every two records of a group are a pair. */
export function measureGroups(groups: readonly (readonly string[])[], truth: Truth): Measures {
  const all = [...Map.groupBy(truth.entities.keys(), (id) => truth.entities.get(id)!).values()]
  const pairs = countPairs(groups, truth)
  const right = countPairs(
    groups.flatMap((group) => [...Map.groupBy(group, (id) => truth.entities.get(id)!).values()]),
    truth,
  )
  const precision = pairs === 0 ? 1 : right / pairs
  const recall = right / countPairs(all, truth)
  const mixed = groups.filter((group) => new Set(group.map((id) => truth.entities.get(id))).size > 1).length
  const f1 = precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall)
  return { precision, recall, f1, groups: groups.length, mixed }
}

function countPairs(groups: readonly (readonly string[])[], { sources }: Truth): number {
  const within = (count: number) => (count * (count - 1)) / 2
  return groups.reduce((sum, group) => {
    const bySource = sources ? [...Map.groupBy(group, (id) => sources.get(id)!).values()] : []
    return sum + within(group.length) - bySource.reduce((same, { length }) => same + within(length), 0)
  }, 0)
}
