import { type RawBuilder, sql } from 'kysely'
import type { Temporal } from 'temporal-polyfill'
import { say } from '../../errors/code-text.ts'
import type { Labels } from '../../errors/language.ts'
import { selects } from '../../fields/operators.ts'
import { localDate } from '../../fields/time-words.ts'
import type { Filter } from '../../filters/filter.ts'
import { type Bucket, buckets } from '../query/buckets.ts'
import { resolveQuery } from '../query/resolve-query.ts'
import type { ResolvedQuery } from '../query/resolved.ts'
import { runQuery } from '../query/run-query.ts'
import type { ReportTable } from '../table.ts'
import type { Calculate, MeasureColumn, Report, ReportAsking } from './definition.ts'
import { isNow } from './groups.ts'
import { placeFaults } from './place-faults.ts'
import { columnOf, visibleColumns } from './present.ts'
import { isWithoutProbability, probabilityOf, type StageProbability, stageProbabilities } from './probabilities.ts'
import { groupKey, queryOfReport } from './query-of-report.ts'
import { type Asked, readAsking } from './read-asking.ts'

const title = say('Forecast', 'Прогноз')
const month = say('Month of closing', 'Месяц завершения')
const overdue = say('Overdue', 'Просрочены')

const trait = 'sale'

/** The deals that are open now, by the month in which they should close. */
export const forecast: Report = {
  title,
  about:
    'The open deals by the month in which they should close: what they are worth, and what they will probably bring. It is about the present, so the period does not matter. The probability of a stage is that of the pipeline, or else the share of won deals among those that were in the stage and were closed in the last 365 days.',
  trait,
  groupNames: ['month'],
  drawn: { bar: { columns: ['weighted'] } },
  isCompared: false,
  resolve,
}

const columnsWith = (unknown: Filter): MeasureColumn[] => [
  { key: 'count', label: say('Deals', 'Сделок'), fn: 'count', words: say('Open now.', 'Сейчас в работе.') },
  { key: 'sum', label: say('Sum', 'Сумма'), fn: 'sum', field: 'amount', words: say('Open now.', 'Сейчас в работе.') },
  {
    ...{ key: 'weighted', label: say('Weighted sum', 'Взвешенная сумма'), fn: 'sum', field: 'amount' },
    filter: { not: unknown },
    words: say(
      'Amounts multiplied by the probability of the stage, of the deals in stages whose probability is known.',
      'Суммы, умноженные на вероятность стадии, по сделкам на стадиях с известной вероятностью.',
    ),
  },
  {
    ...{ key: 'withoutProbability', label: say('Without a probability', 'Без вероятности'), fn: 'count' },
    filter: unknown,
    words: say('In stages whose probability is not known.', 'На стадиях, вероятность которых неизвестна.'),
  },
]

async function resolve(asking: ReportAsking): Promise<Calculate> {
  const asked = await readAsking(asking, trait)
  // The faults of a request are the same whatever the probabilities are.
  resolveWith([], asking, asked)
  return async () => await calculate(asking, asked)
}

/** Resolves the query with the probabilities of stages. Throws the faults of the request. */
function resolveWith(stages: readonly StageProbability[], { access, inBody, request }: ReportAsking, asked: Asked) {
  const columns = visibleColumns(columnsWith(isWithoutProbability(stages)), access.grant(asked.type))
  const day = { field: 'closeDate', bucket: 'day' } as const
  const { from: _, to: __, ...query } = queryOfReport(columns, asked, request, { group: day })
  const conditions = [{ pointer: '/filter', filter: isNow('process') }, ...asked.conditions]
  return { columns, query: placeFaults(inBody, asked.faults, () => resolveQuery(access, query, { conditions })) }
}

async function calculate(asking: ReportAsking, asked: Asked): Promise<ReportTable> {
  const { db, access, time } = asking
  const { language } = access
  const { timeZone } = asked.periods.period
  const { now } = access.context(timeZone)
  const stages = await stageProbabilities(db, access.grant(asked.type), { now, time })
  const { columns, query } = resolveWith(stages, asking, asked)
  const table = await runQuery(db, weighted(byMonth(query, localDate(now, timeZone)), stages), time)
  return {
    ...table,
    ...{ report: 'forecast', title: title[language] },
    columns: [
      { key: groupKey, kind: 'group', label: month[language] },
      ...columns.map((column) => columnOf(column, table, language)),
    ],
    charts: ['bar', 'table'],
  }
}

/** Groups by the month of closing instead of the day. What should have been closed before today is one group. */
function byMonth(query: ResolvedQuery, today: Temporal.PlainDate): ResolvedQuery {
  const bucket = monthsFrom(today)
  const groups = query.groups.map((group) => ({
    ...group,
    bucket,
    source: { ...group.source, value: monthOf(group.source.value, today) },
  }))
  return { ...query, groups }
}

/** The key of overdue records in SQL, so that they come first. */
const first = '0001-01-01'

function monthOf(day: RawBuilder<unknown>, today: Temporal.PlainDate): RawBuilder<unknown> {
  return sql`case when ${day} < ${today.toString()}::date then ${first}::date
    else date_trunc('month', (${day})::timestamp)::date end`
}

function monthsFrom(today: Temporal.PlainDate): Bucket {
  const thisMonth = today.with({ day: 1 })
  const before = (day: Temporal.PlainDate) => day.subtract({ days: 1 }).toString()
  return {
    ...buckets.month,
    read: (text) => (text === first ? 'overdue' : text.slice(0, 7)),
    condition(field, key) {
      if (key === 'overdue') return { field, op: selects.upTo, value: before(today) }
      if (key !== thisMonth.toString().slice(0, 7)) return buckets.month.condition(field, `${key}-01`)
      return { field, op: selects.between, value: [today.toString(), before(thisMonth.add({ months: 1 }))] }
    },
    words: (key, language, zone) =>
      key === 'overdue' ? (overdue as Labels)[language] : buckets.month.words(`${key}-01`, language, zone),
  }
}

/** Multiplies the amounts of the weighted sum by the probability of their stage. */
function weighted(query: ResolvedQuery, stages: readonly StageProbability[]): ResolvedQuery {
  const measures = query.measures.map((one) => {
    if (one.key !== 'weighted' || !one.value) return one
    return { ...one, value: { ...one.value, value: sql`(${one.value.value} * ${probabilityOf(stages)})` } }
  })
  return { ...query, measures }
}
