import { closing, events } from '../events.ts'
import type { Life } from '../life.ts'
import type { Table } from '../table.ts'
import { groups } from './groups.ts'
import { type Asked, chosen, count, medianSeconds, percent, rankedRows } from './measures.ts'

/** The leads created in a period by source or responsible, and what has become of them by now. */
export function leads(asked: Asked): Table {
  const { view, groupBy = 'source' } = asked
  const all = chosen(asked, 'lead').filter((life) => events.created!(life, view, {}))
  const cells = (records: readonly Life[]) => {
    const having = (semantic: string) => records.filter(({ values }) => values.stageSemantic === semantic)
    const [inWork, converted, junk] = ['process', 'success', 'failure'].map(having) as [Life[], Life[], Life[]]
    const period = { ...view.period, to: Number.POSITIVE_INFINITY }
    const times = converted.map((life) => closing(life, { period })! - life.createdAt)
    return {
      ...{ count: count(records), inWork: count(inWork), converted: count(converted), junk: count(junk) },
      conversion: percent(converted.length, records.length),
      medianTimeToConversion: { value: medianSeconds(times), records: converted },
    }
  }
  const rows = rankedRows(all, (life) => groups[groupBy]!(life, view), { cells, asked })
  return { ...rows, totals: cells(all), empty: cells([]) }
}
