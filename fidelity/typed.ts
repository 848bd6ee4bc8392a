import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Api, ApiRecord, FinishedImport } from './api.ts'
import { type ExpectedRecord, leftOut } from './expected.ts'
import { type Compared, fields } from './fields.ts'
import type { TypedFolder } from './folders.ts'
import { importNamed, readLinked } from './linked.ts'

/** A field of a row that was not understood as expected. */
export interface Miss {
  row: number
  field: string
  expected: unknown
  got: unknown
  /** The faults that the import reported for the row. */
  reported: string[]
}

/** How many values of each field of a file were understood. */
export interface TypedScore {
  folder: string
  rows: number
  fields: Record<string, { right: number; of: number }>
  unmapped: readonly string[]
  misses: Miss[]
}

/** Imports the file of a folder without any options and compares the created records with the expected ones. */
export async function scoreTyped(api: Api, folder: TypedFolder): Promise<TypedScore> {
  const expected = readExpected(folder)
  await importNamed(api, folder, expected)
  const before = new Set((await api.all(folder.plural)).map(({ id }) => id))
  const job = await api.import(folder.plural, readFileSync(join(folder.path, `${folder.plural}.csv`)))
  const records = (await api.all(folder.plural)).filter(({ id }) => !before.has(id))
  const byRow = recordsByRow(folder, job, records)
  const linked = await readLinked(api)
  const score: TypedScore = {
    folder: folder.name,
    rows: folder.rows,
    fields: {},
    unmapped: job.result.unmapped ?? [],
    misses: [],
  }
  for (const one of expected) {
    const record = byRow.get(one.id)
    const compared = record && { record, linked, format: folder.format }
    const faults = job.faults.filter(({ row }) => row === one.id)
    const causes = faults.map(({ code, column }) => (column === null ? code : `${code} in ${column}`))
    const reported = job.error === null ? causes : [String(job.error)]
    compareRow(score, one, compared, reported)
  }
  return score
}

function readExpected({ path, plural }: TypedFolder): ExpectedRecord[] {
  const text = readFileSync(join(path, `${plural}.expected.jsonl`), 'utf8')
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
}

/** Rows are imported in order, so the records have the order of the rows without errors. */
function recordsByRow({ name, rows }: TypedFolder, job: FinishedImport, records: readonly ApiRecord[]) {
  const { created = 0, failed = rows } = job.result
  if (created !== records.length || created + failed !== rows)
    throw new Error(`${name}: ${records.length} records of ${rows} rows, job ${JSON.stringify(job.result)}`)
  const skipped = new Set(job.faults.flatMap(({ row, severity }) => (severity === 'error' ? [row] : [])))
  const numbers = Array.from({ length: rows }, (_, index) => index + 1).filter((row) => !skipped.has(row))
  return new Map(records.map((record, index) => [numbers[index], record]))
}

function compareRow(score: TypedScore, one: ExpectedRecord, compared: Compared | undefined, reported: string[]): void {
  for (const [field, want] of Object.entries(one)) {
    if (field in leftOut) continue
    const read = fields[field]
    if (!read) throw new Error(`${score.folder}: the field ${field} is unknown`)
    const count = score.fields[field] ?? { right: 0, of: 0 }
    score.fields[field] = count
    count.of++
    const got = compared && plain(read(compared, want))
    if (compared && JSON.stringify(got) === JSON.stringify(plain(want))) count.right++
    else score.misses.push({ row: one.id, field, expected: plain(want), got, reported })
  }
}

/** Returns a value for comparison: phones by number, lists sorted, texts with single spaces, null for an empty one. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'string' ? one : one.e164)).sort()
  if (typeof value === 'string') return value.replaceAll(/\s+/g, ' ').trim() || null
  return value ?? null
}
