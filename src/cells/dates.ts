import type { DateOrder } from './format.ts'

/** Years, months and days in digits: `2026-01-31`, `31.01.2026`, `1/31/26`. */
const inDigits = /^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})$/
const compact = /^(\d{4})(\d{2})(\d{2})$/
/** `2-Nov-23`, `2 ноября 2023 г.`, `Thursday, 2nd of November, 2023`. */
const dayFirst =
  /^(?:\p{L}+\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th|-?го)?(?:\s+of)?[\s.-]*(\p{L}{3,})[\s.,-]*(\d{4}|\d{2})(?:\s*г(?:\.|ода)?)?$/iu
/** `Nov 2, 2023`, `November 2nd 2023`. */
const monthFirst = /^(?:\p{L}+\.?,?\s+)?(\p{L}{3,})[\s.-]*(\d{1,2})(?:st|nd|rd|th)?[\s.,-]+(\d{4}|\d{2})$/iu
/** `2023 November 2`, `2023-Nov-02`. */
const yearFirst = /^(\d{4})[\s.,-]+(\p{L}{3,})[\s.,-]+(\d{1,2})$/u

/** Maximum length of a date in a file, in characters. */
const longest = 40

const months = [
  ...['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  ...['янв', 'фев', 'мар', 'апр', 'май', 'июн', 'июл', 'авг', 'сен', 'окт', 'ноя', 'дек'],
]

/** Two-digit years mean the 80 years before this year, and the 20 years from it on. */
const yearsAhead = 20

/** A day as numbers that need not exist in the calendar. */
interface Numbers {
  year: number
  month: number
  day: number
}

/**
 * Returns the date (`2026-01-31`) that a text means if its day, month and year have this order. Dates with names of
 * months, in English or Russian, have one meaning. Returns undefined if the text is not such a date.
 */
export function readDay(text: string, order: DateOrder, now: Date): string | undefined {
  if (text.length > longest) return undefined
  const digits = inDigits.exec(text)
  const found = digits ? inOrder(digits, order) : (withName(text) ?? inOneNumber(text))
  if (!found) return
  const year = found.year < 100 ? fullYear(found.year, now) : found.year
  return isDay(year, found.month, found.day) ? `${pad(year, 4)}-${pad(found.month)}-${pad(found.day)}` : undefined
}

/** Returns the orders in which a text is a date: several for `01/02/2026`, none if it is no date. */
export function possibleOrders(text: string, now: Date): DateOrder[] {
  return (['dmy', 'mdy', 'ymd'] as const).filter((order) => readDay(text, order, now) !== undefined)
}

function inOrder([, a = '', , b = '', c = '']: RegExpExecArray, order: DateOrder): Numbers | undefined {
  // Only a year has four digits, so its place decides.
  if (a.length > 2) return a.length === 4 && c.length < 3 ? numbers(a, b, c) : undefined
  if (c.length > 2) {
    if (c.length !== 4) return undefined
    return order === 'mdy' ? numbers(c, a, b) : order === 'dmy' ? numbers(c, b, a) : undefined
  }
  if (order === 'ymd') return a.length === 2 ? numbers(a, b, c) : undefined
  if (c.length !== 2) return undefined
  return order === 'mdy' ? numbers(c, a, b) : numbers(c, b, a)
}

function withName(text: string): Numbers | undefined {
  // Most texts that are no dates end here: without a digit and a letter there is no name of a month.
  if (!/\d/.test(text) || !/\p{L}{3}/u.test(text)) return undefined
  const [, day, name, year] = dayFirst.exec(text) ?? []
  if (day) return named(year, name, day)
  const [, first, second, last] = monthFirst.exec(text) ?? []
  if (first) return named(last, first, second)
  const [, leading, middle, end] = yearFirst.exec(text) ?? []
  return leading ? named(leading, middle, end) : undefined
}

function inOneNumber(text: string): Numbers | undefined {
  const [, year, month, day] = compact.exec(text) ?? []
  return year && /^(19|20)/.test(year) ? numbers(year, month, day) : undefined
}

function named(year: string | undefined, name = '', day: string | undefined): Numbers | undefined {
  const start = name.toLowerCase().slice(0, 3).replace('мая', 'май')
  const index = months.indexOf(start)
  return index < 0 ? undefined : { year: Number(year), month: (index % 12) + 1, day: Number(day) }
}

function numbers(year?: string, month?: string, day?: string): Numbers {
  return { year: Number(year), month: Number(month), day: Number(day) }
}

function fullYear(short: number, now: Date): number {
  const latest = now.getUTCFullYear() + yearsAhead
  const year = latest - (latest % 100) + short
  return year > latest ? year - 100 : year
}

/** Returns whether a day exists. Temporal takes thirty times as long. */
function isDay(year: number, month: number, day: number): boolean {
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 ? (isLeapYear ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= days
}

function pad(number: number, length = 2): string {
  return String(number).padStart(length, '0')
}
