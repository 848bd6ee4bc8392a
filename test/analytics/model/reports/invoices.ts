import { dateAt, daysBetween } from '../calendar.ts'
import { stateBefore } from '../events.ts'
import type { Life } from '../life.ts'
import { isIn, lastDay } from '../period.ts'
import type { Table } from '../table.ts'
import { type Asked, chosen, count, sum } from './measures.ts'

/** The invoices issued and paid in a period, and those unpaid at its end by the days since they were due. */
export function invoices(asked: Asked): Table {
  const { period } = asked.view
  const all = chosen(asked, 'invoice')
  const [first, end] = [dateAt(period.from, period.zone), lastDay(period)]
  const isUnpaid = (life: Life) => {
    const { issueDate, paidAt } = life.values
    const isPaid = paidAt !== null && paidAt < period.to
    const hasFailed = stateBefore(life, period.to)?.semantic === 'failure'
    return issueDate !== null && issueDate <= end && !isPaid && !hasFailed
  }
  const unpaid = all.filter(isUnpaid)
  /** Invoices that were due so many days before the last day of the period, or on it. */
  const aged = (from: number, to: number) =>
    unpaid.filter(({ values: { dueDate } }) => {
      const age = dueDate === null ? -1 : daysBetween(dueDate, end)
      return from <= age && age <= to
    })
  const rows: Record<string, Life[]> = {
    issued: all.filter(({ values: { issueDate } }) => issueDate !== null && first <= issueDate && issueDate <= end),
    paid: all.filter(({ values }) => isIn(values.paidAt, period)),
    overdue: aged(0, Number.POSITIVE_INFINITY),
    notDue: aged(Number.NEGATIVE_INFINITY, -1),
    days0To30: aged(0, 30),
    days31To60: aged(31, 60),
    days61To90: aged(61, 90),
    over90: aged(91, Number.POSITIVE_INFINITY),
  }
  const cells = (records: readonly Life[]) => ({ count: count(records), sum: sum(records, asked) })
  const any = [...new Set(Object.values(rows).flat())]
  return {
    rows: Object.entries(rows).map(([state, records]) => ({ key: { group: state }, cells: cells(records) })),
    totals: cells(any),
  }
}
