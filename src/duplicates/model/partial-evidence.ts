import type { Comparison } from '../comparison/comparison.ts'
import type { PairAgreement } from './compare.ts'
import { reasonOf } from './explain.ts'
import { usualRarity } from './rarity.ts'
import type { Weights } from './weights.ts'

/** Returns an agreement in some comparisons only, as if the others had no values. */
function keepComparisons({ levels, rarity }: PairAgreement, isKept: (place: number) => boolean): PairAgreement {
  return {
    levels: levels.map((level, place) => (isKept(place) ? level : -1)),
    rarity: rarity.map((bits, place) => (isKept(place) ? bits : 0)),
  }
}

/**
 * Returns what speaks for one person or company, without what speaks against. A pair is stored by this evidence, because a
 * value that a user may not see must not decide whether the user sees the pair.
 */
export function evidenceFor(
  agreement: PairAgreement,
  comparisons: readonly Comparison[],
  weights: Weights,
): PairAgreement {
  return keepComparisons(agreement, (place) => {
    const reason = reasonOf(agreement, place, comparisons[place]!, weights)
    return reason !== undefined && reason.weight > 0
  })
}

/**
 * Returns the agreement that a user may see: in the comparisons of readable fields, and with values as rare as usual,
 * because the frequency of a value tells about other records.
 */
export function visibleAgreement(
  levels: Int8Array,
  comparisons: readonly Comparison[],
  shipped: Weights,
  records: number,
  isVisible: (comparison: Comparison) => boolean,
): PairAgreement {
  const rarity = Float32Array.from(levels, (level, place) =>
    usualRarity(comparisons[place]!, level, shipped.comparisons[comparisons[place]!.code]!, records),
  )
  return keepComparisons({ levels, rarity }, (place) => isVisible(comparisons[place]!))
}
