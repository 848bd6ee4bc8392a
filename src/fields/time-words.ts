import { Temporal } from 'temporal-polyfill'
import { nearest } from '../errors/nearest.ts'

/** A range of days, exclusive of `to`. */
export interface Days {
  from: Temporal.PlainDate
  to: Temporal.PlainDate
}

const units = { Day: 'days', Week: 'weeks', Month: 'months', Quarter: 'quarters', Year: 'years' } as const
type Unit = keyof typeof units

/** Words for ranges of days: `today`, `lastMonth`, `next7Days`. Weeks start on Monday. */
export const timeWords = [
  'today',
  'yesterday',
  'tomorrow',
  ...['Week', 'Month', 'Quarter', 'Year'].flatMap((unit) => [`last${unit}`, `this${unit}`, `next${unit}`]),
  'last7Days',
  'last30Days',
  'last90Days',
  'next7Days',
  'next30Days',
] as const

const oneDay = new Map([
  ['yesterday', -1],
  ['today', 0],
  ['tomorrow', 1],
])

/** Returns the date in a time zone at an instant. */
export function localDate(instant: Date, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone).toPlainDate()
}

/** Returns the days of a word relative to an instant in a zone, or undefined. `lastNDays` ends with today. */
export function daysOf(word: string, now: Date, timeZone: string): Days | undefined {
  const today = localDate(now, timeZone)
  const single = oneDay.get(word)
  if (single !== undefined) return span(today.add({ days: single }), { days: 1 })
  const counted = /^(last|next)([1-9]\d{0,2})Days$/.exec(word)
  if (counted) {
    const days = Number(counted[2])
    return span(counted[1] === 'last' ? today.subtract({ days: days - 1 }) : today.add({ days: 1 }), { days })
  }
  const named = /^(last|this|next)(Week|Month|Quarter|Year)$/.exec(word)
  if (!named) return
  const unit = named[2] as Exclude<Unit, 'Day'>
  const step = unit === 'Quarter' ? { months: 3 } : { [units[unit]]: 1 }
  const start = startOf(unit, today)
  if (named[1] === 'this') return span(start, step)
  return named[1] === 'last' ? { from: start.subtract(step), to: start } : span(start.add(step), step)
}

/** Returns the nearest word. */
export function nearestWord(text: string): string | undefined {
  const [, way, days] = /^(last|next)([1-9]\d{0,2})days$/i.exec(text) ?? []
  return way ? `${way.toLowerCase()}${days}Days` : nearest(text, timeWords)
}

/** Returns the instant at which a day starts in a zone, or ±infinity outside the years 1 to 9999. */
export function startOfDay(day: Temporal.PlainDate, timeZone: string): string {
  const instant = day.toZonedDateTime(timeZone).toInstant().toString({ fractionalSecondDigits: 3 })
  if (instant.startsWith('+')) return 'infinity'
  return instant < '0001' ? '-infinity' : instant
}

function span(from: Temporal.PlainDate, step: Temporal.DurationLike): Days {
  return { from, to: from.add(step) }
}

function startOf(unit: Exclude<Unit, 'Day'>, day: Temporal.PlainDate): Temporal.PlainDate {
  switch (unit) {
    case 'Week':
      return day.subtract({ days: day.dayOfWeek - 1 })
    case 'Month':
      return day.with({ day: 1 })
    case 'Quarter':
      return day.with({ day: 1, month: Math.floor((day.month - 1) / 3) * 3 + 1 })
    case 'Year':
      return day.with({ day: 1, month: 1 })
  }
}
