import type { Comparison } from '../comparison/comparison.ts'
import { extraPlace } from '../comparison/comparisons.ts'
import { personWeights } from './person-weights.ts'
import { extraWeights } from './shared-weights.ts'
import { titleWeights } from './title-weights.ts'
import type { Weights } from './weights.ts'

/** Returns the weights that Kartoteka comes with, for the comparisons of a type. */
export function shippedWeights(comparisons: readonly Comparison[]): Weights {
  const shipped = comparisons.some(({ code }) => code === 'title') ? titleWeights : personWeights
  const extra = comparisons.filter((one) => extraPlace(one) !== undefined).map(({ code }) => [code, extraWeights])
  return { ...shipped, comparisons: { ...shipped.comparisons, ...Object.fromEntries(extra) } }
}
