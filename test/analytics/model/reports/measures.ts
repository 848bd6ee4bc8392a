import type { Big } from 'big.js'
import { digitsOf } from '../choices.ts'
import type { View } from '../events.ts'
import type { Code, Life } from '../life.ts'
import { type Conversion, converted, type Dated, exact, rateDay, rounded } from '../money.ts'
import type { Period } from '../period.ts'
import type { Plan } from '../plans.ts'
import type { Cell, Row, Table } from '../table.ts'

/** What a report is asked for. */
export interface Asked {
  view: View
  /** The time of the request. */
  now: number
  /** Whether a record is among those that the parameters choose. */
  isChosen(life: Life): boolean
  /** Null for amounts by currency. */
  conversion: Conversion | null
  plans: readonly Plan[]
  /** The name of the rows' group, if there is a choice. */
  groupBy?: string
  /** The most rows. */
  limit: number
  pipelineId?: number | undefined
  mode?: string
}

/** Returns the records of a type that the parameters choose. */
export function chosen({ view, isChosen }: Asked, type: Code): Life[] {
  return view.records.filter((life) => life.type === type && isChosen(life))
}

/** Returns the number of records. */
export const count = (records: readonly Life[]): Cell => ({ value: records.length, records })

/** Returns the sum of the records' amounts, in the currency of the report or by currency. */
export function sum(records: readonly Life[], asked: Asked, day = dayIn(asked.view.period)): Cell {
  return { value: moneyOf(records, asked, day, (total) => total), records }
}

/** Returns the average of the records' amounts, in the currency of the report or by currency. Null of none. */
export function average(records: readonly Life[], asked: Asked, day = dayIn(asked.view.period)): Cell {
  return { value: moneyOf(records, asked, day, (total, count) => (count ? total.div(count) : null)), records }
}

function moneyOf(
  records: readonly Life[],
  { conversion }: Asked,
  day: (life: Life) => string,
  combine: (total: Big, count: number) => Big | null,
): unknown {
  const valued = records.filter(({ values }) => values.amount !== null && values.currency !== null)
  const shown = (group: readonly Life[], to: Conversion) => {
    const value = combine(converted(amountsOf(group, day), to), group.length)
    return value && { amount: rounded(value, digitsOf(to.currency)), currency: to.currency }
  }
  if (conversion) return shown(valued, conversion)
  const groups = [...Map.groupBy(valued, ({ values }) => values.currency!)].sort(([a], [b]) => (a < b ? -1 : 1))
  return groups.map(([currency, group]) => shown(group, { currency, base: currency, rates: [], missing: new Map() }))
}

function amountsOf(records: readonly Life[], day: (life: Life) => string): Dated[] {
  return records.map((life) => ({ amount: life.values.amount, currency: life.values.currency, day: day(life) }))
}

const dayIn = (period: Period) => (life: Life) => rateDay(life, period)

/** Returns a share in percent with one digit. Null of nothing. */
export function percent(part: number | Big, whole: number | Big): Cell {
  const base = exact(`${whole}`)
  return { value: base.eq(0) ? null : rounded(exact(`${part}`).times(100).div(base), 1) }
}

/** Returns the average of durations in whole seconds. Null of none. */
export function averageSeconds(milliseconds: readonly number[]): number | null {
  if (!milliseconds.length) return null
  const total = milliseconds.reduce((all, one) => all.plus(one), exact(0))
  return Number(rounded(total.div(milliseconds.length).div(1000), 0))
}

/** Returns the middle duration in whole seconds, or the mean of the two middle ones. Null of none. */
export function medianSeconds(milliseconds: readonly number[]): number | null {
  const sorted = milliseconds.toSorted((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return averageSeconds(sorted.length ? [sorted[Math.floor(middle)]!, sorted[Math.ceil(middle)]!] : [])
}

/** Returns a percentile of durations in whole seconds: the smallest that is not less than this part of them. Null of none. */
export function percentileSeconds(milliseconds: readonly number[], percent: number): number | null {
  const sorted = milliseconds.toSorted((a, b) => a - b)
  const place = Math.ceil((percent * sorted.length) / 100)
  return averageSeconds(sorted.slice(Math.max(0, place - 1), Math.max(1, place)))
}

/**
 * Returns the first rows of a report, one for each value of a group, the largest first: by the sum of amounts, or else by
 * the number of records. A record with several values counts in each of their rows.
 */
export function rankedRows(
  records: readonly Life[],
  groupsOf: (life: Life) => readonly unknown[],
  { cells, asked, bySum = false }: { cells: (records: readonly Life[]) => Row['cells']; asked: Asked; bySum?: boolean },
): Pick<Table, 'rows' | 'isOrdered' | 'truncated'> {
  const { conversion, limit } = asked
  const sizeOf = (group: readonly Life[]) =>
    bySum && conversion ? converted(amountsOf(group, dayIn(asked.view.period)), conversion) : exact(group.length)
  const rows = rowsBy(records, groupsOf, (group) => ({ ...cells(group), size: { value: sizeOf(group) } }))
  const sizeIn = ({ cells: { size } }: Row) => size!.value as Big
  const sorted = rows.sort((a, b) => sizeIn(b).cmp(sizeIn(a)) || compareKeys(a.key.group, b.key.group))
  const shown = sorted.slice(0, limit).map(({ key, cells: { size: _, ...shown } }) => ({ key, cells: shown }))
  return { rows: shown, isOrdered: true, truncated: rows.length > limit }
}

/** Null is last. */
function compareKeys(a: unknown, b: unknown): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return (a as string) < (b as string) ? -1 : 1
}

/** Returns a row for each value of a group. A record with several values counts in each of their rows. */
export function rowsBy(
  records: readonly Life[],
  groupsOf: (life: Life) => readonly unknown[],
  cells: (records: readonly Life[]) => Row['cells'],
): Row[] {
  const values = new Set(records.flatMap(groupsOf))
  return [...values].map((value) => ({
    key: { group: value },
    cells: cells(records.filter((life) => groupsOf(life).includes(value))),
  }))
}
