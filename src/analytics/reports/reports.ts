import { clients } from './clients.ts'
import { deals } from './deals.ts'
import type { Report } from './definition.ts'
import { forecast } from './forecast.ts'
import { funnel } from './funnel.ts'
import { invoices } from './invoices.ts'
import { leads } from './leads.ts'
import { lostDeals } from './lost-deals.ts'
import { queryReport } from './query-report.ts'
import { salesPlan } from './sales-plan.ts'
import { reportBody } from './schemas.ts'
import { sources } from './sources.ts'
import { trends } from './trends.ts'

/** The reports by name, which is the last part of their path. */
const all: Readonly<Record<string, Report>> = {
  deals: queryReport('deals', deals),
  funnel,
  trends,
  'lost-deals': queryReport('lost-deals', lostDeals),
  leads: queryReport('leads', leads),
  sources: queryReport('sources', sources),
  clients: queryReport('clients', clients),
  invoices: queryReport('invoices', invoices),
  forecast,
  'sales-plan': salesPlan,
}

/** A report with its names and the schema of its parameters in a body. */
export interface NamedReport {
  /** The last part of its path. */
  name: string
  /** The name in operations and schemas. */
  identifier: string
  report: Report
  body: ReturnType<typeof reportBody>
}

/** All reports. */
export const reports: readonly NamedReport[] = Object.entries(all).map(([name, report]) => {
  const identifier = `-${name}`.replace(/-(\w)/g, (_, first: string) => first.toUpperCase())
  return { name, identifier, report, body: reportBody(`${identifier}ReportRequest`, report) }
})
