import { say } from '../../errors/code-text.ts'
import type { ReportDefinition } from './definition.ts'
import { commonGroups, isNow } from './groups.ts'

/** What became of the leads that were created in a period. */
export const leads: ReportDefinition = {
  title: say('Leads', 'Лиды'),
  about: 'What became of the leads that were created in a period.',
  trait: 'conversion',
  records: 'created',
  groups: { source: commonGroups.source, responsible: commonGroups.responsible },
  // biome-ignore format: a table is read by rows
  columns: [
    { key: 'count', label: say('Leads', 'Лидов'), fn: 'count', event: 'created' },
    { key: 'inWork', label: say('In work', 'В работе'), fn: 'count', filter: isNow('process'), words: say('Not closed now.', 'Сейчас не завершены.') },
    { key: 'converted', label: say('Converted', 'Конвертировано'), fn: 'count', filter: isNow('success'), words: say('Converted by now.', 'К этому времени конвертированы.') },
    { key: 'junk', label: say('Unqualified', 'Некачественные'), fn: 'count', filter: isNow('failure'), words: say('Closed as unqualified by now.', 'К этому времени закрыты как некачественные.') },
    { key: 'conversion', label: say('Conversion', 'Конверсия'), part: 'converted', whole: ['count'], words: say('Share of the converted leads.', 'Доля конвертированных лидов.') },
    { key: 'medianTimeToConversion', label: say('Median time to conversion', 'Медиана времени до конверсии'), fn: 'median', field: 'closedAt', since: 'createdAt', filter: isNow('success'),
      words: say('From creation to conversion, of the converted leads.', 'От создания до конверсии, по конвертированным лидам.') },
  ],
  charts: ['bar', 'stackedBar', 'table'],
  drawn: { stackedBar: { columns: ['inWork', 'converted', 'junk'] } },
}
