import { closing, events } from '../events.ts'
import type { Life } from '../life.ts'
import type { Row, Table } from '../table.ts'
import { groups } from './groups.ts'
import { type Asked, chosen, count, rankedRows, sum } from './measures.ts'

/** Returns the key of a row about the client with a number. */
function clientIn({ key: { group } }: Row): Row['key'] {
  if (group === null) return { group }
  const number = Number(group)
  return { group: { type: number % 2 ? 'contact' : 'company', id: Math.floor(number / 2) } }
}

/** The won deals of new and of returning clients and those without a client, by client, or by company. */
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
  if (groupBy !== 'kind') {
    const ranked = rankedRows(won, (life) => groups[groupBy]!(life, view), { cells, asked, bySum: true })
    const rows = ranked.rows.map((row) => (groupBy === 'client' ? { ...row, key: clientIn(row) } : row))
    return { ...ranked, rows, totals: cells(won), empty: cells([]) }
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
