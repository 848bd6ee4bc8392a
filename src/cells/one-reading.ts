import { possibleOrders, readDay } from './dates.ts'
import type { CellFormat } from './format.ts'

const dates = /(?<![\d./-])\d{1,2}([./-])\d{1,2}\1\d{1,4}(?!\d)/g
/** Numbers with one mark and three digits after it: thousands or decimals. */
const numbers = /(?<![\d.,])([1-9]\d{0,2})([.,])(\d{3})(?![.,]?\d)/g

/**
 * Returns the text of a cell as only the given reading understands it: `02/03/2020` as `2020-02-03`, `1,234` as `1234`
 * or `1,2340`. Texts that have the same value in each reading stay as they are.
 */
export function withOneReading(text: string, { dateOrder, decimalMark }: Partial<CellFormat>, now: Date): string {
  if (dateOrder) {
    return text.replaceAll(dates, (day, separator: string) => {
      // Points are read so in every file.
      if (separator === '.' && dateOrder === 'dmy') return day
      const days = new Set(possibleOrders(day, now).map((order) => readDay(day, order, now)))
      return (days.size > 1 && readDay(day, dateOrder, now)) || day
    })
  }
  if (!decimalMark) return text
  return text.replaceAll(numbers, (_, whole: string, mark: string, digits: string) =>
    mark === decimalMark ? `${whole}${mark}${digits}0` : whole + digits,
  )
}
