import { Temporal } from 'temporal-polyfill'
import type { Language } from '../errors/language.ts'
import type { CsvColumn } from '../fields/kind.ts'
import { readFields } from '../records/list/find-records.ts'
import type { Grant } from '../rights/grant.ts'
import { columnsOf, folded } from './columns.ts'

/** For whom a file is written: labels and names, or codes and ids. */
export type ExportMode = 'people' | 'raw'

/** What a file shows of each record. */
export interface ChosenColumns {
  /** Paths of the fields. */
  paths: readonly string[]
  columns: readonly CsvColumn[]
  header: readonly string[]
}

/**
 * Fields that people get only when they ask for them: the version tells programs whether a record has changed, and who
 * does not participate in exports is not in the file, so that the column would say yes on every line.
 */
const notForPeople = ['version', 'participatesInExport']

/** The columns of the chosen fields in their order, or of all that the caller sees. Throws unknown_field. */
export function chooseColumns(
  grant: Grant,
  names: readonly string[] | undefined,
  { mode, language }: { mode: ExportMode; language: Language },
): ChosenColumns {
  const usual = [...grant.readable.keys()].filter((path) => mode === 'raw' || !notForPeople.includes(path))
  const chosen = names ? new Set(readFields(grant, names, { parameter: 'fields' })) : usual
  // `userFields` where there are none.
  const paths = [...chosen].length ? [...chosen] : ['id']
  const columns = columnsOf(
    paths.map((path) => grant.readable.get(path)!),
    mode,
  )
  if (mode === 'raw') return { paths, columns, header: columns.map(({ key }) => key) }
  const headers = uniqueLabels(columnsOf(grant.readable.values(), mode), language)
  return { paths, columns, header: columns.map(({ key }) => headers.get(key)!) }
}

/**
 * Labels by key; of several columns with the same label all but the first add their keys. Those that are not in the file
 * count as well: a column is called the same whatever stands beside it.
 */
function uniqueLabels(columns: readonly CsvColumn[], language: Language): Map<string, string> {
  const taken = new Set<string>()
  return new Map(
    columns.map(({ key, label }) => {
      const name = taken.has(folded(label[language])) ? `${label[language]} (${key})` : label[language]
      taken.add(folded(name))
      return [key, name]
    }),
  )
}

/** The name of a file that is written at this moment: `contacts-2026-11-23.csv`. */
export function fileName(plural: string, now: Date, timeZone: string): string {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(timeZone).toPlainDate()
  return `${plural}-${today}.csv`
}
