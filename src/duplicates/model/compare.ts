import { type Comparison, RecordPair } from '../comparison/comparison.ts'
import type { PreparedRecord } from '../comparison/prepared-record.ts'
import type { ValueCounts } from '../comparison/values.ts'
import { rarityOf } from './rarity.ts'
import type { Weights } from './weights.ts'

/** How two records agree. */
export interface PairAgreement {
  /** The level of each comparison, or -1 where a value is missing. */
  levels: Int8Array
  /** How much rarer than usual the shared values are, as a binary logarithm. */
  rarity: Float32Array
}

/** Compares two records. Frequencies of values come from the shipped weights, which stay the measure when others are learned. */
export function compareRecords(
  a: PreparedRecord,
  b: PreparedRecord,
  comparisons: readonly Comparison[],
  shipped: Weights,
  counts: ValueCounts,
): PairAgreement {
  const pair = new RecordPair(a, b)
  const levels = new Int8Array(comparisons.length)
  const rarity = new Float32Array(comparisons.length)
  for (let index = 0; index < comparisons.length; index++) {
    const comparison = comparisons[index]!
    const found = comparison.compare(pair)
    levels[index] = found?.level ?? -1
    if (found?.values?.length)
      rarity[index] = rarityOf(found, comparison, shipped.comparisons[comparison.code]!, counts)
  }
  return { levels, rarity }
}
