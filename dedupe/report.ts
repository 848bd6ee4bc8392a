import type { Measures } from './measures.ts'
import type { NameResult } from './name-pairs.ts'

/** The results of one set. */
export interface SetResult {
  set: string
  records: number
  suggestions: Measures
  automatic: Measures
  /** Automatic merges of equal values only. */
  equal: Measures
}

/** Returns the results as a table. */
export function tableOf(results: readonly SetResult[], names: readonly NameResult[]): string {
  const header = ['set', 'records', 'groups', 'precision', 'recall', 'F1', 'mixed']
  const rows = results.flatMap(({ set, records, suggestions, automatic, equal }) => [
    [set, String(records), 'suggestions', ...cells(suggestions)],
    ['', '', 'automatic', ...cells(automatic)],
    ['', '', 'equal values', ...cells(equal)],
  ])
  const ofNames = names.map(({ set, pairs, precision, recall, f1 }) => [
    ...[set, String(pairs), 'pairs of names'],
    ...[precision, recall, f1].map((share) => share.toFixed(4)),
  ])
  return [header, ...rows, ...ofNames]
    .map((row) => row.map((cell, column) => cell.padEnd(column === 0 ? 16 : 15)).join(''))
    .join('\n')
}

function cells({ precision, recall, f1, groups, mixed }: Measures): string[] {
  return [precision.toFixed(4), recall.toFixed(4), f1.toFixed(4), `${mixed} of ${groups}`]
}
