import { columnsOf } from '../columns/columns.ts'
import { normalizeName } from '../columns/name.ts'
import type { Language } from '../errors/language.ts'
import type { Field } from '../fields/field.ts'
import type { CsvColumn } from '../fields/kind.ts'
import { localDate } from '../fields/time-words.ts'
import { readFields } from '../records/list/parse-projection.ts'
import type { Grant } from '../rights/grant.ts'

/** The mode of a file: `people` has labels and names, `raw` has codes and ids. */
export type ExportMode = 'people' | 'raw'

/** A field of an export and its columns. */
export interface ChosenField {
  field: Field
  columns: readonly CsvColumn[]
}

/** The fields of an export, and the names of their columns. */
export interface ChosenColumns {
  fields: readonly ChosenField[]
  header: readonly string[]
}

/**
 * Fields that mode `people` includes only on request. The version is for programs, and `participatesInExport` would be
 * yes on every line, since other records are not in the file.
 */
const notForPeople = ['version', 'participatesInExport']

/** Returns the columns of the requested fields in their order, or of all readable fields. Throws unknown_field. */
export function chooseColumns(
  grant: Grant,
  names: readonly string[] | undefined,
  { mode, language }: { mode: ExportMode; language: Language },
): ChosenColumns {
  const usual = [...grant.readable.keys()].filter((path) => mode === 'raw' || !notForPeople.includes(path))
  const chosen = names ? new Set(readFields(grant, names, { parameter: 'fields' })) : usual
  // `userFields` yields no path if there are no user fields.
  const paths = [...chosen].length ? [...chosen] : ['id']
  const fields = paths.map((path) => {
    const field = grant.readable.get(path)!
    return { field, columns: columnsOf([field], mode) }
  })
  const keys = fields.flatMap(({ columns }) => columns.map(({ key }) => key))
  if (mode === 'raw') return { fields, header: keys }
  const headers = uniqueLabels(columnsOf(grant.readable.values(), mode), language)
  return { fields: withPipeline(fields, grant), header: keys.map((key) => headers.get(key)!) }
}

/** Adds the pipeline, on which the name of a stage depends, without a column. */
function withPipeline(fields: readonly ChosenField[], { readable }: Grant): readonly ChosenField[] {
  const [stage, pipeline] = ['stageId', 'pipelineId'].map((path) => readable.get(path))
  const has = (one: Field) => fields.some(({ field }) => field === one)
  return stage && pipeline && has(stage) && !has(pipeline) ? [...fields, { field: pipeline, columns: [] }] : fields
}

/**
 * Returns labels by key. Of several columns with the same label, all but the first get their key appended. Columns
 * outside the file count as well, so that the name of a column does not depend on the others.
 */
function uniqueLabels(columns: readonly CsvColumn[], language: Language): Map<string, string> {
  const taken = new Set<string>()
  return new Map(
    columns.map(({ key, label }) => {
      const name = taken.has(normalizeName(label[language])) ? `${label[language]} (${key})` : label[language]
      taken.add(normalizeName(name))
      return [key, name]
    }),
  )
}

/** Returns the name of a file written at the given time: `contacts-2026-11-23.csv`. */
export function fileName(plural: string, now: Date, timeZone: string): string {
  return `${plural}-${localDate(now, timeZone)}.csv`
}
