import type { Filter } from '../../filters/filter.ts'
import type { EventName } from '../../reporting-period/events.ts'
import type { ReportingPeriod } from '../../reporting-period/period.ts'

/** Returns the condition that an event happened, without a period in that of the query. */
export function happened(
  event: EventName,
  period: Pick<ReportingPeriod, 'from' | 'to'> | null = null,
  stage: { stageId?: string; pipelineId?: number } = {},
): Filter {
  return { event, ...(period && { period: { from: period.from, to: period.to } }), ...stage }
}
