import type { Big } from 'big.js'
import { dateAt, later, startOf } from './calendar.ts'
import { digitsOf } from './choices.ts'
import { type AskedStage, events, type View } from './events.ts'
import type { Code, Life } from './life.ts'
import { type Conversion, converted, exact, rateDay, rounded } from './money.ts'
import { type AskedPeriod, periodOf } from './period.ts'
import type { Cell, Row, Table } from './table.ts'

/** A condition: an event, or a field with one of some values. */
export type Condition =
  | ({ event: string; period?: AskedPeriod } & AskedStage)
  | { field: string; op: 'in'; value: readonly unknown[] }
  | { and: readonly Condition[] }
  | { not: Condition }

/** A measure. */
export interface Measure {
  as: string
  fn: 'count' | 'sum' | 'avg' | 'min' | 'max' | 'median' | 'percentile' | 'distinct'
  field?: string
  since?: string
  p?: number
  filter?: Condition
}

/** A group. */
export interface Group {
  field: string
  bucket?: 'day' | 'week' | 'month' | 'quarter' | 'year' | 'dayOfWeek' | 'hourOfDay'
}

/** A general query. */
export interface Query {
  type: Code
  filter?: Condition
  /** The period of events without one of their own, and of the rates. */
  period?: AskedPeriod
  timeZone: string
  measures: readonly Measure[]
  groupBy: readonly Group[]
}

/** What a query is answered from. */
export interface Asked {
  view: View
  now: number
  /** Null for amounts by currency. */
  conversion: Conversion | null
  /** The currencies in order. */
  currencies: readonly string[]
}

/** The answer of the model: a row for each combination of values of the groups. */
export function answer(query: Query, asked: Asked): Table {
  const { view } = asked
  const all = view.records.filter(
    (life) => life.type === query.type && (!query.filter || fulfils(life, query.filter, query, asked)),
  )
  const rows = new Map<string, { values: readonly unknown[]; records: Life[] }>()
  // Without groups there are only totals.
  for (const life of query.groupBy.length ? all : []) {
    for (const values of combinations(query.groupBy.map((group) => groupValues(life, group, query, asked)))) {
      const name = JSON.stringify(values)
      const row = rows.get(name) ?? { values, records: [] }
      rows.set(name, row)
      row.records.push(life)
    }
  }
  const cells = (records: readonly Life[]): Row['cells'] =>
    Object.fromEntries(query.measures.map((measure) => [measure.as, cellOf(measure, records, query, asked)]))
  const keyed = [...rows.values()].map(({ values, records }) => ({
    key: Object.fromEntries(values.map((value, place) => [`group${place}`, value])),
    cells: cells(records),
  }))
  return { rows: keyed, totals: cells(all) }
}

function combinations(lists: readonly (readonly unknown[])[]): unknown[][] {
  return lists.reduce<unknown[][]>((all, list) => all.flatMap((one) => list.map((value) => [...one, value])), [[]])
}

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
function valuesOf(life: Life, field: string, { view }: Asked): unknown[] {
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

function groupValues(life: Life, { field, bucket }: Group, { timeZone }: Query, asked: Asked): unknown[] {
  const values = valuesOf(life, field, asked).map((value) => (bucket ? bucketOf(value, bucket, timeZone) : value))
  return values.length ? values : [null]
}

function bucketOf(value: unknown, bucket: NonNullable<Group['bucket']>, zone: string): unknown {
  const date = typeof value === 'number' ? dateAt(value, zone) : (value as string)
  const [year, month] = date.split('-') as [string, string]
  const dayOfWeek = ((startOf(date, 'UTC') / 86_400_000 + 3) % 7) + 1
  switch (bucket) {
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

function cellOf(measure: Measure, group: readonly Life[], query: Query, asked: Asked): Cell {
  const { fn, field, filter } = measure
  const records = filter ? group.filter((life) => fulfils(life, filter, query, asked)) : group
  if (fn === 'count') return { value: records.length, records }
  if (fn === 'distinct')
    return { value: new Set(records.flatMap((life) => valuesOf(life, field!, asked))).size, records }
  if (measure.since) {
    const value = aggregate(
      measure,
      records.flatMap((life) => secondsOf(life, measure) ?? []),
    )
    return { value: value && Number(rounded(value, 0)), records }
  }
  const { conversion, currencies } = asked
  const amounts = (currency: string | null) =>
    aggregate(
      measure,
      records.flatMap((life) => amountOf(life, currency, query, asked) ?? []),
    )
  if (conversion) return { value: moneyOf(amounts(null), conversion.currency), records }
  const present = currencies.filter((one) =>
    records.some(({ values }) => values.currency === one && values.amount !== null),
  )
  return { value: present.map((currency) => moneyOf(amounts(currency), currency)), records }
}

const moneyOf = (value: Big | null, currency: string) =>
  value && { amount: rounded(value, digitsOf(currency)), currency }

function secondsOf(life: Life, { field, since }: Measure): Big | undefined {
  const timeOf = (name: string) => (name === 'createdAt' ? life.createdAt : (life.values[name as 'closedAt'] ?? null))
  const [end, start] = [timeOf(field!), timeOf(since!)]
  return end === null || start === null ? undefined : exact(end - start).div(1000)
}

/** Returns the amount of a record in the currency of the query, or if it is in this currency. */
function amountOf(life: Life, only: string | null, query: Query, { conversion, now }: Asked): Big | undefined {
  const { amount, currency } = life.values
  if (amount === null || currency === null || (only !== null && currency !== only)) return
  if (!conversion) return exact(amount)
  return converted([{ amount, currency, day: dayOf(life, query, now) }], conversion)
}

/** Returns the day of a record's rate: that of closing, or else the last one of the period, or today. */
function dayOf(life: Life, { period, timeZone }: Query, now: number): string {
  if (period) return rateDay(life, periodOf(period, timeZone, now))
  return dateAt(life.values.closedAt ?? now, timeZone)
}

function aggregate({ fn, p = 0 }: Measure, numbers: readonly Big[]): Big | null {
  const sum = numbers.reduce((all, one) => all.plus(one), exact(0))
  if (fn === 'sum') return sum
  if (!numbers.length) return null
  if (fn === 'avg') return sum.div(numbers.length)
  const sorted = numbers.toSorted((a, b) => a.cmp(b))
  if (fn === 'min') return sorted[0]!
  if (fn === 'max') return sorted.at(-1)!
  // A percentile is one of the values: the smallest that is not less than this part of them.
  if (fn === 'percentile') return sorted[Math.max(0, Number(exact(p).div(100).times(sorted.length).round(0, 3)) - 1)]!
  const [low, high] = [sorted[Math.floor((sorted.length - 1) / 2)]!, sorted[Math.floor(sorted.length / 2)]!]
  return low.plus(high).div(2)
}
