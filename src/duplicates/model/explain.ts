import type { Comparison } from '../comparison/comparison.ts'
import type { PairAgreement } from './compare.ts'
import type { Weights } from './weights.ts'

/** Why two records are one, or why not. */
export interface Reason {
  /** The comparison: `phone`. */
  code: string
  /** How far the values agree: `typingError`. */
  level: string
  /** How much more often duplicates agree so than strangers, as a binary logarithm. Below zero it speaks against. */
  weight: number
}

/** Returns the reasons of a score, strongest first. */
export function reasonsOf(
  { levels, rarity }: PairAgreement,
  comparisons: readonly Comparison[],
  weights: Weights,
): Reason[] {
  const reasons = comparisons.flatMap(({ code, levels: names }, place) => {
    const level = levels[place]!
    if (level < 0) return []
    const { match, random } = weights.comparisons[code]!
    return [{ code, level: names[level]!, weight: Math.log2(match[level]! / random[level]!) - rarity[place]! }]
  })
  return reasons.sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
}
