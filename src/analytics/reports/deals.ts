import { say } from '../../errors/code-text.ts'
import type { ReportDefinition } from './definition.ts'
import { commonGroups } from './groups.ts'

/** What became of the deals of a period. */
export const deals: ReportDefinition = {
  title: say('Deals', 'Сделки'),
  about: 'What became of the deals of a period: those that were created, changed or closed in it, or open at its end.',
  trait: 'sale',
  records: 'inReport',
  groups: commonGroups,
  // biome-ignore format: a table is read by rows
  columns: [
    { key: 'count', label: say('Deals', 'Сделок'), fn: 'count', event: 'inReport' },
    { key: 'inWork', label: say('In work', 'В работе'), fn: 'count', event: 'inWork' },
    { key: 'won', label: say('Won', 'Выиграно'), fn: 'count', event: 'won' },
    { key: 'lost', label: say('Lost', 'Проиграно'), fn: 'count', event: 'lost' },
    { key: 'closedBefore', label: say('Closed before', 'Завершено раньше'), fn: 'count', event: 'closedBefore' },
    { key: 'forgotten', label: say('Forgotten', 'Забыто'), fn: 'count', event: 'forgotten' },
    { key: 'sum', label: say('Sum', 'Сумма'), fn: 'sum', field: 'amount', event: 'inReport' },
    { key: 'sumInWork', label: say('Sum in work', 'Сумма в работе'), fn: 'sum', field: 'amount', event: 'inWork' },
    { key: 'sumWon', label: say('Sum won', 'Сумма выигранных'), fn: 'sum', field: 'amount', event: 'won' },
    { key: 'sumLost', label: say('Sum lost', 'Сумма проигранных'), fn: 'sum', field: 'amount', event: 'lost' },
    { key: 'sumForgotten', label: say('Sum forgotten', 'Сумма забытых'), fn: 'sum', field: 'amount', event: 'forgotten' },
    { key: 'conversion', label: say('Conversion', 'Конверсия'), part: 'won', whole: ['won', 'lost'],
      words: say('Share of the won deals among the won and lost ones.', 'Доля выигранных среди выигранных и проигранных.') },
    { key: 'averageTimeToClose', label: say('Average time to close', 'Среднее время до завершения'), fn: 'avg', field: 'closedAt', since: 'createdAt', closingAtEnd: true, event: 'closed',
      words: say('From creation to closing, of the deals that were closed in the period.', 'От создания до завершения, по сделкам, завершённым в периоде.') },
  ],
  charts: ['bar', 'stackedBar', 'table'],
  drawn: { stackedBar: { columns: ['inWork', 'won', 'lost', 'closedBefore'] } },
}
