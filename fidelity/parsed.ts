import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Table } from '../test/csv/files.ts'
import { scoreOf, tidy } from '../test/csv/score.ts'
import type { Api } from './api.ts'
import type { ParsedFolder, ParsedSample } from './folders.ts'

/** The share of the files of one level that were read correctly. */
export interface ParsedScore {
  folder: string
  level: ParsedSample['level']
  files: number
  exact: number
  /** Mean of the simple score of the Pollock benchmark, 0 to 10. Null for files that must be refused. */
  pollock: number | null
  misses: { file: string; got: string }[]
}

/** Reads every file of a folder through the preview of an import and compares its cells. */
export async function scoreParsed(api: Api, { path, name, samples }: ParsedFolder): Promise<ParsedScore[]> {
  const scores = new Map<string, ParsedScore>()
  for (const { file, expected, level } of samples) {
    const got = await previewed(api, join(path, file))
    const want: Table | null = level === 'refuse' ? null : JSON.parse(readFileSync(join(path, expected), 'utf8'))
    const score = scores.get(level) ?? { folder: name, level, files: 0, exact: 0, pollock: null, misses: [] }
    scores.set(level, score)
    score.files++
    if (isExact(want, got)) score.exact++
    else score.misses.push({ file, got: typeof got === 'string' ? got : 'other cells' })
    if (want) score.pollock = (score.pollock ?? 0) + scoreOf(want, typeof got === 'string' ? null : got)
  }
  return [...scores.values()].map((score) => ({
    ...score,
    pollock: score.pollock === null ? null : score.pollock / score.files,
  }))
}

/** A file without a table may be refused. A file that cannot be read must be. */
function isExact(want: Table | null, got: Table | string): boolean {
  if (!want) return typeof got === 'string'
  if (typeof got === 'string') return want.header.length + want.rows.length === 0
  return JSON.stringify(tidy(want)) === JSON.stringify(tidy(got))
}

/** Returns the cells of a file as an import reads them, or why it was refused. */
async function previewed(api: Api, path: string): Promise<Table | string> {
  const response = await api.send('POST', '/v1/contacts/import/preview?raw=true', readFileSync(path))
  const body = (await response.json()) as Table & { code?: string; errors?: { code: string }[] }
  return response.status === 200 ? body : (body.errors?.[0]?.code ?? body.code ?? String(response.status))
}
