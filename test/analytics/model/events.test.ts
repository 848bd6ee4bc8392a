import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../../api.ts'
import type { Random } from '../../storm/random.ts'
import { compareWorlds, worldCount } from './cases.ts'
import { now } from './choices.ts'
import { type AskedStage, events, viewOf } from './events.ts'
import { freezeDate } from './frozen-date.ts'
import { aGround, type Ground } from './ground.ts'
import { type Life, type Staged, staged } from './life.ts'
import { type AskedPeriod, periodOf } from './period.ts'
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

const paths: Record<Staged, string> = {
  ...{ lead: 'leads', deal: 'deals', quote: 'quotes', invoice: 'invoices', delivery: 'types/delivery/items' },
}

/** A condition as requests write it. */
type Filter =
  | ({ event: string; period?: AskedPeriod } & AskedStage)
  | { and: Filter[] }
  | { or: Filter[] }
  | { not: Filter }

const ofStages = ['entered', 'advanced', 'reached', 'lostFrom']
const untilNowByDefault = ['reached', 'lostFrom']

function randomFilter(random: Random, type: Staged, period: () => AskedPeriod, depth = 2): Filter {
  const inner = () => randomFilter(random, type, period, depth - 1)
  if (depth && random.chance(0.2)) return { not: inner() }
  if (depth && random.chance(0.15)) return random.pick([{ and: [inner(), inner()] }, { or: [inner(), inner()] }])
  const event = random.pick(Object.keys(events))
  if (!ofStages.includes(event)) return { event, period: period() }
  const { id, stages } = random.pick(ground.pipelines[type])
  return {
    event,
    ...((!untilNowByDefault.includes(event) || random.chance(0.7)) && { period: period() }),
    ...{ stageId: random.pick(stages).id, ...(random.chance(0.7) && { pipelineId: id }) },
  }
}

const untilNow = { from: '2000-01-01', to: '2100-01-01' }

/** Returns the ids of the records that a filter finds. */
function found(filter: Filter, { world, reader, type, timeZone }: Asked): number[] {
  const fulfils = (life: Life, part: Filter): boolean => {
    if ('and' in part) return part.and.every((one) => fulfils(life, one))
    if ('or' in part) return part.or.some((one) => fulfils(life, one))
    if ('not' in part) return !fulfils(life, part.not)
    const { event, period, ...stage } = part
    const meant = periodOf(period ?? untilNow, timeZone, now)
    return events[event]!(life, viewOf(ground, reader, world.records, meant), stage)
  }
  const { records } = viewOf(ground, reader, world.records, periodOf('today', timeZone, now))
  return records.filter((life) => life.type === type && fulfils(life, filter)).map(({ id }) => id)
}

interface Asked {
  world: World
  reader: Ground['readers'][number]
  type: Staged
  timeZone: string
}

const counted = { cases: 0, fruitful: 0 }

async function compare(world: World, random: Random): Promise<string | undefined> {
  for (let n = 0; n < 12; n++) {
    const timeZone = randomZone(random, world)
    const type = random.pick(['deal', 'deal', ...staged] as const)
    const reader = random.pick([ground.readers[0]!, ...ground.readers])
    const filter = randomFilter(random, type, () => randomPeriod(random, world, timeZone))
    const expected = found(filter, { world, reader, type, timeZone }).sort((a, b) => a - b)
    const body = { filter, timeZone, sort: 'id', fields: ['id'], limit: 500 }
    const call = api.as(reader.key)
    const searched = await call('post', `/v1/${paths[type]}/search`, body)
    const ids = searched.status === 200 ? searched.body.data.map(({ id }: { id: number }) => id) : searched.body
    const { body: count } = await call('post', `/v1/${paths[type]}/count`, { filter, timeZone })
    counted.cases++
    if (expected.length) counted.fruitful++
    if (JSON.stringify([ids, count.total]) !== JSON.stringify([expected, expected.length]))
      return `${reader.name}: ${type} ${JSON.stringify({ filter, timeZone })}\nserver ${JSON.stringify(ids)}, ${count.total}\nmodel  ${JSON.stringify(expected)}`
  }
}

const worlds = worldCount(10)

it(
  `finds the same records as the model in ${worlds} worlds`,
  async () => {
    await compareWorlds(api, ground, worlds, compare)
    // The cases are worthless if hardly anything is found.
    expect(counted.fruitful).toBeGreaterThan(counted.cases / 4)
  },
  60_000 + worlds * 10_000,
)
