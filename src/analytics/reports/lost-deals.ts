import { say } from '../../errors/code-text.ts'
import type { ReportDefinition } from './definition.ts'
import { commonGroups } from './groups.ts'

/** Why deals were lost in a period. */
export const lostDeals: ReportDefinition = {
  title: say('Lost deals', 'Проигранные сделки'),
  about: 'Why deals were lost in a period.',
  trait: 'sale',
  event: 'lost',
  groups: {
    failureReason: { label: say('Reason', 'Причина'), group: { field: 'failureReason' } },
    stage: { label: say('Failure stage', 'Стадия провала'), group: { field: 'stageId' } },
    ...commonGroups,
  },
  columns: [
    { key: 'count', label: say('Deals', 'Сделок'), fn: 'count', event: 'lost' },
    { key: 'sum', label: say('Sum', 'Сумма'), fn: 'sum', field: 'amount', event: 'lost' },
  ],
  charts: ['bar', 'table'],
}
