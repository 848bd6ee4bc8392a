import { say } from '../../errors/code-text.ts'
import type { ReportDefinition } from './definition.ts'
import { commonGroups, isNow } from './groups.ts'

const [isWon, isLost] = [isNow('success'), isNow('failure')]
const wonByNow = say('Won by now.', 'К этому времени выиграны.')

/** Where the deals that were created in a period came from. */
export const sources: ReportDefinition = {
  title: say('Sources', 'Источники'),
  about: 'Where the deals that were created in a period came from, and what became of them.',
  trait: 'sale',
  records: 'created',
  groups: {
    source: commonGroups.source,
    utmSource: { label: say('UTM source', 'UTM-источник'), group: { field: 'utm.source' } },
    utmMedium: { label: say('UTM medium', 'UTM-канал'), group: { field: 'utm.medium' } },
    utmCampaign: { label: say('UTM campaign', 'UTM-кампания'), group: { field: 'utm.campaign' } },
    utmContent: { label: say('UTM content', 'UTM-объявление'), group: { field: 'utm.content' } },
    utmTerm: { label: say('UTM term', 'UTM-ключевое слово'), group: { field: 'utm.term' } },
  },
  // biome-ignore format: a table is read by rows
  columns: [
    { key: 'count', label: say('Deals', 'Сделок'), fn: 'count', event: 'created' },
    { key: 'won', label: say('Won', 'Выиграно'), fn: 'count', filter: isWon, words: wonByNow },
    { key: 'lost', label: say('Lost', 'Проиграно'), fn: 'count', filter: isLost, words: say('Lost by now.', 'К этому времени проиграны.') },
    { key: 'sumWon', label: say('Sum won', 'Сумма выигранных'), fn: 'sum', field: 'amount', filter: isWon, words: wonByNow },
    { key: 'conversion', label: say('Conversion', 'Конверсия'), part: 'won', whole: ['won', 'lost'],
      words: say('Share of the won deals among the won and lost ones.', 'Доля выигранных среди выигранных и проигранных.') },
    { key: 'averageWon', label: say('Average won', 'Средний чек'), fn: 'avg', field: 'amount', filter: isWon, words: wonByNow },
  ],
  charts: ['bar', 'table'],
}
