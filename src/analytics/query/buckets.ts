import { type RawBuilder, sql } from 'kysely'
import { Temporal } from 'temporal-polyfill'
import type { Labels, Language } from '../../errors/language.ts'
import { instantOf } from '../../fields/json-texts.ts'
import { type OperatorName, selects } from '../../fields/operators.ts'
import { localTime, type Scalar, type Scale } from '../../fields/scalar.ts'
import { localDate, startOfDay } from '../../fields/time-words.ts'
import type { Filter } from '../../filters/filter.ts'
import type { Names } from '../../records/list/values-in-words.ts'
import { firstDayOf, type ReportingPeriod } from '../../reporting-period/period.ts'
import type { GroupValue } from '../table.ts'

/** When and where the buckets of times are. */
export interface BucketContext {
  timeZone: string
  now: Date
}

/** A part of time by which records are grouped. */
export interface Bucket {
  /** What it can be a part of. */
  scales: readonly Scale[]
  label: Labels
  /** SQL type of the key. */
  pgType: string
  /** Whether the keys are points in time, so that they form a line. */
  isTimeline: boolean
  /** Returns SQL of the key of a value. */
  key(value: RawBuilder<unknown>, scalar: Scalar, context: BucketContext): RawBuilder<unknown>
  /** Converts the text of Postgres to the key. */
  read(text: string): GroupValue
  /** Returns the condition that a value of a field is in the bucket, in one part, so that the same value of a list meets it. */
  condition(field: string, key: GroupValue): Filter
  /** Condition of the records that have no key. Default: the field is empty. */
  empty?: Filter
  /** Returns the place of a key of a timeline, counted from the bucket with the beginning of a period. */
  place?(key: GroupValue, period: ReportingPeriod): number
  /** Returns the keys of a timeline in a period, at most one more than `most`. */
  keysIn?(period: ReportingPeriod, most: number, context: BucketContext): GroupValue[]
  /** Returns the key in words. */
  words(key: GroupValue, language: Language, timeZone: string, names?: Names): string
}

/** The days of calendars. Later and earlier instants belong to the first and the last of them. */
const [firstDay, lastDay] = ['0001-01-01', '9999-12-31']

type CalendarUnit = 'day' | 'week' | 'month' | 'quarter' | 'year'

function calendarBucket(
  unit: CalendarUnit,
  label: Labels,
  words: (day: Temporal.PlainDate, language: Language) => string,
): Bucket {
  const step = unit === 'quarter' ? { months: 3 } : { [`${unit}s`]: 1 }
  return {
    scales: ['day', 'instant'],
    label,
    pgType: 'date',
    isTimeline: true,
    key(value, scalar, { timeZone, now }) {
      const local = sql`${localTime(value, scalar, timeZone)}::date`
      // `least` and `greatest` ignore null.
      const day = sql`case when ${value} is not null then least(greatest(${local}, ${firstDay}::date), ${lastDay}::date) end`
      const exact = unit === 'day' ? day : sql`date_trunc(${sql.lit(unit)}, (${day})::timestamp)::date`
      return scalar.scale === 'instant' ? usualOr(exact, value, { unit, timeZone, now }) : exact
    },
    read: (text) => text,
    condition(field, key) {
      const last = Temporal.PlainDate.from(String(key)).add(step).subtract({ days: 1 }).toString()
      if (key === firstDay) return { field, op: selects.upTo, value: last }
      // Years after 9999 have a sign.
      if (last >= lastDay || last.startsWith('+')) return { field, op: selects.from, value: key }
      return { field, op: selects.between, value: [key, last] }
    },
    place: (key, period) => orderOf[unit](String(key)) - orderOf[unit](firstDayOf(period)),
    keysIn(period, most) {
      const keys: string[] = []
      let day = beginningOf(Temporal.PlainDate.from(firstDayOf(period)), unit)
      for (; day.toString() <= period.lastDay && keys.length <= most; day = day.add(step)) keys.push(day.toString())
      return keys
    },
    words: (key, language) => words(Temporal.PlainDate.from(String(key)), language),
  }
}

/** Returns the first day of the day, week, month, quarter or year of a day. */
export function beginningOf(day: Temporal.PlainDate, unit: CalendarUnit): Temporal.PlainDate {
  if (unit === 'day') return day
  if (unit === 'week') return day.subtract({ days: day.dayOfWeek - 1 })
  const month = { month: day.month, quarter: day.month - ((day.month - 1) % 3), year: 1 }[unit]
  return day.with({ month, day: 1 })
}

/**
 * Returns SQL of the key of an instant: for those of usual years by a look-up among the starts of all parts of time, which
 * is faster than a date in a time zone. `exact` is the key of others.
 */
function usualOr(
  exact: RawBuilder<unknown>,
  value: RawBuilder<unknown>,
  { unit, timeZone, now }: BucketContext & { unit: CalendarUnit },
): RawBuilder<unknown> {
  const first = unit === 'week' ? '2000-01-03' : '2000-01-01'
  const count = orderOf[unit](`${now.getUTCFullYear() + 2}-01-01`) - orderOf[unit](first)
  const day = sql`${first}::timestamp + place * ${unit === 'quarter' ? '3 months' : `1 ${unit}`}::interval`
  const places = sql`from generate_series(0, ${sql.lit(count)}) as place order by place`
  const starts = sql`(select array(select (${day}) at time zone ${timeZone}::text ${places}))`
  const days = sql`(select array(select (${day})::date ${places}))`
  const place = sql`width_bucket(${value}, ${starts})`
  return sql`case when ${place} between 1 and ${sql.lit(count)} then ${days}[${place}] else ${exact} end`
}

const dayNumber = (day: string) => Math.round(Date.parse(`${day}T00:00:00Z`) / 86_400_000)
const monthNumber = (day: string) => 12 * Number(day.slice(0, 4)) + Number(day.slice(5, 7)) - 1

/** The places of days in the order of the parts of time that they are in. */
const orderOf = {
  day: dayNumber,
  // The first day of 1970 was a Thursday.
  week: (day: string) => Math.floor((dayNumber(day) + 3) / 7),
  month: monthNumber,
  quarter: (day: string) => Math.floor(monthNumber(day) / 3),
  year: (day: string) => Number(day.slice(0, 4)),
}

const formats = new Map<string, Intl.DateTimeFormat>()

function inWords(day: Temporal.PlainDate, language: Language, options: Intl.DateTimeFormatOptions): string {
  const name = `${language} ${JSON.stringify(options)}`
  const format = formats.get(name) ?? new Intl.DateTimeFormat(language === 'ru' ? 'ru' : 'en-GB', options)
  formats.set(name, format)
  return format.format(new Date(`${day.toString()}T00:00:00Z`))
}

const utc = { timeZone: 'UTC' } as const
const numeric = { ...utc, year: 'numeric', month: '2-digit', day: '2-digit' } as const
const date = (day: Temporal.PlainDate, language: Language) =>
  language === 'ru' ? inWords(day, language, numeric) : day.toString()

const numberBucket = (
  part: 'isodow' | 'hour',
  scales: readonly Scale[],
  op: OperatorName,
  label: Labels,
  words: Bucket['words'],
): Bucket => ({
  scales,
  label,
  pgType: 'integer',
  isTimeline: false,
  key: (value, scalar, { timeZone }) =>
    sql`extract(${sql.lit(part)} from (${localTime(value, scalar, timeZone)}))::integer`,
  read: Number,
  condition: (field, key) => ({ field, op, value: [key] }),
  words,
})

/** Later instants cannot be written. */
const end = Date.parse('9999-12-31T23:00:00Z')

const hourLength = 3_600_000

/** A Monday. */
const monday = Temporal.PlainDate.from('2026-01-05')

const hour: Bucket = {
  scales: ['instant'],
  label: { en: 'by hour', ru: 'по часам' },
  pgType: 'timestamptz',
  isTimeline: true,
  // All hours begin at the same minute, also where clocks are set by half an hour, so no two hours overlap.
  key: (value, _, context) => sql`date_bin('1 hour', ${value}, ${startOfToday(context)}::timestamptz)`,
  read: instantOf,
  condition(field, key) {
    const last = Temporal.Instant.from(String(key)).add({ hours: 1 }).subtract({ microseconds: 1 })
    if (last.epochMilliseconds >= end) return { field, op: selects.from, value: key }
    return { field, op: selects.between, value: [key, last.toString({ fractionalSecondDigits: 6 })] }
  },
  place: (key, { from }) => Math.floor((Date.parse(String(key)) - Date.parse(from)) / hourLength),
  keysIn({ from, to }, most, context) {
    const origin = Date.parse(startOfToday(context))
    const first = origin + Math.floor((Date.parse(from) - origin) / hourLength) * hourLength
    const count = Math.min(most + 1, Math.ceil((Date.parse(to) - first) / hourLength))
    return Array.from({ length: count }, (_, at) => new Date(first + at * hourLength).toISOString())
  },
  words(key, language, timeZone) {
    const local = Temporal.Instant.from(String(key)).toZonedDateTimeISO(timeZone)
    const time = local.toPlainTime().toString({ smallestUnit: 'minute' })
    return `${date(local.toPlainDate(), language)} ${time}`
  },
}

function startOfToday({ now, timeZone }: BucketContext): string {
  return startOfDay(localDate(now, timeZone), timeZone)
}

/** The parts of time by which records are grouped. Weeks begin on Monday. */
export const buckets = {
  hour,
  day: calendarBucket('day', { en: 'by day', ru: 'по дням' }, date),
  week: calendarBucket('week', { en: 'by week', ru: 'по неделям' }, (day, language) =>
    [day, day.add({ days: 6 })].map((one) => date(one, language)).join(' – '),
  ),
  month: calendarBucket('month', { en: 'by month', ru: 'по месяцам' }, (day, language) =>
    inWords(day, language, { ...utc, year: 'numeric', month: 'long' }),
  ),
  quarter: calendarBucket('quarter', { en: 'by quarter', ru: 'по кварталам' }, (day, language) => {
    const quarter = Math.ceil(day.month / 3)
    return language === 'ru' ? `${quarter} кв. ${day.year}` : `Q${quarter} ${day.year}`
  }),
  year: calendarBucket('year', { en: 'by year', ru: 'по годам' }, (day) => String(day.year)),
  dayOfWeek: numberBucket(
    'isodow',
    ['day', 'instant'],
    selects.dayOfWeek,
    { en: 'by day of the week', ru: 'по дням недели' },
    (key, language) => inWords(monday.add({ days: Number(key) - 1 }), language, { ...utc, weekday: 'long' }),
  ),
  hourOfDay: numberBucket(
    'hour',
    ['instant'],
    selects.hourOfDay,
    { en: 'by hour of the day', ru: 'по времени суток' },
    (key) => `${String(key).padStart(2, '0')}:00`,
  ),
} satisfies Record<string, Bucket>

/** The name of a part of time. */
export type BucketName = keyof typeof buckets
/** The names of the parts of time. */
export const bucketNames = Object.keys(buckets) as [BucketName, ...BucketName[]]

/** Returns the names of the parts of values on a scale. */
export function bucketsOf(scale: Scale | undefined): BucketName[] {
  return bucketNames.filter((name) => scale && (buckets[name] as Bucket).scales.includes(scale))
}
