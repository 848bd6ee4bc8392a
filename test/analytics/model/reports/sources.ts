import { events } from '../events.ts'
import type { Life } from '../life.ts'
import type { Table } from '../table.ts'
import { groups } from './groups.ts'
import { type Asked, average, chosen, count, percent, rankedRows, sum } from './measures.ts'

/** The deals created in a period by source or by a part of UTM, and how many have been won and lost by now. */
export function sources(asked: Asked): Table {
  const { view, groupBy = 'source' } = asked
  const all = chosen(asked, 'deal').filter((life) => events.created!(life, view, {}))
  const cells = (records: readonly Life[]) => {
    const having = (semantic: string) => records.filter(({ values }) => values.stageSemantic === semantic)
    const [won, lost] = [having('success'), having('failure')]
    return {
      ...{ count: count(records), won: count(won), lost: count(lost), sumWon: sum(won, asked) },
      conversion: percent(won.length, won.length + lost.length),
      averageWon: average(won, asked),
    }
  }
  const rows = rankedRows(all, (life) => groups[groupBy]!(life, view), { cells, asked })
  return { ...rows, totals: cells(all), empty: cells([]) }
}
