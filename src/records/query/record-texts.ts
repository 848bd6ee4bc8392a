import { sql } from 'kysely'
import { precompiled } from '../../database/precompiled-sql.ts'
import type { TextRow } from '../../database/statement.ts'
import type { Field } from '../../fields/field.ts'
import { shownValue } from '../../fields/kinds/kinds.ts'
import { type Selection, together } from '../../fields/selection.ts'
import type { Value } from '../../fields/value.ts'

/** A record as Postgres returned it: texts of a row, beginning at an index. */
export interface RecordTexts {
  readonly row: TextRow
  readonly at: number
}

/** Reads the value of a field. */
export type ReadValue = (record: RecordTexts) => Value

/** Selects fields of a record (`record`), to be read later by `valueReaders`. Fields that are not present are empty. */
export function textsOf(fields: readonly Field[], isPresent: (field: Field) => boolean): Selection<RecordTexts> {
  const parts = fields.map((field) => {
    const part = shownValue(field)
    return isPresent(field) ? part : { ...part, columns: sql.join(Array(part.width).fill(sql`null`)) }
  })
  const { columns, width } = together(parts)
  return { columns: precompiled(columns), width, read: (row, at) => ({ row, at }) }
}

/** Returns the readers of the same fields. */
export function valueReaders(fields: readonly Field[]): ReadValue[] {
  const { placed } = together(fields.map(shownValue))
  return placed.map(
    ({ part, offset }) =>
      ({ row, at }) =>
        part.read(row, at + offset),
  )
}
