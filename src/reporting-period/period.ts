import { Temporal } from 'temporal-polyfill'
import { type Days, startOfDay } from '../fields/time-words.ts'

/** A reporting period. It contains the instants from `from` on and before `to`. */
export interface ReportingPeriod {
  /** The first instant, in UTC. */
  from: string
  /** The first instant after the period, in UTC. */
  to: string
  /** The time zone of its days. */
  timeZone: string
  /** The date of its last instant in the time zone. */
  lastDay: string
}

/** The ways to compare a period with an earlier one. */
export const comparisons = ['previous', 'lastYear'] as const
/** A way to compare a period with an earlier one. */
export type Comparison = (typeof comparisons)[number]

/** Returns the period between two instants. */
export function periodBetween(from: string, to: string, timeZone: string): ReportingPeriod {
  const last = Temporal.Instant.from(to).subtract({ nanoseconds: 1 })
  return { from, to, timeZone, lastDay: last.toZonedDateTimeISO(timeZone).toPlainDate().toString() }
}

/** Returns the period of whole days. With clock changes, a day has 23 or 25 hours. */
export function periodOfDays({ from, to }: Days, timeZone: string): ReportingPeriod {
  return periodBetween(startOfDay(from, timeZone), startOfDay(to, timeZone), timeZone)
}

/** Returns the date of the first instant of a period. */
export function firstDayOf({ from, timeZone }: ReportingPeriod): string {
  return localTime(from, timeZone).toPlainDate().toString()
}

/** Returns the period with which to compare this one. */
export function comparedPeriod(period: ReportingPeriod, comparison: Comparison): ReportingPeriod {
  return comparison === 'previous' ? previousPeriod(period) : sameLastYear(period)
}

/** Returns the period directly before: as many whole months or whole days, else the same time. */
function previousPeriod(period: ReportingPeriod): ReportingPeriod {
  const { from, to, timeZone } = period
  const days = wholeDays(period)
  if (!days) {
    const start = Temporal.Instant.from(from)
    return periodBetween(textOf(start.subtract(start.until(Temporal.Instant.from(to)))), from, timeZone)
  }
  const length = days.from.until(days.to, { largestUnit: areMonths(days) ? 'months' : 'days' })
  return periodOfDays({ from: days.from.subtract(length), to: days.from }, timeZone)
}

/** Returns the same months or dates a year earlier. Otherwise the same time from the same moment of the earlier year. */
function sameLastYear(period: ReportingPeriod): ReportingPeriod {
  const { from, to, timeZone } = period
  const days = wholeDays(period)
  const year = { years: 1 }
  if (!days) {
    const start = localTime(from, timeZone).subtract(year).toInstant()
    return periodBetween(textOf(start), textOf(start.add(Temporal.Instant.from(from).until(to))), timeZone)
  }
  if (areMonths(days)) return periodOfDays({ from: days.from.subtract(year), to: days.to.subtract(year) }, timeZone)
  const last = days.to.subtract({ days: 1 })
  return periodOfDays({ from: days.from.subtract(year), to: last.subtract(year).add({ days: 1 }) }, timeZone)
}

/** Returns the days of a period that begins and ends with a day in its time zone. */
function wholeDays({ from, to, timeZone }: ReportingPeriod): Days | undefined {
  const [first, end] = [from, to].map((instant) => {
    const day = localTime(instant, timeZone).toPlainDate()
    return startOfDay(day, timeZone) === instant ? day : undefined
  })
  return first && end && { from: first, to: end }
}

function areMonths({ from, to }: Days): boolean {
  return from.day === 1 && to.day === 1
}

function localTime(instant: string, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone)
}

/** Returns an instant as the API writes it. */
function textOf(instant: Temporal.Instant): string {
  return instant.toString({ fractionalSecondDigits: 6 }).replace(/000Z$/, 'Z')
}
