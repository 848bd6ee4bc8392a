import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { prepareName, sameNameLimit, similarityOfNames } from '../src/names/name-similarity.ts'
import { readRows } from './rows.ts'

/** How well the comparison of names tells the pairs of a set apart, without other fields. */
export interface NameResult {
  set: string
  pairs: number
  precision: number
  recall: number
  f1: number
}

/** Compares the pairs of names of a set. */
export function measureNames(folder: string, set: string, file: string): NameResult[] {
  const path = join(folder, set, file)
  if (!existsSync(path)) return []
  const rows = readRows(path)
  const said = rows.filter(({ name1 = '', name2 = '', schema = '' }) => {
    const kind = schema === 'Person' ? 'person' : 'company'
    return similarityOfNames(prepareName(name1, kind), prepareName(name2, kind)) >= sameNameLimit
  })
  const isMatch = (row: { is_match?: string }) => row.is_match === 'true'
  const [right, all] = [said.filter(isMatch).length, rows.filter(isMatch).length]
  const [precision, recall] = [right / said.length, right / all]
  return [{ set, pairs: rows.length, precision, recall, f1: (2 * precision * recall) / (precision + recall) }]
}
