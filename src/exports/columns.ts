import { columnsOf } from '../columns/columns.ts'
import { normalizeName } from '../columns/name.ts'
import type { Language } from '../errors/language.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import type { Field, FieldsByPath } from '../fields/field.ts'
import type { CsvColumn, Hop } from '../fields/kind.ts'
import { localDate } from '../fields/time-words.ts'
import { readFields } from '../records/list/parse-projection.ts'
import type { Grant } from '../rights/grant.ts'
import { type ExportColumn, readColumns } from './read-columns.ts'

/** The mode of a file: `people` has labels and names, `raw` has codes and ids. */
export type ExportMode = 'people' | 'raw'

/** The columns of a file, and their names in the header. */
export interface ChosenColumns {
  columns: readonly ExportColumn[]
  header: readonly string[]
}

/** The names of fields or columns that a request chose, if any, and where they stand in the request. */
export interface AskedColumns {
  fields?: readonly string[] | undefined
  columns?: readonly string[] | undefined
  placeOf(name: 'fields' | 'columns'): Pick<Fault, 'pointer' | 'parameter'>
}

/**
 * Fields that mode `people` includes only on request. The version is for programs, and `participatesInExport` would be
 * yes on every line, since other records are not in the file.
 */
const notForPeople = ['version', 'participatesInExport']

/** Returns the requested columns in their order, or those of all readable fields. Throws the faults of the names. */
export function chooseColumns(
  grant: Grant,
  asked: AskedColumns,
  { mode, language }: { mode: ExportMode; language: Language },
): ChosenColumns {
  const columns = asked.columns
    ? readColumns(grant, asked.columns, mode, columnsPlace(asked))
    : fieldColumns(grant, asked, mode)
  if (mode === 'raw') return { columns, header: columns.map(keyOf) }
  const labels = uniqueLabels([...grant.readable.values()], columns, language)
  return { columns, header: columns.map((column) => labels.get(keyOf(column))!) }
}

function columnsPlace({ fields, placeOf }: AskedColumns): Pick<Fault, 'pointer' | 'parameter'> {
  // Columns say which fields there are.
  if (fields) throw invalid([{ ...placeOf('fields'), code: 'not_allowed_here' }])
  return placeOf('columns')
}

function fieldColumns(grant: Grant, { fields, placeOf }: AskedColumns, mode: ExportMode): ExportColumn[] {
  const usual = [...grant.readable.keys()].filter((path) => mode === 'raw' || !notForPeople.includes(path))
  const chosen = fields ? new Set(readFields(grant, fields, placeOf('fields'))) : usual
  // `userFields` yields no path if there are no user fields.
  const paths = [...chosen].length ? [...chosen] : ['id']
  return columnsOf(
    paths.map((path) => grant.readable.get(path)!),
    mode,
  ).map((column) => ({ column }))
}

/** Returns the name of a column in mode `raw`: `phones.mobile`, `company.title`. */
function keyOf({ column, hop }: ExportColumn): string {
  return hop ? `${hop.name}.${column.key}` : column.key
}

/** Returns the fields to read of a record: those of the columns, of the links, and what their values depend on. */
export function ownFields(columns: readonly ExportColumn[], readable: FieldsByPath): Field[] {
  return withPipeline(new Set(columns.map(({ column, hop }) => hop?.field ?? column.field)), readable)
}

/** Returns the fields, and the pipeline if the name of a stage depends on it. */
export function withPipeline(fields: ReadonlySet<Field>, readable: FieldsByPath): Field[] {
  const [stage, pipeline] = ['stageId', 'pipelineId'].map((path) => readable.get(path))
  return [...(stage && pipeline && fields.has(stage) ? new Set(fields).add(pipeline) : fields)]
}

/**
 * Returns labels by key. Of several columns with the same label, all but the first get their key appended. The columns of
 * the other fields count as well, so that the name of a column does not depend on them.
 */
export function uniqueLabels(
  fields: readonly Field[],
  chosen: readonly ExportColumn[],
  language: Language,
): Map<string, string> {
  const taken = new Set<string>()
  const labels = new Map<string, string>()
  for (const one of [...columnsOf(fields, 'people').map((column) => ({ column })), ...chosen]) {
    const key = keyOf(one)
    if (labels.has(key)) continue
    const label = labelOf(one, language)
    const name = taken.has(normalizeName(label)) ? `${label} (${key})` : label
    taken.add(normalizeName(name))
    labels.set(key, name)
  }
  return labels
}

function labelOf({ column, hop }: { column: CsvColumn; hop?: Hop }, language: Language): string {
  const label = column.label[language]
  return hop ? `${hop.field.label[language]}: ${label}` : label
}

/** Returns the name of a file written at the given time: `contacts-2026-11-23.csv`. */
export function fileName(
  plural: string,
  { now, timeZone, gzip }: { now: Date; timeZone: string; gzip: boolean },
): string {
  return `${plural}-${localDate(now, timeZone)}.csv${gzip ? '.gz' : ''}`
}
