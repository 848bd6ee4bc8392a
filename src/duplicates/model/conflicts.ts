import { type Comparison, RecordPair } from '../comparison/comparison.ts'
import type { PreparedRecord } from '../comparison/prepared-record.ts'

/** Two values that no comparison explains. */
export interface Conflict {
  /** The comparison. */
  code: string
  level: string
  /** The fields that it looks at. */
  paths: readonly string[]
  /** The ids of the records. */
  a: number
  b: number
}

/**
 * Returns the conflicts of records that would become one. Only fields with a single value can have a conflict, because
 * several phones are kept side by side. Case, transliteration, short forms of names, legal forms, typing errors and parts
 * of an address are none.
 */
export function conflictsOf(
  members: readonly PreparedRecord[],
  comparisons: readonly Comparison[],
  isSingle: (path: string) => boolean,
): Conflict[] {
  const single = comparisons.filter(({ paths }) => paths.some(isSingle))
  return members.flatMap((a, index) =>
    members.slice(index + 1).flatMap((b) => {
      const pair = new RecordPair(a, b)
      return single.flatMap(({ code, levels, explained, paths, compare }) => {
        const level = compare(pair)?.level ?? -1
        return level < explained ? [] : [{ code, level: levels[level]!, paths, a: a.id, b: b.id }]
      })
    }),
  )
}
