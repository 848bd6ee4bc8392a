import { Temporal } from 'temporal-polyfill'
import { dateAt, daysBetween, later, startOf } from '../calendar.ts'
import { events } from '../events.ts'
import type { Life } from '../life.ts'
import { lastDay, type Period, periodOf } from '../period.ts'
import type { Asked, Condition, Group, Query } from './query.ts'

const hour = 3_600_000

/** Returns whether a record fulfils a condition. A value is compared as in lists: an empty one is in no list. */
export function fulfils(life: Life, condition: Condition, query: Query, asked: Asked): boolean {
  if ('and' in condition) return condition.and.every((one) => fulfils(life, one, query, asked))
  if ('not' in condition) return !fulfils(life, condition.not, query, asked)
  if ('field' in condition)
    return valuesOf(life, condition.field, asked).some((value) => condition.value.includes(value))
  const { event, period, ...stage } = condition
  return events[event]!(
    life,
    { ...asked.view, period: periodOf(period ?? query.period!, query.timeZone, asked.now) },
    stage,
  )
}

/** Returns the values of a field: of the record itself, or of the company that the reader sees. */
export function valuesOf(life: Life, field: string, { view }: Asked): unknown[] {
  const { values } = life
  if (field.startsWith('company.')) {
    const company = view.records.find(({ type, id }) => type === 'company' && id === values.companyId)
    return company ? valuesOf(company, field.slice('company.'.length), { view } as Asked) : []
  }
  if (field === 'contacts') return values.contacts.map(({ id }) => id)
  if (field === 'id' || field === 'createdAt') return [life[field]]
  const utm: Readonly<Record<string, string>> = values.utm ?? {}
  const value = field.startsWith('utm.')
    ? (utm[field.slice('utm.'.length)] ?? null)
    : (values[field.replace('userFields.', '') as keyof typeof values] ?? null)
  return value === null ? [] : [value]
}

/** Returns the values by which a record is grouped. */
export function groupValues(life: Life, { field, bucket }: Group, { timeZone }: Query, asked: Asked): unknown[] {
  const values = valuesOf(life, field, asked).map((value) =>
    bucket ? bucketOf(value, bucket, timeZone, asked.now) : value,
  )
  return values.length ? values : [null]
}

/** Returns the part of time in which a time is. */
export function bucketOf(value: unknown, bucket: NonNullable<Group['bucket']>, zone: string, now: number): unknown {
  const date = typeof value === 'number' ? dateAt(value, zone) : (value as string)
  const [year, month] = date.split('-') as [string, string]
  const dayOfWeek = ((startOf(date, 'UTC') / 86_400_000 + 3) % 7) + 1
  switch (bucket) {
    case 'hour': {
      // All hours begin at the same minute as the present day.
      const start = startOf(dateAt(now, zone), zone)
      return new Date(start + Math.floor(((value as number) - start) / hour) * hour).toISOString()
    }
    case 'day':
      return date
    case 'week':
      return later(date, { days: 1 - dayOfWeek })
    case 'month':
      return `${year}-${month}-01`
    case 'quarter':
      return `${year}-${String(Math.floor((Number(month) - 1) / 3) * 3 + 1).padStart(2, '0')}-01`
    case 'year':
      return `${year}-01-01`
    case 'dayOfWeek':
      return dayOfWeek
    case 'hourOfDay':
      return Number(
        new Intl.DateTimeFormat('en', { hour: 'numeric', hourCycle: 'h23', timeZone: zone }).format(value as number),
      )
  }
}

/** Returns all parts of time of a period. */
export function partsOf(period: Period, bucket: NonNullable<Group['bucket']>, now: number): unknown[] {
  const { from, to, zone } = period
  const inHours = Array.from({ length: Math.ceil((to - from) / hour) }, (_, at) => from + at * hour)
  const inDays = Array.from({ length: daysBetween(dateAt(from, zone), lastDay(period)) + 1 }, (_, days) =>
    later(dateAt(from, zone), { days }),
  )
  const times = bucket === 'hour' ? [...inHours, to - 1] : inDays
  return [...new Set(times.map((time) => bucketOf(time, bucket, zone, now)))]
}

/** Returns the place of a part of time, counted from the one with the beginning of a period. Other parts are as they are. */
export function placeInTime(value: unknown, bucket: NonNullable<Group['bucket']>, from: number, zone: string): unknown {
  if (bucket === 'dayOfWeek' || bucket === 'hourOfDay') return value
  if (bucket === 'hour') return Math.floor((Date.parse(value as string) - from) / hour)
  const first = Temporal.PlainDate.from(bucketOf(from, bucket, zone, from) as string)
  const largestUnit = { day: 'days', week: 'weeks', month: 'months', quarter: 'months', year: 'years' }[bucket]
  return first.until(value as string, { largestUnit: largestUnit as 'days' }).toString()
}
