import type { Random } from '../../../storm/random.ts'
import { now, sources } from '../choices.ts'
import { type Staged, staged } from '../life.ts'
import { periodOf } from '../period.ts'
import { randomPeriod, randomZone } from '../random-periods.ts'
import type { World } from '../world.ts'
import type { Condition, Group, Having, Measure, Query } from './query.ts'

const groups: Record<Staged, readonly string[]> = {
  lead: ['responsibleId', 'stageId', 'stageSemantic', 'source', 'utm.source', 'companyId', 'contacts'],
  deal: [
    ...['responsibleId', 'pipelineId', 'stageId', 'stageSemantic', 'source', 'failureReason', 'currency', 'opened'],
    ...['companyId', 'contacts', 'company.source', 'company.title', 'utm.campaign', 'userFields.tone', 'title'],
  ],
  quote: ['responsibleId', 'stageId', 'source', 'contacts', 'company.source'],
  invoice: ['responsibleId', 'stageId', 'currency', 'companyId'],
  delivery: ['responsibleId', 'pipelineId', 'stageId', 'source', 'utm.source', 'contacts', 'company.title'],
}
const times = {
  lead: ['createdAt', 'closedAt'],
  deal: ['createdAt', 'closedAt', 'movedAt'],
  quote: ['createdAt', 'closedAt'],
  invoice: ['createdAt', 'paidAt'],
  delivery: ['createdAt', 'closedAt', 'movedAt'],
}
const dates = { lead: [], deal: ['closeDate'], quote: [], invoice: ['issueDate', 'dueDate'], delivery: [] }
const buckets = ['day', 'week', 'month', 'quarter', 'year', 'dayOfWeek'] as const

function randomGroup(random: Random, type: keyof typeof groups): Group {
  if (random.chance(0.3)) {
    const top = 1 + random.below(3)
    return { field: random.pick(groups[type]), top, ...(random.chance(0.6) && { other: true }) }
  }
  if (random.chance(0.5)) return { field: random.pick(groups[type]) }
  if (random.chance(0.3) && dates[type].length) return { field: random.pick(dates[type]), bucket: random.pick(buckets) }
  return { field: random.pick(times[type]), bucket: random.pick([...buckets, 'hour', 'hourOfDay'] as const) }
}

function randomMeasures(random: Random, currency: string, condition: () => Condition): Measure[] {
  // Amounts in several currencies can only be added up.
  const functions = currency === 'each' ? (['sum', 'avg'] as const) : (['sum', 'avg', 'min', 'max', 'median'] as const)
  const money = functions.map((fn) => ({ fn, field: 'amount' }))
  const all: Omit<Measure, 'as'>[] = [
    { fn: 'count' },
    ...money,
    ...(currency === 'each'
      ? []
      : [{ fn: 'percentile' as const, field: 'amount', p: random.pick([0, 10, 33.3, 90, 100]) }]),
    ...['companyId', 'responsibleId', 'source'].map((field) => ({ fn: 'distinct' as const, field })),
    ...(['avg', 'median', 'max', 'sum'] as const).map((fn) => ({ fn, field: 'closedAt', since: 'createdAt' })),
  ]
  return Array.from({ length: 1 + random.below(4) }, (_, place) => ({
    as: `m${place}`,
    ...random.pick(all),
    ...(random.chance(0.4) && { filter: condition() }),
  }))
}

/** Returns a random query. */
export function randomQuery(random: Random, world: World, currency: string): Query {
  const hasPeriod = random.chance(0.5)
  const type = random.pick(['deal', 'deal', 'deal', ...staged] as const)
  const timeZone = randomZone(random, world)
  const condition = (depth = 1): Condition => {
    if (depth && random.chance(0.2)) return { not: condition(depth - 1) }
    if (depth && random.chance(0.2)) return { and: [condition(depth - 1), condition(depth - 1)] }
    if (random.chance(0.3))
      return { field: 'source', op: 'in', value: [random.pick(sources.filter((one) => one !== null))] }
    const event = random.pick([
      'created',
      'won',
      'lost',
      'inWork',
      'inReport',
      'forgotten',
      'moved',
      'closed',
      'changed',
    ])
    return { event, ...((!hasPeriod || random.chance(0.3)) && { period: randomPeriod(random, world, timeZone) }) }
  }
  const measures = randomMeasures(random, currency, condition)
  const groupBy = Array.from({ length: random.below(4) }, () => randomGroup(random, type))
  const comparable = measures.filter(({ field }) => field !== 'amount' || currency !== 'each').map(({ as }) => as)
  const query: Query = {
    type,
    timeZone,
    ...(random.chance(0.6) && { filter: condition() }),
    ...(hasPeriod && { period: randomPeriod(random, world, timeZone) }),
    ...{ measures, groupBy },
    ...(random.chance(0.3) && { having: randomConditions(random, measures, comparable) }),
    ...(random.chance(0.5) && { sort: randomOrder(random, [...comparable, ...groupBy.map((_, at) => `group${at}`)]) }),
    limit: random.chance(0.7) ? 1000 : 1 + random.below(6),
  }
  return random.chance(0.5) ? withEmptyRows(random, query) : query
}

/** Has every part of the period have a row, if that is possible. */
function withEmptyRows(random: Random, { having, ...query }: Query): Query {
  const { period, timeZone, groupBy } = query
  const [group, ...others] = groupBy
  const { from, to } = periodOf(period ?? 'today', timeZone, now)
  const isShort = to - from < 40 * 86_400_000
  const isTimeline = ['day', 'week', 'month', 'quarter', 'year', ...(isShort ? ['hour'] : [])].includes(
    group?.bucket ?? '',
  )
  if (!period || !group || others.length || !isTimeline) return { ...query, ...(having && { having }) }
  return { ...query, groupBy: [{ ...group, empty: true }], sort: random.pick([[], ['group0'], ['-group0']]) }
}

function randomOrder(random: Random, keys: readonly string[]): string[] {
  const chosen = keys.filter(() => random.chance(0.5))
  return chosen.map((key) => (random.chance(0.5) ? `-${key}` : key))
}

/** Returns conditions on measures, with values that some rows have. */
function randomConditions(random: Random, measures: readonly Measure[], comparable: readonly string[]): Having[] {
  return comparable
    .filter(() => random.chance(0.5))
    .map((measure): Having => {
      const { fn, since } = measures.find(({ as }) => as === measure)!
      const number = (): number | string => {
        if (fn === 'count' || fn === 'distinct') return random.below(4)
        if (since) return random.below(10_000_000)
        return random.pick(['0', '100', '1', '0.01', `${random.below(1000)}`])
      }
      const op = random.pick(['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'between', 'isEmpty'] as const)
      if (op === 'isEmpty') return { measure, op, value: random.chance(0.5) }
      if (op !== 'between') return { measure, op, value: number() }
      return { measure, op, value: [number(), number()].sort((a, b) => Number(a) - Number(b)) }
    })
}
