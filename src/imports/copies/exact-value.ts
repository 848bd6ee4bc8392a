import type { CellFormat } from '../../cells/format.ts'
import type { CsvColumn } from '../../fields/kind.ts'
import { jsonArray } from '../../fields/kinds/column-kinds.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import type { Place } from '../../fields/value.ts'

/** How exports in raw mode write dates and numbers. */
export const exactFormat: CellFormat = { dateOrder: 'ymd', decimalMark: '.' }

/** Returns the value of a cell of a copy in a JSON body. Links are ids, which other files write as names. */
export function exactValue(column: CsvColumn, cell: string, place: Place): unknown {
  if (cell === '') return null
  const { pointsTo } = kindOf(column.field)
  const isId = (pointsTo === 'record' || pointsTo === 'user') && /^\d{1,16}$/.test(cell)
  if (isId) return Number(cell)
  return (pointsTo === 'user' && jsonArray(cell)) || column.read(cell, place)
}
