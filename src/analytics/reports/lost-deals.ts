import { say } from '../../errors/code-text.ts'
import { lostFromGroup } from '../stages/stage-groups.ts'
import type { ReportDefinition } from './definition.ts'
import { commonGroups } from './groups.ts'

/** Why deals were lost in a period. */
export const lostDeals: ReportDefinition = {
  title: say('Lost deals', 'Проигранные сделки'),
  about: 'Why deals were lost in a period.',
  trait: 'sale',
  records: 'lost',
  groups: {
    failureReason: { label: say('Reason', 'Причина'), group: { field: 'failureReason' } },
    stage: {
      label: say('Stage lost at', 'Стадия, на которой проиграна'),
      groupOf: (query) => {
        const pipelines = query.context.lookups.pipelines.get(query.grant.type.id) ?? []
        return lostFromGroup(query, { pipelines, period: query.period, isComplete: false })
      },
    },
    ...commonGroups,
  },
  // biome-ignore format: a table is read by rows
  columns: [
    { key: 'count', label: say('Deals', 'Сделок'), fn: 'count', event: 'lost' },
    { key: 'sum', label: say('Sum', 'Сумма'), fn: 'sum', field: 'amount', event: 'lost' },
    { key: 'share', label: say('Share', 'Доля'), part: 'count', whole: ['count'], ofTotal: true,
      words: say('Share of the lost deals of the report.', 'Доля среди проигранных сделок отчёта.') },
  ],
  charts: ['bar', 'table'],
}
