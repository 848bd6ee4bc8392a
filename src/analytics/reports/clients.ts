import { say } from '../../errors/code-text.ts'
import { events } from '../../reporting-period/events.ts'
import { happened } from '../stages/happened.ts'
import type { ReportDefinition } from './definition.ts'
import { clientGroup } from './groups.ts'

/** How many of the won deals of a period came from new and from returning clients. */
export const clients: ReportDefinition = {
  title: say('Clients', 'Клиенты'),
  about:
    'The deals won in a period, by new and returning clients, by client or by company, the largest sum first. A client is the company, or else the primary contact.',
  trait: 'sale',
  records: 'won',
  groups: {
    kind: {
      label: say('Client', 'Клиент'),
      rows() {
        const [isNew, isReturning] = [happened('newClient'), happened('returningClient')]
        return [
          { key: 'new', label: say('New', 'Новые'), words: events.newClient.words, filter: isNew },
          {
            key: 'returning',
            label: say('Returning', 'Повторные'),
            words: events.returningClient.words,
            filter: isReturning,
          },
          {
            key: 'none',
            label: say('Without a client', 'Без клиента'),
            words: say(
              'Won in the period, without a company and contacts.',
              'Выиграны в периоде, без компании и контактов.',
            ),
            filter: { not: { or: [isNew, isReturning] } },
          },
        ]
      },
    },
    client: { label: say('Client', 'Клиент'), groupOf: clientGroup },
    company: { label: say('Company', 'Компания'), group: { field: 'companyId' } },
  },
  columns: [
    { key: 'count', label: say('Deals', 'Сделок'), fn: 'count', event: 'won' },
    { key: 'sum', label: say('Sum', 'Сумма'), fn: 'sum', field: 'amount', event: 'won' },
    {
      ...{ key: 'firstPurchase', label: say('First purchase', 'Первая покупка'), fn: 'min', field: 'closedAt' },
      ...{ closingAtEnd: true, event: 'won' },
      words: say('When the first of these deals was won.', 'Когда выиграна первая из этих сделок.'),
    },
    {
      ...{ key: 'lastPurchase', label: say('Last purchase', 'Последняя покупка'), fn: 'max', field: 'closedAt' },
      ...{ closingAtEnd: true, event: 'won' },
      words: say('When the last of these deals was won.', 'Когда выиграна последняя из этих сделок.'),
    },
  ],
  sortedBy: 'sum',
  charts: ['bar', 'table'],
  drawn: { bar: { columns: ['sum'] } },
}
