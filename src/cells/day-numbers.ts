import type { WrittenTime } from './times.ts'

/** Days from 30 December 1899, and the time of day as a fraction: `45231`, `45231.5`. */
const form = /^(\d{5})(?:[.,](\d{1,12}))?$/
/** The days of the years 1955 to 2100. Other numbers of five digits are hardly dates. */
const [first, last] = [20_090, 73_415]
const [start, daySeconds] = [Date.UTC(1899, 11, 30), 86_400]

/** Returns the date and time that a spreadsheet keeps as this number. Undefined for other texts. */
export function readDayNumber(text: string): WrittenTime | undefined {
  const [, days, fraction = '0'] = form.exec(text) ?? []
  if (days === undefined || Number(days) < first || Number(days) > last) return undefined
  // The last second of a day may be rounded to the next day.
  const seconds = Number(days) * daySeconds + Math.round(Number(`0.${fraction}`) * daySeconds)
  const at = new Date(start + seconds * 1000)
  return {
    date: at.toISOString().slice(0, 10),
    hour: at.getUTCHours(),
    minute: at.getUTCMinutes(),
    second: at.getUTCSeconds(),
  }
}
