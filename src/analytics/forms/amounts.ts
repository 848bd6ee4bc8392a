import { Big } from 'big.js'
import type { Static } from 'typebox'
import type { CellMoney, CellValue, ReportTable } from '../table.ts'

/** An amount with its currency. */
export type Money = Static<typeof CellMoney>

/** Returns a value as a number for drawing. Null if it cannot be drawn. */
export function numberOf(value: CellValue | undefined): number | null {
  const plain = Array.isArray(value) ? value[0] : value
  const number = typeof plain === 'object' && plain ? Number(plain.amount) : Number(plain ?? Number.NaN)
  return Number.isNaN(number) ? null : Math.max(-largest, Math.min(largest, number))
}

/** Sums of numbers up to this one are finite. */
const largest = 1e300

/** Returns the currencies of the amounts in a value. Null is that of amounts without one. */
export function currenciesOf(value: CellValue | undefined): (string | null)[] {
  return [value ?? []].flat().flatMap((one) => (typeof one === 'object' ? one.currency : []))
}

/** Returns the exact sum of values, or null if they cannot be added. Empty values count as zero. */
export function sumOf(values: readonly CellValue[]): CellValue {
  const decimals = values.filter((value) => value !== null).map(decimalOf)
  const sum = decimals.reduce((one, other) => (one && other ? one.plus(other) : null), Big(0))
  const currencies = new Set(values.flatMap(currenciesOf))
  if (!sum || currencies.size > 1) return null
  const [currency] = currencies
  return currency === undefined ? sum.toFixed() : { amount: sum.toFixed(), currency }
}

/** Returns a value as an exact decimal. Null if it is not one. */
export function decimalOf(value: CellValue): Big | null {
  const plain = Array.isArray(value) && value.length < 2 ? (value[0] ?? '0') : value
  const text = plain && typeof plain === 'object' && !Array.isArray(plain) ? plain.amount : String(plain)
  return /^-?\d+(\.\d+)?$/.test(text) ? Big(text) : null
}

/**
 * Returns whether the rows of a column add up to its total. Averages do not, and neither do the counts of records that are
 * in several rows.
 */
export function addsUp({ rows, totals }: ReportTable, key: string): boolean {
  const total = decimalOf(totals.cells[key]?.value ?? null)
  const sum = decimalOf(sumOf(rows.map(({ cells }) => cells[key]?.value ?? null)))
  return total !== null && sum !== null && total.eq(sum)
}
