import { wordFor } from '../errors/format-text.ts'
import type { Language } from '../errors/language.ts'
import type { Comparing } from './comparing.ts'
import type { PreparedRecord } from './comparison/prepared-record.ts'
import type { ValueCounts } from './comparison/values.ts'
import { compareRecords, type PairAgreement } from './model/compare.ts'
import { reasonsOf as explain } from './model/explain.ts'
import { automaticScore, suggestionLimits } from './model/limits.ts'
import { chanceOf, type ScorePair, scorerFor } from './model/score.ts'
import { shippedWeights } from './model/shipped-weights.ts'
import { usualCounts } from './model/value-counts.ts'
import type { Weights } from './model/weights.ts'

/** What a scan has learned from the records of a type. */
export interface Learned {
  weights: Weights
  counts: ValueCounts
}

/** Compares pairs of records for one caller. */
export interface Judge {
  comparing: Comparing
  compare(a: PreparedRecord, b: PreparedRecord): PairAgreement
  weights: Weights
  /** Returns the binary logarithm of the odds that two records are one. */
  score: ScorePair
}

/** The number of records that scores assume for callers who may not read everything. */
export const usualRecords = 1_000_000

/**
 * Returns a judge that uses what a scan has learned. Without it, the shipped weights apply, so that scores tell nothing
 * about records that the caller may not read.
 */
export function judgeOf(comparing: Comparing, learned?: Learned): Judge {
  const { comparisons } = comparing
  const shipped = shippedWeights(comparisons)
  const { weights, counts } = learned ?? { weights: shipped, counts: usualCounts(usualRecords) }
  return {
    comparing,
    weights,
    compare: (a, b) => compareRecords(a, b, comparisons, shipped, counts),
    score: scorerFor(comparisons, weights, counts.records),
  }
}

/** Why two records are or are not alike. */
export interface Reason {
  field: string
  code: string
  message: string
}

/** Returns what two records have in common and what not, in words, the strongest first. */
export function reasonsOf({ comparing, weights }: Judge, agreement: PairAgreement, language: Language): Reason[] {
  return explain(agreement, comparing.comparisons, weights).map(({ code, paths }) => {
    const path = paths.find((one) => code.startsWith(`${one}_`)) ?? paths[0] ?? ''
    const label = comparing.type.fields.find((field) => field.path === path)?.label[language] ?? path
    return { field: path, code, message: wordFor('agreement', code, language).replace('{field}', label) }
  })
}

/** Returns a score from 0 to 1, as responses show it: the chance that two records are one. */
export function shownScore(score: number): number {
  return Math.round(chanceOf(score) * 1000) / 1000
}

/** The lowest scores of pairs: of those that are shown, and of those that are certain enough to refuse or change a record. */
export const lowestScores = { shown: suggestionLimits.link, certain: automaticScore }
