import { type Comparison, RecordPair } from '../comparison/comparison.ts'
import type { PreparedRecord } from '../comparison/prepared-record.ts'
import { type Conflict, conflictsOf } from './conflicts.ts'
import { automaticScore } from './limits.ts'

/** Why records are not merged automatically, or nothing. */
export interface AutomaticMerge {
  conflicts: readonly Conflict[]
  /** The lowest score of any two records. */
  lowestScore: number
  /** Whether each record shares more than names with another one. */
  hasEvidence: boolean
  allowed: boolean
}

/** Returns whether records may become one without a person's decision. */
export function checkAutomaticMerge(
  members: readonly PreparedRecord[],
  comparisons: readonly Comparison[],
  isSingle: (path: string) => boolean,
  scoreOf: (a: PreparedRecord, b: PreparedRecord) => number,
): AutomaticMerge {
  const conflicts = conflictsOf(members, comparisons, isSingle)
  const scores = members.flatMap((a, index) => members.slice(index + 1).map((b) => scoreOf(a, b)))
  const lowestScore = Math.min(...scores)
  const hasEvidence = members.every((a) => members.some((b) => a !== b && shareMoreThanNames(a, b, comparisons)))
  return {
    conflicts,
    lowestScore,
    hasEvidence,
    allowed: !conflicts.length && hasEvidence && lowestScore >= automaticScore,
  }
}

/** Namesakes exist. So a phone, an e-mail, a date of birth, an address or another identifier has to agree too. */
function shareMoreThanNames(a: PreparedRecord, b: PreparedRecord, comparisons: readonly Comparison[]): boolean {
  const pair = new RecordPair(a, b)
  return comparisons.some(({ identifies, explained, compare }) => {
    if (!identifies) return false
    const level = compare(pair)?.level ?? explained
    return level < explained
  })
}
