import { Big } from 'big.js'
import type { Cell, Cells, CellValue } from '../table.ts'
import { isShare, type ReportColumnDefinition, type ShareColumn } from './definition.ts'

/** Returns the cells of columns in their order, with those of shares. */
export function withShares(columns: readonly ReportColumnDefinition[], cells: Cells, totals: Cells): Cells {
  return Object.fromEntries(
    columns.map((one) => [one.key, isShare(one) ? shareOf(one, cells, totals) : cells[one.key]!]),
  )
}

function shareOf({ part, whole, ofTotal }: ShareColumn, cells: Cells, totals: Cells): Cell {
  const all = ofTotal ? totals : cells
  const at = (which: 'value' | 'compared') =>
    percentOf(
      cells[part]![which],
      whole.map((key) => all[key]![which]),
    )
  return { value: at('value'), ...(cells[part]!.compared !== undefined && { compared: at('compared') }) }
}

/** Returns a part of a whole in per cent with one decimal place. Null if the whole is nothing. */
export function percentOf(part: CellValue | undefined, whole: readonly (CellValue | undefined)[]): string | null {
  const all = whole.reduce<number>((sum, value) => sum + Number(value ?? 0), 0)
  return all ? new Big(Number(part ?? 0)).times(100).div(all).toFixed(1, Big.roundHalfUp) : null
}
