import type { Field } from '../field.ts'
import type { CsvColumn } from '../kind.ts'
import type { Context, Value } from '../value.ts'
import { currency } from './choice-kinds.ts'
import { kindOf } from './kinds.ts'

/**
 * Returns the column for the currency that a cell of this column may name (`$1,234`): the other part of money or, for an
 * amount of the record, its currency. Null if the column has no amounts.
 */
export function currencyColumn({ field, written }: CsvColumn, fields: Iterable<Field>): CsvColumn | null {
  if (written !== 'number') return null
  const part = columnsOf(field).find(({ into }) => typeof into === 'object' && into.part === 'currency')
  if (part) return part
  if (field.kind !== 'decimal' || field.userFieldId !== null) return null
  const ofRecord = [...fields].find(({ kind }) => kind === 'currency')
  return (ofRecord && columnsOf(ofRecord)[0]) ?? null
}

/** Returns the base currency. */
export function baseCurrency(context: Context): Value {
  return currency.defaultWord?.('base', context) ?? null
}

function columnsOf(field: Field): CsvColumn[] {
  return kindOf(field).csv(field, 'raw')
}
