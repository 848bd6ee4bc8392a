import { Big } from 'big.js'
import type { Database } from '../../database/connect.ts'
import type { Labels, Language } from '../../errors/language.ts'
import { selects } from '../../fields/operators.ts'
import type { Filter } from '../../filters/filter.ts'
import { events } from '../../reporting-period/events.ts'
import { readPeriods } from '../../reporting-period/read-period.ts'
import type { Access } from '../../rights/access.ts'
import { resolveQuery } from '../query/resolve-query.ts'
import { runQuery } from '../query/run-query.ts'
import type { Cell, Cells, CellValue, ReportColumn, ReportTable } from '../table.ts'
import { isShare, type ReportColumnDefinition, type ReportDefinition, type ShareColumn } from './definition.ts'
import { chosenGroup, queryOfReport } from './query-of-report.ts'
import { type ReportName, reports } from './reports.ts'
import type { ReportRequest } from './schemas.ts'

/** Calculates a report. Throws the faults of the request and what queries throw. */
export async function runReport(
  db: Database,
  access: Access,
  { name, request, inBody }: { name: ReportName; request: ReportRequest; inBody: boolean },
  time: number,
): Promise<ReportTable> {
  const definition: ReportDefinition = reports[name]
  const type = [...access.catalogue.types.values()].find(({ traits }) => traits.has(definition.trait))
  if (!type) throw new Error(`No type has the trait ${definition.trait}`)
  const periods = readPeriods(request, access.context(), { inBody })
  const choice = definition.groups[chosenGroup(definition, request.groupBy, inBody)]!
  const query = queryOfReport(definition, type.code, request, { period: periods.period, group: choice.group })
  const table = await runQuery(db, resolveQuery(access, query, conditionsOf(request)), time)
  const { language } = access
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

/** Returns the conditions of the parameters that choose records. */
function conditionsOf({ pipelineId, responsibleId }: ReportRequest): Filter[] {
  const named = Object.entries({ pipelineId, responsibleId })
  return named.flatMap(([field, value]) => (value ? [{ field, op: selects.values, value } as const] : []))
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
