import type { ReportingPeriod } from '../../reporting-period/period.ts'
import { stateAtEnd } from '../../reporting-period/state.ts'
import { type FurtherFilter, resolveQuery } from '../query/resolve-query.ts'
import type { Measure, ResolvedQuery } from '../query/resolved.ts'
import { runQuery } from '../query/run-query.ts'
import { columnKey, measuresOfRows, tableOfRows } from './condition-rows.ts'
import {
  type Calculate,
  type Grouping,
  isMeasure,
  type ReportAsking,
  type ReportColumnDefinition,
} from './definition.ts'
import { placeFaults } from './place-faults.ts'
import { groupKey, queryOfReport } from './query-of-report.ts'
import type { Asked } from './read-asking.ts'

/** What is calculated about the records of a request. */
export interface Calculated {
  columns: readonly ReportColumnDefinition[]
  /** The column by which rows are sorted. Default: the first column. */
  sortedBy?: string | undefined
  /** Returns the conditions that all records match, besides those of the request. */
  conditions(period: ReportingPeriod): readonly FurtherFilter[]
  /** What the rows are about. Null for one row. */
  grouping: Grouping | null
}

/**
 * Returns what calculates columns about the records of a request. Shares are still missing. Throws the faults of the
 * request.
 */
export function columnsOf(asking: ReportAsking, asked: Asked, of: Calculated): Calculate {
  const query = resolveColumns(asking, asked, of)
  return async () => {
    const table = await runQuery(asking.db, query, asking.time)
    if (!of.grouping || !('rows' in of.grouping)) return table
    const rows = of.grouping.rows(asked.periods.period)
    return tableOfRows(table, rows, { group: groupKey, language: asking.access.language })
  }
}

/** Resolves the query that calculates columns about the records of a request. Throws the faults of the request. */
export function resolveColumns(asking: ReportAsking, asked: Asked, of: Calculated): ResolvedQuery {
  const { period, compared } = asked.periods
  const queryIn = (one: ReportingPeriod) =>
    placeFaults(asking.inBody, asked.faults, () => resolveIn(one, asking, asked, of))
  return { ...queryIn(period), earlier: compared && queryIn(compared) }
}

/** Resolves the query in a period. Its rows and records can depend on the period. */
function resolveIn(
  period: ReportingPeriod,
  { access, request: { compare: _, ...request } }: ReportAsking,
  asked: Asked,
  { columns, sortedBy, conditions, grouping }: Calculated,
): ResolvedQuery {
  const about = { ...asked, periods: { period, compared: null } }
  const group = grouping && 'group' in grouping ? grouping.group : null
  const query = queryOfReport(columns, about, request, { group, sortedBy })
  const measures =
    grouping && 'rows' in grouping ? measuresOfRows(query.measures, grouping.rows(period)) : query.measures
  const resolved = resolveQuery(
    access,
    { ...query, measures },
    { conditions: [...conditions(period), ...asked.conditions] },
  )
  const isGrouped = grouping && 'groupOf' in grouping
  const groups = isGrouped ? [{ ...grouping.groupOf(resolved, asked), key: groupKey }] : resolved.groups
  // Rows that are always shown must not lack their records.
  const limit = Math.max(resolved.limit, groups[0]?.rows?.length ?? 0)
  return closedAtEnd({ ...resolved, groups, limit }, columns)
}

/** Has measures of the closing time read it as it was at the end of the period, also if the record was reopened later. */
function closedAtEnd(query: ResolvedQuery, columns: readonly ReportColumnDefinition[]): ResolvedQuery {
  const keys = columns.flatMap((column) => (isMeasure(column) && column.closingAtEnd ? [column.key] : []))
  const { period, grant, measures } = query
  if (!keys.length || !period) return query
  const value = { value: stateAtEnd(grant.type, period).closingTime, isList: false }
  return {
    ...query,
    measures: measures.map((one): Measure => (keys.includes(columnKey(one.key)) ? { ...one, value } : one)),
  }
}
