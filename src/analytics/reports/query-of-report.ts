import type { Filter } from '../../filters/filter.ts'
import type { ReportingPeriod } from '../../reporting-period/period.ts'
import type { Query, QueryGroup, QueryMeasure } from '../query/schemas.ts'
import { isShare, type MeasureColumn, type ReportDefinition } from './definition.ts'
import type { ReportRequest } from './schemas.ts'

/** The key of the group of a report. */
const groupKey = 'group'

/** Returns the query that calculates a report about records of a type. */
export function queryOfReport(
  { event, columns }: ReportDefinition,
  type: string,
  { timeZone, limit, filter }: ReportRequest,
  { period, group }: { period: ReportingPeriod; group: Omit<QueryGroup, 'as'> },
): Query {
  const { from, to } = period
  const during = (event: string): Filter => ({ event, period: { from, to } }) as never
  const measures = columns.flatMap((column): QueryMeasure[] =>
    isShare(column) ? [] : [measureOf(column, event, during)],
  )
  return {
    type,
    filter: filter === undefined ? during(event) : { and: [during(event), filter as Filter] },
    ...(timeZone !== undefined && { timeZone }),
    currency: 'each',
    measures,
    groupBy: [{ as: groupKey, ...group }],
    ...(limit !== undefined && { limit }),
  }
}

function measureOf(column: MeasureColumn, base: string, during: (event: string) => Filter): QueryMeasure {
  const { key, fn, field, since, p, event, filter } = column
  const filters = [...(event && event !== base ? [during(event)] : []), ...(filter ? [filter] : [])]
  return {
    as: key,
    fn,
    ...(field !== undefined && { field }),
    ...(since !== undefined && { since }),
    ...(p !== undefined && { p }),
    ...(filters.length && { filter: filters.length > 1 ? { and: filters } : filters[0] }),
  }
}
