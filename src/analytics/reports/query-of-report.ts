import { eachCurrency, type Query, type QueryGroup, type QueryMeasure } from '../query/schemas.ts'
import { happened } from '../stages/happened.ts'
import { isMeasure, type MeasureColumn, type ReportColumnDefinition } from './definition.ts'
import type { Asked } from './read-asking.ts'
import type { ReportRequest } from './schemas.ts'

/** The key of the group of a report. */
export const groupKey = 'group'

/** Returns the query that calculates columns about the records of a request. */
export function queryOfReport(
  columns: readonly ReportColumnDefinition[],
  { type, periods: { period } }: Asked,
  { limit, filter, compare, currency }: ReportRequest,
  { group, sortedBy }: { group: Omit<QueryGroup, 'as'> | null; sortedBy?: string | undefined },
): Query {
  const { from, to, timeZone } = period
  // Amounts in several currencies have no order, and the caller may not see the column.
  const isSortable = currency !== eachCurrency && columns.some(({ key }) => key === sortedBy)
  return {
    ...{ type, from, to, timeZone },
    ...(filter !== undefined && { filter }),
    ...(compare !== undefined && { compare }),
    ...(currency !== undefined && { currency }),
    measures: columns.filter(isMeasure).map(measureOf),
    ...(group && { groupBy: [{ as: groupKey, ...group }] }),
    ...(isSortable && { sort: [`-${sortedBy}`] }),
    ...(limit !== undefined && { limit }),
  }
}

function measureOf({ key, fn, field, since, p, event, filter }: MeasureColumn): QueryMeasure {
  const filters = [...(event ? [happened(event)] : []), ...(filter ? [filter] : [])]
  return {
    ...{ as: key, fn },
    ...(field !== undefined && { field }),
    ...(since !== undefined && { since }),
    ...(p !== undefined && { p }),
    ...(filters.length && { filter: filters.length > 1 ? { and: filters } : filters[0] }),
  }
}
