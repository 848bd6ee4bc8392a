import { say } from '../../errors/code-text.ts'
import { selects } from '../../fields/operators.ts'
import type { ReportingPeriod } from '../../reporting-period/period.ts'
import { queryLimits } from '../query/schemas.ts'
import { happened } from '../stages/happened.ts'
import { type SlotEvent, slotGroup } from '../stages/slot-groups.ts'
import { slotsOf, type Unit, units } from '../stages/slots.ts'
import { columnsOf } from './calculate-columns.ts'
import { type Calculate, isMeasure, type Report, type ReportAsking, type ReportColumnDefinition } from './definition.ts'
import { merge, present, visibleColumns } from './present.ts'
import { type Asked, readAsking } from './read-asking.ts'

const trait = 'sale'

/** How many deals were created, won and lost in each part of a period. */
export const trends: Report = {
  title: say('Trends', 'Динамика'),
  about:
    'How many deals were created, won and lost by day, week or month of a period. Each of them is a period of its own: a deal that was won, reopened and won again can count in two of them, but counts once in the totals. Compared periods are aligned by position. `limit` has no effect.',
  trait,
  groupNames: units,
  drawn: { line: { columns: ['created', 'won', 'lost'] } },
  resolve,
}

// biome-ignore format: a table is read by rows
const columns: readonly ReportColumnDefinition[] = [
  { key: 'created', label: say('Created', 'Создано'), fn: 'count', event: 'created' },
  { key: 'won', label: say('Won', 'Выиграно'), fn: 'count', event: 'won' },
  { key: 'lost', label: say('Lost', 'Проиграно'), fn: 'count', event: 'lost' },
  { key: 'sumWon', label: say('Sum won', 'Сумма выигранных'), fn: 'sum', field: 'amount', event: 'won' },
  { key: 'conversion', label: say('Conversion', 'Конверсия'), part: 'won', whole: ['won', 'lost'],
    words: say('Share of the won deals among the won and lost ones.', 'Доля выигранных среди выигранных и проигранных.') },
]

async function resolve(asking: ReportAsking): Promise<Calculate> {
  const { access, request } = asking
  const asked = await readAsking(asking, trait)
  const unit = (request.groupBy ?? units[0]) as Unit
  refuseTooMany(asking, asked, unit)
  const visible = visibleColumns(columns, access.grant(asked.type))
  const slots = (event: SlotEvent) => slotColumns(asking, asked, { event, unit, columns: visible })
  const [created, won, lost] = [slots('created'), slots('won'), slots('lost')]
  const texts = { report: 'trends', title: trends.title, label: say('Time', 'Время') }
  const shown = { ...texts, columns: visible, charts: ['line', 'bar', 'table'] } as const
  return async () => present(merge([await created(), await won(), await lost()]), shown, access.language)
}

/**
 * Returns what calculates the columns of an event by the parts of the period. Each part is the period of the event. Totals
 * are about the whole period.
 */
function slotColumns(
  asking: ReportAsking,
  asked: Asked,
  { event, unit, columns }: { event: SlotEvent; unit: Unit; columns: readonly ReportColumnDefinition[] },
): Calculate {
  return columnsOf(asking, asked, {
    columns: columns.filter((column) => isMeasure(column) && column.event === event),
    conditions: (period) => (event === 'created' ? createdIn : movedIn(period)),
    grouping: { groupOf: (query) => slotGroup(query, event, unit, queryLimits.rows) },
  })
}

const createdIn = [{ pointer: '/period', filter: happened('created') }]

/** Returns conditions of all records that can have been closed in a period. */
function movedIn({ from, to }: ReportingPeriod) {
  return [
    { pointer: '/period', filter: { field: 'movedAt', op: selects.from, value: from } },
    { pointer: '/period', filter: { not: { field: 'createdAt', op: selects.from, value: to } } },
  ]
}

function refuseTooMany({ inBody }: ReportAsking, { periods: { period, compared }, faults }: Asked, unit: Unit): void {
  const { rows: limit } = queryLimits
  if (![period, compared].some((one) => one && slotsOf(one, unit, limit).length > limit)) return
  const at = inBody ? { pointer: '/groupBy' } : { parameter: 'groupBy' }
  faults.push({ ...at, code: 'too_many', params: { limit } })
}
