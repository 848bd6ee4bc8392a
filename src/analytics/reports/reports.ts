import { deals } from './deals.ts'
import type { ReportDefinition } from './definition.ts'

/** The reports by name. */
export const reports = { deals } as const satisfies Record<string, ReportDefinition>

/** The name of a report. */
export type ReportName = keyof typeof reports

/** The names of the reports. */
export const reportNames = Object.keys(reports) as [ReportName, ...ReportName[]]
