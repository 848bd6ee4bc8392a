import type { Field } from '../fields/field.ts'
import type { CsvColumn } from '../fields/kind.ts'
import { jsonArray } from '../fields/kinds/column-kinds.ts'
import { isInRows, kindOf } from '../fields/kinds/kinds.ts'
import { columnsOf } from './columns.ts'
import { withValueWords } from './value-words.ts'

/** The columns that records of a type can have, by key. */
export interface TargetColumns {
  columns: ReadonlyMap<string, CsvColumn>
  /** Keys of columns with the use of a numbered value, such as `phones.kind`. */
  uses: ReadonlySet<string>
  /** Whether a column with a whole name can be split into first and last name. */
  hasFullName: boolean
}

/** Returns the columns of fields that the caller may write. `source` is the source of the external ids of the file. */
export function targetColumns(fields: Iterable<Field>, source: string): TargetColumns {
  const written = [...fields].filter(({ readOnly }) => !readOnly)
  const further = written.flatMap((field) => kindOf(field).importColumns?.(field) ?? [])
  const all = [...columnsOf(written, 'people'), ...columnsOf(written, 'raw'), ...further]
  const keys = written.find((field) => isInRows(field, 'external_id'))
  if (keys) all.push(idColumn(keys, source))
  const columns = new Map<string, CsvColumn>()
  for (const column of all) if (!columns.has(column.key)) columns.set(column.key, withValueWords(column))
  return {
    columns,
    uses: new Set(written.flatMap(({ path, ...field }) => (isInRows(field, 'communication') ? [`${path}.kind`] : []))),
    hasFullName: columns.has('firstName') && columns.has('lastName'),
  }
}

/** Returns the column for the `ID` of a file, which is not our id: it becomes an external id of the source system. */
function idColumn(field: Field, source: string): CsvColumn {
  return {
    field,
    key: 'id',
    label: { en: 'ID', ru: 'ID' },
    write: () => '',
    read: (text) => jsonArray(text) ?? [{ source, key: text }],
    into: 'items',
  }
}

/** Returns whether several columns of a file may fill this column, one after the other. */
export function isList({ field, key, into }: CsvColumn): boolean {
  if (into === 'items') return true
  return kindOf(field)
    .targets(field)
    .some(({ path, shape }) => path === key && shape === 'array')
}

/** Returns whether the column names records. */
export function isLink({ field }: CsvColumn): boolean {
  return kindOf(field).pointsTo === 'record'
}
