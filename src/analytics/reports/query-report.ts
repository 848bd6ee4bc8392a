import type { Labels, Language } from '../../errors/language.ts'
import { events } from '../../reporting-period/events.ts'
import { stateAtEnd } from '../../reporting-period/state.ts'
import { resolveQuery } from '../query/resolve-query.ts'
import type { Measure, ResolvedQuery } from '../query/resolved.ts'
import { runQuery } from '../query/run-query.ts'
import type { ReportColumn, ReportTable } from '../table.ts'
import {
  isShare,
  type Report,
  type ReportAsking,
  type ReportColumnDefinition,
  type ReportDefinition,
} from './definition.ts'
import { placeFaults } from './place-faults.ts'
import { happened, queryOfReport } from './query-of-report.ts'
import { readAsking } from './read-asking.ts'
import { withShares } from './shares.ts'

/** Returns the report that a definition describes. */
export function queryReport(name: string, definition: ReportDefinition): Report {
  const { title, about, groups, drawn } = definition
  return { title, about, drawn, groupNames: Object.keys(groups), run: (asking) => run(name, definition, asking) }
}

async function run(name: string, definition: ReportDefinition, asking: ReportAsking): Promise<ReportTable> {
  const { db, access, request, inBody, time } = asking
  const { language } = access
  const asked = await readAsking(asking, definition.trait)
  const columns = visibleColumns(definition, access.grant(asked.type).readable)
  const choice = definition.groups[request.groupBy ?? Object.keys(definition.groups)[0]!]!
  const query = queryOfReport(columns, asked, request, choice.group)
  const conditions = [{ pointer: '/period', filter: happened(definition.event) }, ...asked.conditions]
  const resolved = placeFaults(inBody, () => resolveQuery(access, query, conditions))
  const table = await runQuery(db, closedAtEnd(resolved, columns), time)
  return {
    ...table,
    ...{ report: name, title: definition.title[language] },
    columns: [
      { ...table.columns[0]!, label: choice.label[language] },
      ...columns.map((column) => columnOf(column, table, language)),
    ],
    rows: table.rows.map((row) => ({ ...row, cells: withShares(columns, row.cells, table.totals.cells) })),
    totals: { cells: withShares(columns, table.totals.cells, table.totals.cells) },
    charts: [...definition.charts],
  }
}

/** Returns the columns that need no field that the caller does not see. */
function visibleColumns({ columns }: ReportDefinition, readable: { has(path: string): boolean }) {
  return columns.filter((column) => isShare(column) || column.field === undefined || readable.has(column.field))
}

/** Has measures of the closing time read it as it was at the end of the period, also if the record was reopened later. */
function closedAtEnd(query: ResolvedQuery, columns: readonly ReportColumnDefinition[]): ResolvedQuery {
  const keys = columns.flatMap((column) => (!isShare(column) && column.closingAtEnd ? [column.key] : []))
  const { period, grant, measures, earlier } = query
  if (!keys.length || !period) return query
  const value = { value: stateAtEnd(grant.type, period).closingTime, isList: false }
  const changed = measures.map((one): Measure => (keys.includes(one.key) ? { ...one, value } : one))
  return { ...query, measures: changed, earlier: earlier && closedAtEnd(earlier, columns) }
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
