import type { Database } from '../../database/connect.ts'
import type { Filter } from '../../filters/filter.ts'
import type { Cells, ChartName, GroupValue, ReportColumn, ReportRow, ReportTable } from '../table.ts'
import { calculate, emptyNumbers, type Numbered, type NumberRow, type Numbers } from './calculate.ts'
import { cellValue } from './cells.ts'
import { conditionsOf, listOf } from './drill-down.ts'
import { labelRows } from './labels.ts'
import { requireAnalysable } from './require-analysable.ts'
import type { ResolvedQuery } from './resolved.ts'

const title = { en: 'Query', ru: 'Запрос' }

/**
 * Calculates a query as a table. Each cell has the request that lists its records. Throws `analytics_limit_exceeded`,
 * `rates_missing`, and `query_too_slow` after the time in milliseconds.
 */
export async function runQuery(db: Database, query: ResolvedQuery, time: number): Promise<ReportTable> {
  const { groups, measures, context, conversion, limit, period } = query
  await requireAnalysable(db, query.grant, time)
  const { found, earlier } = await calculate(db, query, time)
  const { totals, tops } = found
  const rows = withEmptyRows(query, found.rows)
  const shown = shownRows(query, rows)
  const labels = await labelRows(db, query, shown)
  const earlierRow = earlier && earlierRows(query, earlier)
  return {
    report: 'query',
    title: title[context.language],
    ...{ period, compared: query.earlier?.period ?? null },
    currency: measures.some(({ currency }) => currency) ? (conversion?.code ?? 'each') : null,
    columns: columnsOf(query),
    rows: shown.map((row, at): ReportRow => {
      const texts = labels[at]!
      return {
        key: Object.fromEntries(groups.map(({ key }, index) => [key, row.values[index] ?? null])),
        labels: Object.fromEntries(groups.map(({ key }, index) => [key, texts[index]!])),
        label: texts.join(' · '),
        ...(row.others.includes(true) && { other: true }),
        cells: cellsOf(query, row, earlierRow?.(row) ?? null, conditionsOf(groups, tops, row)),
      }
    }),
    totals: { cells: cellsOf(query, totals, earlier?.totals ?? null, null) },
    charts: chartsOf(query),
    truncated: !groups[0]?.rows && rows.length > limit,
  }
}

const emptyRow = (value: GroupValue): NumberRow => ({ ...emptyNumbers(), values: [value], others: [false] })

function shownRows({ groups: [group], limit }: ResolvedQuery, rows: readonly NumberRow[]): readonly NumberRow[] {
  if (!group?.rows) return rows.slice(0, limit)
  const known = new Map(rows.map((row) => [row.values[0], row]))
  return group.rows.map((value) => known.get(value) ?? emptyRow(value))
}

/** Adds rows without records to those of a timeline. Records without a time stay last. */
function withEmptyRows({ groups: [group], sort: [first] }: ResolvedQuery, rows: readonly NumberRow[]) {
  if (!group?.emptyRows) return rows
  const known = new Set(rows.map(({ values }) => values[0]))
  const missing = group.emptyRows.filter((value) => !known.has(value)).map(emptyRow)
  const direction = first?.descending ? -1 : 1
  const keyOf = ({ values }: NumberRow) => String(values[0])
  const isNull = ({ values }: NumberRow) => Number(values[0] === null)
  return [...rows, ...missing].sort(
    (a, b) => isNull(a) - isNull(b) || direction * (keyOf(a) < keyOf(b) ? -1 : Number(keyOf(a) > keyOf(b))),
  )
}

/** Returns how the same row of the earlier period is found. Points in time are compared by their place in the period. */
function earlierRows(query: ResolvedQuery, { rows }: Numbered): (row: NumberRow) => Numbers {
  const nameOf = ({ groups, period }: ResolvedQuery, { values, others }: NumberRow) =>
    JSON.stringify([
      groups.map(({ bucket }, index) => {
        const value = values[index] ?? null
        return bucket?.place && period && value !== null ? bucket.place(value, period) : value
      }),
      others,
    ])
  const known = new Map(rows.map((row) => [nameOf(query.earlier ?? query, row), row]))
  return (row) => known.get(nameOf(query, row)) ?? emptyNumbers()
}

function columnsOf({ groups, measures, context: { language } }: ResolvedQuery): ReportColumn[] {
  return [
    ...groups.map(({ key, label }): ReportColumn => ({ key, kind: 'group', label: label[language] })),
    ...measures.map(({ key, kind, label }): ReportColumn => ({ key, kind, label: label[language] })),
  ]
}

function cellsOf(
  query: ResolvedQuery,
  numbers: Numbers,
  earlier: Numbers | null,
  ofRow: readonly Filter[] | null,
): Cells {
  const base = query.base.map(({ filter }) => filter)
  const choosesRecords = query.groups.some((group) => group.choosesRecords)
  return Object.fromEntries(
    query.measures.map(({ key, part }, index) => {
      const filters = [...base, ...(part && !(ofRow && choosesRecords) ? [part.filter] : []), ...(ofRow ?? [])]
      const value = cellValue(query, index, numbers)
      const compared = earlier && { compared: cellValue(query, index, earlier) }
      return [key, { value, ...compared, list: listOf(query, filters) }]
    }),
  )
}

function chartsOf({ groups }: ResolvedQuery): ChartName[] {
  const [first] = groups
  if (!first) return ['table']
  if (first.bucket?.isTimeline) return ['line', 'bar', 'table']
  return groups.length > 1 ? ['stackedBar', 'bar', 'table'] : ['bar', 'table']
}
