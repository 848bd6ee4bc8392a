import { events } from '../events.ts'
import type { Life } from '../life.ts'
import type { Table } from '../table.ts'
import { type Asked, chosen, count, percent, rowsBy, sum } from './measures.ts'

/** The lost deals by reason or by responsible. */
export function lostDeals(asked: Asked): Table {
  const { view, groupBy = 'failureReason' } = asked
  const lost = chosen(asked, 'deal').filter((life) => events.lost!(life, view, {}))
  const groupOf: Record<string, (life: Life) => unknown> = {
    failureReason: ({ values }) => values.failureReason,
    responsible: ({ values }) => values.responsibleId,
  }
  const cells = (records: readonly Life[]) => ({
    ...{ count: count(records), sum: sum(records, asked) },
    share: percent(records.length, lost.length),
  })
  return { rows: rowsBy(lost, groupOf[groupBy]!, cells), totals: cells(lost), empty: cells([]) }
}
