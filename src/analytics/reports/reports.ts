import { deals } from './deals.ts'
import type { Report } from './definition.ts'
import { leads } from './leads.ts'
import { lostDeals } from './lost-deals.ts'
import { queryReport } from './query-report.ts'
import { sources } from './sources.ts'

/** The reports by name, which is the last part of their path. */
export const reports: Readonly<Record<string, Report>> = {
  deals: queryReport('deals', deals),
  'lost-deals': queryReport('lost-deals', lostDeals),
  leads: queryReport('leads', leads),
  sources: queryReport('sources', sources),
}
