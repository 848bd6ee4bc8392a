import { deals } from './deals.ts'
import type { ReportDefinition } from './definition.ts'
import { leads } from './leads.ts'
import { lostDeals } from './lost-deals.ts'
import { sources } from './sources.ts'

/** The reports by name. */
export const reports = { deals, 'lost-deals': lostDeals, leads, sources } as const satisfies Record<
  string,
  ReportDefinition
>

/** The name of a report. */
export type ReportName = keyof typeof reports

/** The names of the reports. */
export const reportNames = Object.keys(reports) as [ReportName, ...ReportName[]]
