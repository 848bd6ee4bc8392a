import type { Database } from '../../database/connect.ts'
import type { Filter } from '../../filters/filter.ts'
import type { Cells, ChartName, ReportColumn, ReportRow, ReportTable } from '../table.ts'
import { calculate, type Numbers } from './calculate.ts'
import { cellValue } from './cells.ts'
import { conditionsOf, listOf } from './drill-down.ts'
import { labelRows } from './labels.ts'
import { requireAnalysable } from './require-analysable.ts'
import type { ResolvedQuery } from './resolved.ts'

const title = { en: 'Query', ru: 'Запрос' }

/**
 * Calculates a query as a table. Each cell has the request that lists its records. Throws `analytics_limit_exceeded` and
 * `query_too_slow` after the time in milliseconds.
 */
export async function runQuery(db: Database, query: ResolvedQuery, time: number): Promise<ReportTable> {
  const { groups, measures, context, limit } = query
  await requireAnalysable(db, query.grant, time)
  const { rows, totals, tops } = await calculate(db, query, time)
  const shown = rows.slice(0, limit)
  const labels = await labelRows(db, query, shown)
  return {
    report: 'query',
    title: title[context.language],
    period: null,
    compared: null,
    currency: measures.some(({ currency }) => currency) ? 'each' : null,
    columns: columnsOf(query),
    rows: shown.map((row, at): ReportRow => {
      const texts = labels[at]!
      return {
        key: Object.fromEntries(groups.map(({ key }, index) => [key, row.values[index] ?? null])),
        labels: Object.fromEntries(groups.map(({ key }, index) => [key, texts[index]!])),
        label: texts.join(' · '),
        ...(row.others.includes(true) && { other: true }),
        cells: cellsOf(query, row, conditionsOf(groups, tops, row)),
      }
    }),
    totals: { cells: cellsOf(query, totals, []) },
    charts: chartsOf(query),
    truncated: rows.length > limit,
  }
}

function columnsOf({ groups, measures, context: { language } }: ResolvedQuery): ReportColumn[] {
  return [
    ...groups.map(({ key, label }): ReportColumn => ({ key, kind: 'group', label: label[language] })),
    ...measures.map(({ key, kind, label }): ReportColumn => ({ key, kind, label: label[language] })),
  ]
}

function cellsOf(query: ResolvedQuery, numbers: Numbers, ofRow: readonly Filter[]): Cells {
  const base = query.base.map(({ filter }) => filter)
  return Object.fromEntries(
    query.measures.map(({ key, part }, index) => {
      const filters = [...base, ...(part ? [part.filter] : []), ...ofRow]
      return [key, { value: cellValue(query, index, numbers), list: listOf(query, filters) }]
    }),
  )
}

function chartsOf({ groups }: ResolvedQuery): ChartName[] {
  const [first] = groups
  if (!first) return ['table']
  if (first.bucket?.isTimeline) return ['line', 'bar', 'table']
  return groups.length > 1 ? ['stackedBar', 'bar', 'table'] : ['bar', 'table']
}
