import type { AgreementCode } from '../comparison/codes.ts'
import type { Comparison } from '../comparison/comparison.ts'
import { extraPlace } from '../comparison/comparisons.ts'
import type { PairAgreement } from './compare.ts'
import type { Weights } from './weights.ts'

/** Why two records are one, or why not. */
export interface Reason {
  /** The comparison and its level: `phone_typingError`. */
  code: AgreementCode
  /** The fields that were compared. */
  paths: readonly string[]
  /** How much more often duplicates agree so than strangers, as a binary logarithm. Below zero it speaks against. */
  weight: number
}

/** Returns the reasons of a score, strongest first. */
export function reasonsOf(agreement: PairAgreement, comparisons: readonly Comparison[], weights: Weights): Reason[] {
  return comparisons
    .flatMap((comparison, place) => reasonOf(agreement, place, comparison, weights) ?? [])
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
}

/** Returns the reason that a comparison gives, or undefined if a value is missing. */
export function reasonOf(
  { levels, rarity }: PairAgreement,
  place: number,
  comparison: Comparison,
  weights: Weights,
): Reason | undefined {
  const level = levels[place]!
  if (level < 0) return undefined
  const { match, random } = weights.comparisons[comparison.code]!
  const { levels: names, paths } = comparison
  const idea = extraPlace(comparison) === undefined ? comparison.code : 'extra'
  return {
    code: `${idea}_${names[level]!}` as AgreementCode,
    paths,
    weight: Math.log2(match[level]! / random[level]!) - rarity[place]!,
  }
}
