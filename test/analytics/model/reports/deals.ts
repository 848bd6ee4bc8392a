import { closing, events } from '../events.ts'
import type { Life } from '../life.ts'
import type { Row, Table } from '../table.ts'
import { groups } from './groups.ts'
import { type Asked, averageSeconds, chosen, count, percent, rankedRows, sum } from './measures.ts'

/** The deals of a period by responsible, department, pipeline or source. */
export function deals(asked: Asked): Table {
  const { view, groupBy = 'responsible' } = asked
  const all = chosen(asked, 'deal').filter((life) => events.inReport!(life, view, {}))
  const cells = (records: readonly Life[]) => dealCells(records, asked)
  const rows = rankedRows(all, (life) => groups[groupBy]!(life, view), { cells, asked })
  return { ...rows, totals: cells(all), empty: cells([]) }
}

function dealCells(records: readonly Life[], asked: Asked): Row['cells'] {
  const { view } = asked
  const having = (event: string) => records.filter((life) => events[event]!(life, view, {}))
  const [inWork, won, lost, forgotten] = ['inWork', 'won', 'lost', 'forgotten'].map(having) as [
    Life[],
    Life[],
    Life[],
    Life[],
  ]
  const times = [...won, ...lost].map((life) => closing(life, view)! - life.createdAt)
  return {
    ...{ count: count(records), inWork: count(inWork), won: count(won), lost: count(lost) },
    ...{ closedBefore: count(having('closedBefore')), forgotten: count(forgotten) },
    ...{ sum: sum(records, asked), sumInWork: sum(inWork, asked), sumWon: sum(won, asked), sumLost: sum(lost, asked) },
    sumForgotten: sum(forgotten, asked),
    conversion: percent(won.length, won.length + lost.length),
    averageTimeToClose: { value: averageSeconds(times), records: [...won, ...lost] },
  }
}
