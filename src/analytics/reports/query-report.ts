import { Big } from 'big.js'
import type { Labels, Language } from '../../errors/language.ts'
import { events } from '../../reporting-period/events.ts'
import { resolveQuery } from '../query/resolve-query.ts'
import { runQuery } from '../query/run-query.ts'
import type { Cell, Cells, CellValue, ReportColumn, ReportTable } from '../table.ts'
import {
  isShare,
  type Report,
  type ReportAsking,
  type ReportColumnDefinition,
  type ReportDefinition,
  type ShareColumn,
} from './definition.ts'
import { queryOfReport } from './query-of-report.ts'
import { readAsking } from './read-asking.ts'

/** Returns the report that a definition describes. */
export function queryReport(name: string, definition: ReportDefinition): Report {
  const { title, about, groups } = definition
  return { title, about, groupNames: Object.keys(groups), run: (asking) => run(name, definition, asking) }
}

async function run(name: string, definition: ReportDefinition, asking: ReportAsking): Promise<ReportTable> {
  const { db, access, request, time } = asking
  const { language } = access
  const { type, periods, conditions } = await readAsking(asking, definition.trait)
  const choice = definition.groups[request.groupBy ?? Object.keys(definition.groups)[0]!]!
  const query = queryOfReport(definition, type, request, { period: periods.period, group: choice.group })
  const table = await runQuery(db, resolveQuery(access, query, conditions), time)
  return {
    ...table,
    ...{ report: name, title: definition.title[language], ...periods },
    columns: [
      { ...table.columns[0]!, label: choice.label[language] },
      ...definition.columns.map((column) => columnOf(column, table, language)),
    ],
    rows: table.rows.map((row) => ({ ...row, cells: withShares(definition, row.cells) })),
    totals: { cells: withShares(definition, table.totals.cells) },
    charts: [...definition.charts],
  }
}

function columnOf(column: ReportColumnDefinition, { columns }: ReportTable, language: Language): ReportColumn {
  const { key, label } = column
  const words = wordsOf(column)
  const kind = isShare(column) ? 'percent' : columns.find((one) => one.key === key)!.kind
  return { key, kind, label: label[language], ...(words && { definition: words[language] }) }
}

function wordsOf(column: ReportColumnDefinition): Labels | undefined {
  return column.words ?? (!isShare(column) && column.event ? events[column.event].words : undefined)
}

function withShares({ columns }: ReportDefinition, cells: Cells): Cells {
  return Object.fromEntries(columns.map((one) => [one.key, isShare(one) ? shareOf(one, cells) : cells[one.key]!]))
}

function shareOf({ part, whole }: ShareColumn, cells: Cells): Cell {
  const at = (which: 'value' | 'compared') =>
    percent(
      cells[part]![which],
      whole.map((key) => cells[key]![which]),
    )
  return { value: at('value'), ...(cells[part]!.compared !== undefined && { compared: at('compared') }) }
}

/** Returns a part of a whole in per cent with one decimal place. Null if the whole is nothing. */
function percent(part: CellValue | undefined, whole: readonly (CellValue | undefined)[]): string | null {
  const all = whole.reduce<number>((sum, value) => sum + Number(value ?? 0), 0)
  return all ? new Big(Number(part ?? 0)).times(100).div(all).toFixed(1, Big.roundHalfUp) : null
}
