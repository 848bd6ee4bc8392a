import { normalizeName } from '../../columns/name.ts'
import { type NameOrder, orderEvidence } from '../../names/name-order.ts'

/**
 * Returns the order of first and last name in a column. All cells decide together, because a cell alone can be read in
 * both ways; without evidence in the cells, the name of the column decides.
 */
export function nameOrderOf(cells: readonly string[], columnName: string): NameOrder {
  let balance = 0
  for (const cell of cells) balance += orderEvidence(cell)
  if (balance) return balance > 0 ? 'lastFirst' : 'firstLast'
  return /^(фам|фио)/.test(normalizeName(columnName)) ? 'lastFirst' : 'firstLast'
}
