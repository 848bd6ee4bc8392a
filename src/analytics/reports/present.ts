import type { Labels, Language } from '../../errors/language.ts'
import { events } from '../../reporting-period/events.ts'
import type { Grant } from '../../rights/grant.ts'
import type { ChartName, ColumnKind, ReportColumn, ReportTable } from '../table.ts'
import { isMeasure, isShare, type ReportColumnDefinition } from './definition.ts'
import { withShares } from './shares.ts'

/** How a report shows what was calculated. */
interface Presentation {
  report: string
  title: Labels
  /** The label of the group. */
  label: Labels
  columns: readonly ReportColumnDefinition[]
  charts: readonly ChartName[]
}

/** Returns a calculated table as that of a report, with its shares. */
export function present(
  table: ReportTable,
  { report, title, label, columns, charts }: Presentation,
  language: Language,
): ReportTable {
  const { cells: totals } = table.totals
  return {
    ...table,
    ...{ report, title: title[language] },
    columns: [
      { ...table.columns[0]!, label: label[language] },
      ...columns.map((column) => columnOf(column, table, language)),
    ],
    rows: table.rows.map((row) => ({ ...row, cells: withShares(columns, row.cells, totals) })),
    totals: { cells: withShares(columns, totals, totals) },
    charts: [...charts],
  }
}

/** Returns the columns that need no field that the caller does not see. */
export function visibleColumns(columns: readonly ReportColumnDefinition[], { readable }: Grant) {
  return columns.filter((column) => !isMeasure(column) || column.field === undefined || readable.has(column.field))
}

/** Returns tables with the same rows as one. */
export function merge(tables: readonly ReportTable[]): ReportTable {
  const first = tables[0]!
  const cellsOf = (one: ReportTable, at: number) => one.rows[at]!.cells
  return {
    ...first,
    currency: tables.find(({ currency }) => currency)?.currency ?? null,
    columns: [first.columns[0]!, ...tables.flatMap(({ columns }) => columns.filter(({ kind }) => kind !== 'group'))],
    rows: first.rows.map((row, at) => ({
      ...row,
      cells: Object.assign({}, ...tables.map((one) => cellsOf(one, at))),
    })),
    totals: { cells: Object.assign({}, ...tables.map(({ totals }) => totals.cells)) },
  }
}

/** Returns a column with its label and what it counts. */
export function columnOf(column: ReportColumnDefinition, { columns }: ReportTable, language: Language): ReportColumn {
  const { key, label } = column
  const words = wordsOf(column)
  const kind = kindOf(column, columns)
  return { key, kind, label: label[language], ...(words && { definition: words[language] }) }
}

function kindOf(column: ReportColumnDefinition, known: readonly ReportColumn[]): ColumnKind {
  if (isShare(column)) return 'percent'
  return isMeasure(column) ? known.find(({ key }) => key === column.key)!.kind : column.kind
}

function wordsOf(column: ReportColumnDefinition): Labels | undefined {
  return column.words ?? (isMeasure(column) && column.event ? events[column.event].words : undefined)
}
