import { Temporal } from 'temporal-polyfill'
import { dateAt, later, startOf } from './calendar.ts'
import { fiscalYearStart } from './choices.ts'

/** A reporting period: from a time up to, but not including, another one. */
export interface Period {
  from: number
  to: number
  zone: string
}

/** A period as requests name it: a word, or the first date or instant and the one after the last. */
export type AskedPeriod = string | { from: string; to: string }

/** Returns a period. */
export function periodOf(asked: AskedPeriod, zone: string, now: number): Period {
  const { from, to } = typeof asked === 'string' ? datesOf(asked, dateAt(now, zone)) : asked
  const timeOf = (text: string) => (text.length === 10 ? startOf(text, zone) : Date.parse(text))
  return { from: timeOf(from), to: timeOf(to), zone }
}

function datesOf(word: string, today: string): { from: string; to: string } {
  const days = /^last(\d+)Days$/.exec(word)
  if (days) return { from: later(today, { days: 1 - Number(days[1]) }), to: later(today, { days: 1 }) }
  if (word === 'today') return { from: today, to: later(today, { days: 1 }) }
  if (word === 'yesterday') return { from: later(today, { days: -1 }), to: today }
  const [, which, unit] = /^(this|last)(Week|Month|Quarter|Year|FiscalYear)$/.exec(word)!
  const length = {
    Week: { days: 7 },
    Month: { months: 1 },
    Quarter: { months: 3 },
    Year: { years: 1 },
    FiscalYear: { years: 1 },
  }[unit!]!
  const start = beginningOf(unit!, today)
  const before = Temporal.PlainDate.from(start).subtract(length).toString()
  return which === 'this' ? { from: start, to: later(start, length) } : { from: before, to: start }
}

function beginningOf(unit: string, today: string): string {
  const date = Temporal.PlainDate.from(today)
  if (unit === 'Week') return date.subtract({ days: date.dayOfWeek - 1 }).toString()
  const months = {
    Month: 0,
    Quarter: (date.month - 1) % 3,
    Year: date.month - 1,
    FiscalYear: (date.month - fiscalYearStart + 12) % 12,
  }[unit]!
  return date.with({ day: 1 }).subtract({ months }).toString()
}

/** Returns the last date of a period. */
export function lastDay({ to, zone }: Period): string {
  return dateAt(to - 1, zone)
}

/** Returns whether a time is in a period. */
export function isIn(time: number | null, { from, to }: Period): boolean {
  return time !== null && from <= time && time < to
}
