import { Temporal } from 'temporal-polyfill'
import { dateAt, later, startOf } from '../calendar.ts'
import { events } from '../events.ts'
import type { Period } from '../period.ts'
import type { Row, Table } from '../table.ts'
import { type Asked, chosen, count, percent, sum } from './measures.ts'

/** The deals created, won and lost in each day, week or month of a period, as if it were a period of its own. */
export function trends(asked: Asked): Table {
  const { view, groupBy = 'day' } = asked
  const rows = partsOf(view.period, groupBy).map(({ date, period }) => ({
    key: { group: date },
    cells: cellsIn(period, asked),
  }))
  return { rows, totals: cellsIn(view.period, asked), isOrdered: true, isAligned: true, empty: cellsIn(never, asked) }
}

const never = { from: 0, to: 1, zone: 'UTC' }

function cellsIn(period: Period, asked: Asked): Row['cells'] {
  const inPart = { ...asked, view: { ...asked.view, period } }
  const having = (event: string) => chosen(inPart, 'deal').filter((life) => events[event]!(life, inPart.view, {}))
  const [created, won, lost] = [having('created'), having('won'), having('lost')]
  return {
    ...{ created: count(created), won: count(won), lost: count(lost), sumWon: sum(won, inPart) },
    conversion: percent(won.length, won.length + lost.length),
  }
}

/** Returns the days, weeks or months of a period. The first and the last one end with the period. */
function partsOf({ from, to, zone }: Period, unit: string): { date: string; period: Period }[] {
  const first = Temporal.PlainDate.from(dateAt(from, zone))
  const days = unit === 'week' ? first.dayOfWeek - 1 : unit === 'month' ? first.day - 1 : 0
  const step = { day: { days: 1 }, week: { days: 7 }, month: { months: 1 } }[unit]!
  const parts = []
  for (let date = first.subtract({ days }).toString(); startOf(date, zone) < to; date = later(date, step)) {
    const [start, end] = [startOf(date, zone), startOf(later(date, step), zone)]
    parts.push({ date, period: { from: Math.max(from, start), to: Math.min(to, end), zone } })
  }
  return parts
}
