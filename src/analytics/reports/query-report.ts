import { happened } from '../stages/happened.ts'
import { columnsOf } from './calculate-columns.ts'
import type { Calculate, Report, ReportAsking, ReportDefinition } from './definition.ts'
import { present, visibleColumns } from './present.ts'
import { readAsking } from './read-asking.ts'

/** Returns the report that a definition describes. */
export function queryReport(name: string, definition: ReportDefinition): Report {
  const { title, about, trait, groups, drawn } = definition
  const groupNames = Object.keys(groups)
  return { title, about, trait, drawn, groupNames, resolve: (asking) => resolve(name, definition, asking) }
}

async function resolve(report: string, definition: ReportDefinition, asking: ReportAsking): Promise<Calculate> {
  const { access, request } = asking
  const { title, trait, records, groups, sortedBy, charts } = definition
  const asked = await readAsking(asking, trait)
  const columns = visibleColumns(definition.columns, access.grant(asked.type))
  const choice = groups[request.groupBy ?? Object.keys(groups)[0]!]!
  const calculate = columnsOf(asking, asked, {
    ...{ columns, sortedBy, grouping: choice },
    conditions: (period) => [
      { pointer: '/period', filter: typeof records === 'string' ? happened(records) : records(period) },
    ],
  })
  const shown = { report, title, label: choice.label, columns, charts }
  return async () => present(await calculate(), shown, access.language)
}
