import type { Labels, Language } from '../../errors/language.ts'
import { events } from '../../reporting-period/events.ts'
import type { ReportingPeriod } from '../../reporting-period/period.ts'
import { stateAtEnd } from '../../reporting-period/state.ts'
import type { Grant } from '../../rights/grant.ts'
import { resolveQuery } from '../query/resolve-query.ts'
import type { Measure, ResolvedQuery } from '../query/resolved.ts'
import { runQuery } from '../query/run-query.ts'
import type { ReportColumn, ReportTable } from '../table.ts'
import { measuresOfRows, tableOfRows } from './condition-rows.ts'
import {
  type GroupChoice,
  isShare,
  type Report,
  type ReportAsking,
  type ReportColumnDefinition,
  type ReportDefinition,
} from './definition.ts'
import { placeFaults } from './place-faults.ts'
import { groupKey, happened, queryOfReport } from './query-of-report.ts'
import { type Asked, readAsking } from './read-asking.ts'
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
  const columns = visibleColumns(definition.columns, access.grant(asked.type))
  const choice = definition.groups[request.groupBy ?? Object.keys(definition.groups)[0]!]!
  const { period, compared } = asked.periods
  const queryIn = (period: ReportingPeriod) =>
    placeFaults(inBody, () => resolveIn(period, { definition, asking, asked, columns, choice }))
  const query = { ...queryIn(period), earlier: compared && queryIn(compared) }
  const found = await runQuery(db, closedAtEnd(query, columns), time)
  const table = 'rows' in choice ? tableOfRows(found, choice.rows(period), { group: groupKey, language }) : found
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

/** A request for a report with its parts. */
interface ReportReading {
  definition: ReportDefinition
  asking: ReportAsking
  asked: Asked
  columns: readonly ReportColumnDefinition[]
  choice: GroupChoice
}

/** Resolves the query of a report in a period. The rows and records of a report can depend on the period. */
function resolveIn(
  period: ReportingPeriod,
  { definition: { records }, asking, asked, columns, choice }: ReportReading,
): ResolvedQuery {
  const { compare: _, ...request } = asking.request
  const about = { ...asked, periods: { period, compared: null } }
  const query = queryOfReport(columns, about, request, 'group' in choice ? choice.group : null)
  const measures = 'rows' in choice ? measuresOfRows(query.measures, choice.rows(period)) : query.measures
  const filter = typeof records === 'string' ? happened(records) : records(period)
  return resolveQuery(asking.access, { ...query, measures }, [{ pointer: '/period', filter }, ...asked.conditions])
}

/** Returns the columns that need no field that the caller does not see. */
export function visibleColumns(
  columns: readonly ReportColumnDefinition[],
  { readable }: Grant,
): readonly ReportColumnDefinition[] {
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

/** Returns a column with its label and what it counts. */
export function columnOf(column: ReportColumnDefinition, { columns }: ReportTable, language: Language): ReportColumn {
  const { key, label } = column
  const words = wordsOf(column)
  const kind = isShare(column) ? 'percent' : columns.find((one) => one.key === key)!.kind
  return { key, kind, label: label[language], ...(words && { definition: words[language] }) }
}

function wordsOf(column: ReportColumnDefinition): Labels | undefined {
  return column.words ?? (!isShare(column) && column.event ? events[column.event].words : undefined)
}
