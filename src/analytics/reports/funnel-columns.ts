import { say } from '../../errors/code-text.ts'
import type { GivenColumn, MeasureColumn, ReportColumnDefinition } from './definition.ts'

const reachedWords = say(
  'Entered the stage or a later one: ever, of the deals that were created in the period; or in the period. Only the stage itself counts for a stage of failure.',
  'Вошли в стадию или в более позднюю: когда-либо, из созданных в периоде сделок, или в периоде. Для стадии провала считается только она сама.',
)
const timeWords = say(
  'Of the stays in the stage that have ended: those of the deals that were created in the period, or those that ended in the period.',
  'По завершённым пребываниям в стадии: сделок, созданных в периоде, или завершённым в периоде.',
)

/** The columns of a funnel about the deals that reached a stage. */
// biome-ignore format: a table is read by rows
export const reachedColumns: readonly MeasureColumn[] = [
  { key: 'reached', label: say('Reached', 'Дошли'), fn: 'count', words: reachedWords },
  { key: 'sum', label: say('Sum', 'Сумма'), fn: 'sum', field: 'amount', words: reachedWords },
]

/** The column of a funnel about the deals that were lost. */
// biome-ignore format: a table is read by rows
export const lostColumn: MeasureColumn = { key: 'lostHere', label: say('Lost here', 'Проиграно здесь'), fn: 'count',
  words: say('Lost deals whose last process stage was this one.', 'Проигранные сделки, последней рабочей стадией которых была эта.') }

/** The columns of a funnel that are calculated from several rows, or from the history of stages. */
// biome-ignore format: a table is read by rows
export const funnelColumns = {
  conversionFromPrevious: { key: 'conversionFromPrevious', label: say('Conversion from the stage before', 'Конверсия из предыдущей стадии'), kind: 'percent',
    words: say('Share of the deals that reached the stage before.', 'Доля от сделок, дошедших до предыдущей стадии.') },
  conversionFromFirst: { key: 'conversionFromFirst', label: say('Conversion from the first stage', 'Конверсия из первой стадии'), kind: 'percent',
    words: say('Share of the deals that reached the first stage.', 'Доля от сделок, дошедших до первой стадии.') },
  medianTime: { key: 'medianTime', label: say('Median time', 'Медиана времени'), kind: 'duration', words: timeWords },
  p90Time: { key: 'p90Time', label: say('90th percentile of time', '90-й процентиль времени'), kind: 'duration', words: timeWords },
} as const satisfies Record<string, GivenColumn>

/** Returns the columns of a funnel in their order, given those that the caller sees. */
export function columnsOfFunnel(reached: readonly ReportColumnDefinition[]): ReportColumnDefinition[] {
  const { conversionFromPrevious, conversionFromFirst, medianTime, p90Time } = funnelColumns
  return [...reached, conversionFromPrevious, conversionFromFirst, lostColumn, medianTime, p90Time]
}
