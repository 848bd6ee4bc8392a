import type { Temporal } from 'temporal-polyfill'
import { nearest } from '../errors/nearest.ts'
import { type Days, daysOf, localDate } from '../fields/time-words.ts'
import { periodOfDays, type ReportingPeriod } from './period.ts'

/** Words for reporting periods. Weeks start on Monday. Other numbers of days are allowed, such as `last45Days`. */
export const periodWords = [
  ...['today', 'yesterday', 'last7Days', 'last30Days', 'last90Days'],
  ...['Week', 'Month', 'Quarter', 'Year', 'FiscalYear'].flatMap((unit) => [`this${unit}`, `last${unit}`]),
] as const

/** What the meaning of a word depends on. */
export interface WordContext {
  now: Date
  timeZone: string
  /** The month in which the fiscal year begins. */
  fiscalYearStart: number
}

/** Returns the period of a word, or undefined if there is no such word. */
export function periodOfWord(word: string, context: WordContext): ReportingPeriod | undefined {
  const days = daysIn(word, context)
  return days && periodOfDays(days, context.timeZone)
}

/** Returns the nearest word. */
export function nearestPeriod(text: string): string | undefined {
  const days = /^last(\d+)days?$/i.exec(text)?.[1]
  if (days === undefined) return nearest(text, periodWords)
  return /^[1-9]\d{0,2}$/.test(days) ? `last${days}Days` : undefined
}

function daysIn(word: string, { now, timeZone, fiscalYearStart }: WordContext): Days | undefined {
  if (word === 'thisFiscalYear') return fiscalYear(localDate(now, timeZone), fiscalYearStart)
  if (word === 'lastFiscalYear') return fiscalYear(localDate(now, timeZone).subtract({ years: 1 }), fiscalYearStart)
  const isKnown = (periodWords as readonly string[]).includes(word) || /^last\d+Days$/.test(word)
  return isKnown ? daysOf(word, now, timeZone) : undefined
}

/** Returns the fiscal year of a day. */
function fiscalYear(day: Temporal.PlainDate, firstMonth: number): Days {
  const from = day.with({ day: 1 }).subtract({ months: (day.month - firstMonth + 12) % 12 })
  return { from, to: from.add({ years: 1 }) }
}
