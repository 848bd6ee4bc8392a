import type { ComparedRecord } from '../src/duplicates/comparison/compared-record.ts'
import { comparisonsFor } from '../src/duplicates/comparison/comparisons.ts'
import type { Pass } from '../src/duplicates/comparison/pass.ts'
import { keysOf, passesFor } from '../src/duplicates/comparison/passes.ts'
import { type PreparedRecord, prepareRecord } from '../src/duplicates/comparison/prepared-record.ts'
import { valuesOf } from '../src/duplicates/comparison/values.ts'
import { checkAutomaticMerge } from '../src/duplicates/model/automatic.ts'
import { clusterPairs } from '../src/duplicates/model/clusters.ts'
import { compareRecords } from '../src/duplicates/model/compare.ts'
import { learnWeights } from '../src/duplicates/model/learn.ts'
import { suggestionLimits } from '../src/duplicates/model/limits.ts'
import { scorerFor } from '../src/duplicates/model/score.ts'
import { shippedWeights } from '../src/duplicates/model/shipped-weights.ts'
import { ValueCounter, valueCounts } from '../src/duplicates/model/value-counts.ts'
import type { RecordType } from './types.ts'

/** Groups of records, by their ids. */
export interface FoundGroups {
  suggestions: readonly (readonly number[])[]
  automatic: readonly (readonly number[])[]
  /** Those of the automatic groups whose records have equal values only, or none. */
  equal: readonly (readonly number[])[]
}

/** Finds duplicates in memory, with the functions that a scan uses. */
export async function findGroups(
  records: readonly ComparedRecord[],
  { has, isSingle }: RecordType,
  extra: readonly string[],
): Promise<FoundGroups> {
  const prepared = records.map(prepareRecord)
  const comparisons = comparisonsFor(has, extra)
  const passes = passesFor(comparisons)
  const shipped = shippedWeights(comparisons)
  const counts = countsOf(prepared)
  const agreement = (a: number, b: number) => compareRecords(prepared[a]!, prepared[b]!, comparisons, shipped, counts)
  const candidates = findCandidates(prepared, passes).map((pair) => ({ ...pair, ...agreement(pair.a, pair.b) }))
  const weights = await learnWeights(candidates, comparisons, passes, shipped, { records: records.length, share: 1 })
  const scorePair = scorerFor(comparisons, weights, records.length)
  const pairs = candidates.map((pair) => ({ a: pair.a, b: pair.b, score: scorePair(pair) }))
  const scoreOf = (a: number, b: number) => scorePair(agreement(a, b))
  const suggestions = clusterPairs(pairs, suggestionLimits, scoreOf)
  const automatic = suggestions.filter((group) => {
    const members = group.map((id) => prepared[id]!)
    return checkAutomaticMerge(members, comparisons, isSingle, (a, b) => scoreOf(a.id, b.id)).allowed
  })
  const equal = automatic.filter((group) => haveEqualValues(group.map((id) => records[id]!)))
  return { suggestions, automatic, equal }
}

/** Returns whether the single values of records are equal where they are filled. */
export function haveEqualValues(group: readonly ComparedRecord[]): boolean {
  const single = group.map(({ lastName, firstName, middleName, title, birthDate, address, extra }) => [
    ...[lastName, firstName, middleName, title, birthDate],
    ...[address?.lines, address?.city, address?.postalCode],
    ...extra.flat(),
  ])
  return single[0]!.every((_, place) => new Set(single.map((values) => values[place]).filter(Boolean)).size < 2)
}

function countsOf(prepared: readonly PreparedRecord[]) {
  const counter = new ValueCounter(prepared.length)
  for (const record of prepared) counter.add(valuesOf(record))
  return valueCounts(counter.counts())
}

interface FoundPair {
  a: number
  b: number
  passes: number
}

/** Returns the pairs of records with a common key, except those of large blocks. */
function findCandidates(prepared: readonly PreparedRecord[], passes: readonly Pass[]): FoundPair[] {
  const keys = prepared.flatMap((record) => keysOf(record, passes).map((key) => ({ ...key, id: record.id })))
  const found = new Map<number, FoundPair>()
  for (const block of Map.groupBy(keys, ({ key }) => key).values()) {
    const { pass } = block[0]!
    if (block.length > passes[pass]!.largestBlock) continue
    for (const [index, { id: a }] of block.entries()) {
      for (const { id: b } of block.slice(index + 1)) {
        const place = a * prepared.length + b
        const pair = found.get(place)
        if (pair) pair.passes |= 1 << pass
        else found.set(place, { a, b, passes: 1 << pass })
      }
    }
  }
  return [...found.values()]
}
