import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../../api.ts'
import type { Random } from '../../storm/random.ts'
import { compareWorlds, worldCount } from './cases.ts'
import { currencies, now } from './choices.ts'
import { differenceOf } from './compare-table.ts'
import { lastYear, previous } from './compared-period.ts'
import { viewOf } from './events.ts'
import { freezeDate } from './frozen-date.ts'
import { aGround, type Ground } from './ground.ts'
import { periodOf } from './period.ts'
import { answer } from './queries/answer.ts'
import { randomQuery } from './queries/random-query.ts'
import type { World } from './world.ts'

let api: Api
let ground: Ground
beforeAll(async () => {
  freezeDate(now)
  api = await startApi()
  ground = await aGround(api)
})
afterAll(() => api.close())

const statuses = new Map<number, number>()

async function compare(world: World, random: Random): Promise<string | undefined> {
  for (let n = 0; n < 10; n++) {
    const currency = random.pick(['each', ...currencies])
    const query = randomQuery(random, world, currency)
    const reader = random.pick(ground.readers)
    const view = viewOf(ground, reader, world.records, periodOf('today', query.timeZone, now))
    const conversion = { rates: world.rates, base: currencies[0]!, currency, missing: new Map() }
    const asked = { view, now, conversion: currency === 'each' ? null : conversion, currencies: currencies.toSorted() }
    const compare = query.period ? random.pick([undefined, 'previous', 'lastYear'] as const) : undefined
    const before = compare && { previous, lastYear }[compare](periodOf(query.period!, query.timeZone, now))
    const { table, earlier } = answer(query, asked, before)
    const call = api.as(reader.key)
    const { period, ...rest } = query
    const limits = typeof period === 'string' ? { period } : period
    const body = { ...rest, ...limits, currency, ...(compare && { compare }), labels: random.chance(0.5) }
    const answered = await call('post', '/v1/analytics/query', body)
    statuses.set(answered.status, (statuses.get(answered.status) ?? 0) + 1)
    const difference = await differenceOf(call, random, answered, table, conversion, earlier)
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
