import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../../api.ts'
import type { Random } from '../../storm/random.ts'
import { compareWorlds, worldCount } from './cases.ts'
import { currencies, now, sources } from './choices.ts'
import { differenceOf } from './compare-table.ts'
import { viewOf } from './events.ts'
import { freezeDate } from './frozen-date.ts'
import { aGround, type Ground } from './ground.ts'
import { periodOf } from './period.ts'
import { answer, type Condition, type Group, type Measure, type Query } from './query.ts'
import { randomPeriod, randomZone } from './random-periods.ts'
import type { World } from './world.ts'

let api: Api
let ground: Ground
beforeAll(async () => {
  freezeDate(now)
  api = await startApi()
  ground = await aGround(api)
})
afterAll(() => api.close())

const groups: Record<'lead' | 'deal' | 'invoice', readonly string[]> = {
  lead: ['responsibleId', 'stageId', 'stageSemantic', 'source', 'utm.source', 'companyId', 'contacts'],
  deal: [
    ...['responsibleId', 'pipelineId', 'stageId', 'stageSemantic', 'source', 'failureReason', 'currency', 'opened'],
    ...['companyId', 'contacts', 'company.source', 'company.title', 'utm.campaign', 'userFields.tone', 'title'],
  ],
  invoice: ['responsibleId', 'stageId', 'currency', 'companyId'],
}
const times = {
  lead: ['createdAt', 'closedAt'],
  deal: ['createdAt', 'closedAt', 'movedAt'],
  invoice: ['createdAt', 'paidAt'],
}
const dates = { lead: [], deal: ['closeDate'], invoice: ['issueDate', 'dueDate'] }
const buckets = ['day', 'week', 'month', 'quarter', 'year', 'dayOfWeek'] as const

function randomGroup(random: Random, type: keyof typeof groups): Group {
  if (random.chance(0.6)) return { field: random.pick(groups[type]) }
  if (random.chance(0.3) && dates[type].length) return { field: random.pick(dates[type]), bucket: random.pick(buckets) }
  return { field: random.pick(times[type]), bucket: random.pick([...buckets, 'hourOfDay'] as const) }
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

function randomQuery(random: Random, world: World, currency: string): Query {
  const hasPeriod = random.chance(0.5)
  const type = random.pick(['deal', 'deal', 'deal', 'lead', 'invoice'] as const)
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
  return {
    type,
    timeZone,
    ...(random.chance(0.6) && { filter: condition() }),
    ...(hasPeriod && { period: randomPeriod(random, world, timeZone) }),
    measures: randomMeasures(random, currency, condition),
    groupBy: Array.from({ length: random.below(3) }, () => randomGroup(random, type)),
  }
}

const statuses = new Map<number, number>()

async function compare(world: World, random: Random): Promise<string | undefined> {
  for (let n = 0; n < 10; n++) {
    const currency = random.pick(['each', ...currencies])
    const query = randomQuery(random, world, currency)
    const reader = random.pick(ground.readers)
    const view = viewOf(ground, reader, world.records, periodOf('today', query.timeZone, now))
    const conversion = { rates: world.rates, base: currencies[0]!, currency, missing: new Map() }
    const asked = { view, now, conversion: currency === 'each' ? null : conversion, currencies: currencies.toSorted() }
    const expected = answer(query, asked)
    const call = api.as(reader.key)
    const { period, ...rest } = query
    const limits = typeof period === 'string' ? { period } : period
    const body = { ...rest, ...limits, currency, limit: 1000, labels: random.chance(0.5) }
    const answered = await call('post', '/v1/analytics/query', body)
    statuses.set(answered.status, (statuses.get(answered.status) ?? 0) + 1)
    const difference = await differenceOf(call, random, answered, expected, conversion)
    if (difference) return `${reader.name}: ${JSON.stringify(body)}\n${difference}`
  }
}

const worlds = worldCount(10)

it(
  `answers queries as the model in ${worlds} worlds`,
  async () => {
    await compareWorlds(api, ground, worlds, compare)
    // Missing rates may refuse some of them only.
    expect(statuses.get(200)).toBeGreaterThan(worlds * 5)
  },
  60_000 + worlds * 10_000,
)
