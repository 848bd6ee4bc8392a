import type { Big } from 'big.js'
import { dateAt } from '../calendar.ts'
import { digitsOf } from '../choices.ts'
import type { Life } from '../life.ts'
import { converted, exact, rateDay, rounded } from '../money.ts'
import { periodOf } from '../period.ts'
import type { Cell } from '../table.ts'
import type { Asked, Measure, Query } from './query.ts'
import { fulfils, valuesOf } from './values.ts'

/** A cell with its value before rounding, by which rows are compared. Undefined if amounts are added up by currency. */
export interface ExactCell extends Cell {
  exact?: Big | null
}

/** Returns whether the values of a measure can be compared. */
export function isComparable({ field }: Measure, { conversion }: Asked): boolean {
  return field !== 'amount' || conversion !== null
}

/** Returns the cell of a measure about some records. */
export function cellOf(measure: Measure, group: readonly Life[], query: Query, asked: Asked): ExactCell {
  const { fn, field, filter } = measure
  const records = filter ? group.filter((life) => fulfils(life, filter, query, asked)) : group
  if (fn === 'count' || fn === 'distinct') {
    const counted = fn === 'count' ? records : new Set(records.flatMap((life) => valuesOf(life, field!, asked)))
    const value = 'size' in counted ? counted.size : counted.length
    return { value, records, exact: exact(value) }
  }
  const total = (of: (life: Life) => Big | undefined) =>
    aggregate(
      measure,
      records.flatMap((life) => of(life) ?? []),
    )
  if (measure.since) {
    const value = total((life) => secondsOf(life, measure))
    return { value: value && Number(rounded(value, 0)), records, exact: value }
  }
  const { conversion, currencies } = asked
  const amounts = (currency: string | null) => total((life) => amountOf(life, currency, query, asked))
  if (conversion) {
    const value = amounts(null)
    return { value: moneyOf(value, conversion.currency), records, exact: value }
  }
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
