import type { Big } from 'big.js'
import { dateAt } from '../calendar.ts'
import type { Life } from '../life.ts'
import { exact } from '../money.ts'
import type { Table } from '../table.ts'
import { type Asked, chosen, count, rowsBy, sum } from './measures.ts'

const year = 365 * 86_400_000

/** The open deals by the month in which they should close, with what they will probably bring. */
export function forecast(asked: Asked): Table {
  const { view, now } = asked
  const today = dateAt(now, view.period.zone)
  const all = chosen(asked, 'deal').filter(({ values }) => values.stageSemantic === 'process')
  const monthOf = ({ values: { closeDate } }: Life) => {
    if (closeDate === null) return [null]
    return [closeDate < today ? 'overdue' : closeDate.slice(0, 7)]
  }
  const day = () => today
  const cells = (records: readonly Life[]) => {
    const [known, unknown] = [true, false].map((is) =>
      records.filter((life) => (probability(life, asked) !== null) === is),
    )
    const weighted = known!.map((life) => {
      const { amount } = life.values
      const share = probability(life, asked)!
      return { ...life, values: { ...life.values, amount: amount && share.times(amount).toFixed() } }
    })
    return {
      ...{ count: count(records), sum: sum(records, asked, day) },
      weighted: { ...sum(weighted, asked, day), records: known! },
      withoutProbability: count(unknown!),
    }
  }
  return { rows: rowsBy(all, monthOf, cells), totals: cells(all) }
}

/**
 * Returns the probability of the deal's stage: that of its pipeline, or else the share of won deals among those that were
 * closed in the last year and had been there. Null of none.
 */
function probability({ values: { pipelineId, stageId } }: Life, { view, now }: Asked): Big | null {
  const given = view.ground.pipelines.deal.find(({ id }) => id === pipelineId)!.stageProbabilities?.[stageId]
  if (given !== undefined) return exact(given).div(100)
  const passed = view.records.filter(
    ({ type, values, stays }) =>
      type === 'deal' &&
      values.closedAt !== null &&
      values.closedAt >= now - year &&
      stays.some((stay) => stay.pipelineId === pipelineId && stay.stageId === stageId),
  )
  if (!passed.length) return null
  return exact(passed.filter(({ values }) => values.stageSemantic === 'success').length).div(passed.length)
}
