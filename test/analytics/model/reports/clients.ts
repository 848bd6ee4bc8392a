import { closing, events } from '../events.ts'
import type { Life } from '../life.ts'
import type { Row, Table } from '../table.ts'
import { groups } from './groups.ts'
import { type Asked, chosen, count, rankedRows, sum } from './measures.ts'

/** The won deals of new and of returning clients and those without a client, or by company. */
export function clients(asked: Asked): Table {
  const { view, groupBy = 'kind' } = asked
  const won = chosen(asked, 'deal').filter((life) => events.won!(life, view, {}))
  const purchase = (records: readonly Life[], which: (...times: number[]) => number) => {
    const times = records.map((life) => closing(life, view)!)
    return { value: times.length ? new Date(which(...times)).toISOString() : null, records }
  }
  const cells = (records: readonly Life[]): Row['cells'] => ({
    ...{ count: count(records), sum: sum(records, asked) },
    ...{ firstPurchase: purchase(records, Math.min), lastPurchase: purchase(records, Math.max) },
  })
  if (groupBy === 'company') {
    const rows = rankedRows(won, (life) => groups.company!(life, view), { cells, asked, bySum: true })
    return { ...rows, totals: cells(won), empty: cells([]) }
  }
  const isNew = (life: Life) => events.newClient!(life, view, {})
  const isReturning = (life: Life) => events.returningClient!(life, view, {})
  const rows = [
    { key: { group: 'new' }, cells: cells(won.filter(isNew)) },
    { key: { group: 'returning' }, cells: cells(won.filter(isReturning)) },
    { key: { group: 'none' }, cells: cells(won.filter((life) => !isNew(life) && !isReturning(life))) },
  ]
  return { rows, totals: cells(won) }
}
