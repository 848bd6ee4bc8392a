import { events } from '../events.ts'
import type { Life } from '../life.ts'
import type { Table } from '../table.ts'
import { groups } from './groups.ts'
import { type Asked, chosen, count, percent, rankedRows, sum } from './measures.ts'

/** The lost deals by reason, by the stage from which they were lost, or by what all deals are grouped by. */
export function lostDeals(asked: Asked): Table {
  const { view, groupBy = 'failureReason' } = asked
  const lost = chosen(asked, 'deal').filter((life) => events.lost!(life, view, {}))
  const cells = (records: readonly Life[]) => ({
    ...{ count: count(records), sum: sum(records, asked) },
    share: percent(records.length, lost.length),
  })
  const rows = rankedRows(lost, (life) => groups[groupBy]!(life, view), { cells, asked })
  return { ...rows, totals: cells(lost), empty: cells([]) }
}
