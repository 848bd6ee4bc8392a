import type { Field } from '../fields/field.ts'
import type { CsvColumn } from '../fields/kind.ts'
import { kindOf } from '../fields/kinds/kinds.ts'

/** Returns the columns of fields, in the order of the fields. */
export function columnsOf(fields: Iterable<Field>, mode: 'people' | 'raw'): CsvColumn[] {
  return [...fields].flatMap((field) => kindOf(field).csv(field, mode))
}
