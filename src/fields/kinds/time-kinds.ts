import { Temporal } from 'temporal-polyfill'
import Type from 'typebox'
import { possibleOrders, readDay } from '../../cells/dates.ts'
import { readDayNumber } from '../../cells/day-numbers.ts'
import { splitTime, type WrittenTime } from '../../cells/times.ts'
import { instantJson, instantOf, quoted } from '../json-texts.ts'
import { operatorSets } from '../operators.ts'
import type { Scalar } from '../scalar.ts'
import { type Days, daysOf, localDate, nearestWord, startOfDay } from '../time-words.ts'
import { formatAt, type Place, refuse, refuseOutside, type Value } from '../value.ts'

const dateForm = /^\d{4}-\d{2}-\d{2}$/
const instantForm = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:[0-5]\d(\.\d{1,6})?([Zz]|[+-]\d{2}:\d{2})$/

/** Returns whether a text is a calendar day between the years 1 and 9999. Temporal takes thirty times as long. */
export function isDay(text: string): boolean {
  if (!dateForm.test(text) || text.startsWith('0000')) return false
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))]
  const isLeapYear = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = month === 2 ? (isLeapYear ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  return month >= 1 && month <= 12 && day >= 1 && day <= days
}

function readDate(input: unknown, place: Place): Value | undefined {
  if (typeof input !== 'string') return refuse(place, 'invalid_type', { expected: 'date string' })
  return isDay(input) ? inBounds(input, place) : refuse(place, 'invalid_date')
}

/** Returns an instant in UTC with milliseconds, or microseconds if present, as the SQL function instant() does. */
export function instantIn(text: string): string | undefined {
  if (!instantForm.test(text) || !isDay(text.slice(0, 10))) return
  try {
    const utc = Temporal.Instant.from(text).toString({ fractionalSecondDigits: 6 })
    return /^\d{4}-/.test(utc) && !utc.startsWith('0000') ? utc.replace(/000Z$/, 'Z') : undefined
  } catch {
    return
  }
}

function readInstant(input: unknown, place: Place): Value | undefined {
  if (typeof input !== 'string') return refuse(place, 'invalid_type', { expected: 'date-time string' })
  const instant = instantIn(input)
  return instant === undefined ? refuse(place, 'invalid_datetime') : inBounds(instant, place)
}

function inBounds(value: string, place: Place): Value | undefined {
  const { min, max } = place.field.settings
  // Without `Z`, instants with and without microseconds sort by time.
  const [low, at, high] = [min, value, max].map((one) => one && String(one).replace('Z', ''))
  const out = (low && at! < low) || (high && at! > high)
  return out ? refuseOutside(place) : value
}

function wordDays(input: unknown, place: Place): Days | undefined {
  return typeof input === 'string' ? daysOf(input, place.context.now, place.context.timeZone) : undefined
}

const dayMs = 86_400_000

/** Returns the days in `now+7`. */
function daysFromNow(word: string): number | undefined {
  const [match, days = '0'] = /^now(?:\+(\d{1,4}))?$/.exec(word) ?? []
  return match === undefined ? undefined : Number(days)
}

/** Reads a date of a file, and its time. */
function readWritten(
  text: string,
  place: Place,
  code: 'invalid_date' | 'invalid_datetime',
): (WrittenTime & { day: string }) | undefined {
  const { dateOrder, isMixed, hasDayNumbers } = formatAt(place)
  const { now } = place.context
  const time = hasDayNumbers ? readDayNumber(text) : splitTime(text)
  const day = time && readDay(time.date, dateOrder, now)
  if (!day) return refuse(place, readDayNumber(text) ? 'day_number' : code)
  const isClear = !isMixed || possibleOrders(time.date, now).every((order) => readDay(time.date, order, now) === day)
  return isClear ? { ...time, day } : refuse(place, 'ambiguous_date')
}

/** A date without a time zone. */
export const date: Scalar = {
  pgType: 'date',
  json: 'string',
  schema: () => Type.String({ format: 'date' }),
  read: readDate,
  written: 'date',
  fromCsv(text, place) {
    const day = readWritten(text, place, 'invalid_date')?.day
    return day && readDate(day, place)
  },
  toCsv: (value, _field, writing) =>
    writing.mode === 'people' ? shownDate(String(value), writing.language) : String(value),
  toJson: quoted,
  defaultWord(word, { now, timeZone }) {
    const days = daysFromNow(word)
    return days === undefined ? undefined : localDate(now, timeZone).add({ days }).toString()
  },
  word: nearestWord,
  range(input, place) {
    const days = wordDays(input, place)
    return days && { from: days.from.toString(), to: days.to.toString() }
  },
  operators: operatorSets.date,
  sortable: true,
  grouping: 'parts',
  scale: 'day',
}

/** An instant. An offset is converted to UTC. */
export const datetime: Scalar = {
  pgType: 'timestamptz',
  json: 'string',
  schema: () => Type.String({ format: 'date-time' }),
  read: readInstant,
  plusSigns: / (?=\d\d:\d\d$)/,
  written: 'date',
  fromCsv(text, place) {
    if (instantForm.test(text)) return readInstant(text, place)
    const written = readWritten(text, place, 'invalid_datetime')
    if (!written) return undefined
    const { day, hour, minute, second, offset } = written
    const clock = Temporal.PlainTime.from({ hour, minute, second })
    if (offset) return readInstant(`${day}T${clock.toString()}${offset}`, place)
    const zoned = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: place.context.timeZone, plainTime: clock })
    return readInstant(zoned.toInstant().toString({ fractionalSecondDigits: 6 }), place)
  },
  toCsv: (value, _field, { mode, timeZone, language }) =>
    mode === 'raw' ? String(value) : shownInstant(String(value), timeZone, language),
  toJson: instantJson,
  toValue: instantOf,
  defaultWord(word, { now }) {
    const days = daysFromNow(word)
    return days === undefined ? undefined : new Date(now.getTime() + days * dayMs).toISOString()
  },
  word: nearestWord,
  range(input, place) {
    const { timeZone } = place.context
    const day = typeof input === 'string' && isDay(input) ? Temporal.PlainDate.from(input) : undefined
    const days = day ? { from: day, to: day.add({ days: 1 }) } : wordDays(input, place)
    return days && { from: startOfDay(days.from, timeZone), to: startOfDay(days.to, timeZone) }
  },
  operators: operatorSets.datetime,
  sortable: true,
  grouping: 'parts',
  scale: 'instant',
}

const localTimes = new Map<string, Intl.DateTimeFormat>()

/** Returns the formatter for `2026-01-31 10:00:00` in a zone. Cached: creating one costs 1000 times its use. */
function localTime(timeZone: string): Intl.DateTimeFormat {
  const known =
    localTimes.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
  localTimes.set(timeZone, known)
  return known
}

/** Returns an instant as the date and time in a zone, as people write them. */
export function shownInstant(instant: string, timeZone: string, language: 'en' | 'ru'): string {
  const [day = '', clock] = localTime(timeZone).format(new Date(instant)).split(' ')
  return `${shownDate(day, language)} ${clock}`
}

/** Returns a date as people write it, in a way that spreadsheets read. */
export function shownDate(iso: string, language: 'en' | 'ru'): string {
  if (language !== 'ru') return iso
  const [year, month, day] = iso.split('-')
  return `${day}.${month}.${year}`
}
