import type { Comparison } from '../comparison/comparison.ts'
import type { PairAgreement } from './compare.ts'
import type { Weights } from './weights.ts'

/** The bounds of a score. */
const largestScore = 40

/** Returns the score of a pair: the binary logarithm of the odds that two records are one. */
export type ScorePair = (pair: PairAgreement) => number

/**
 * Returns a function that scores pairs (Fellegi-Sunter). It compares three explanations of an agreement: one person or
 * company, strangers, and look-alikes, such as relatives. Look-alikes keep agreements that come together, such
 * as last name, address and home phone, from counting several times.
 */
export function scorerFor(comparisons: readonly Comparison[], weights: Weights, records: number): ScorePair {
  const rows = comparisons.map(({ code }) => weights.comparisons[code]!)
  const match = rows.map((row) => row.match.map(Math.log2))
  const random = rows.map((row) => row.random.map(Math.log2))
  const lookAlikes = weights.lookAlikes.map(({ perRecord, levels }) => ({
    start: Math.log2(perRecord / records),
    levels: comparisons.map(({ code }) => levels[code]?.map(Math.log2)),
  }))
  const start = Math.log2(weights.duplicatesPerRecord / records)
  return ({ levels, rarity }) => {
    let [same, strangers] = [start, 0]
    const alike = lookAlikes.map(({ start }) => start)
    for (let index = 0; index < levels.length; index++) {
      const level = levels[index]!
      if (level < 0) continue
      const chance = random[index]![level]! + rarity[index]!
      same += match[index]![level]!
      strangers += chance
      for (let place = 0; place < alike.length; place++) {
        alike[place]! += lookAlikes[place]!.levels[index]?.[level] ?? chance
      }
    }
    const others = alike.reduce((sum, logarithm) => sum + 2 ** logarithm, 2 ** strangers)
    return Math.max(-largestScore, Math.min(largestScore, same - Math.log2(others)))
  }
}

/** Returns a score as the chance that two records are one, from 0 to 1. */
export function chanceOf(score: number): number {
  return 1 / (1 + 2 ** -score)
}
