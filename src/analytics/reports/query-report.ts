import { happened } from '../stages/happened.ts'
import type { ReportTable } from '../table.ts'
import { calculateColumns } from './calculate-columns.ts'
import type { Report, ReportAsking, ReportDefinition } from './definition.ts'
import { present, visibleColumns } from './present.ts'
import { readAsking } from './read-asking.ts'

/** Returns the report that a definition describes. */
export function queryReport(name: string, definition: ReportDefinition): Report {
  const { title, about, trait, groups, drawn } = definition
  return { title, about, trait, drawn, groupNames: Object.keys(groups), run: (asking) => run(name, definition, asking) }
}

async function run(report: string, definition: ReportDefinition, asking: ReportAsking): Promise<ReportTable> {
  const { access, request } = asking
  const { title, trait, records, groups, charts } = definition
  const asked = await readAsking(asking, trait)
  const columns = visibleColumns(definition.columns, access.grant(asked.type))
  const choice = groups[request.groupBy ?? Object.keys(groups)[0]!]!
  const table = await calculateColumns(asking, asked, {
    ...{ columns, grouping: choice },
    conditions: (period) => [
      { pointer: '/period', filter: typeof records === 'string' ? happened(records) : records(period) },
    ],
  })
  return present(table, { report, title, label: choice.label, columns, charts }, access.language)
}
