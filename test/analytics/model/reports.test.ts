import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../../api.ts'
import type { Random } from '../../storm/random.ts'
import { compareWorlds, worldCount } from './cases.ts'
import { currencies, now, sources } from './choices.ts'
import { differenceOf } from './compare-table.ts'
import { lastYear, previous } from './compared-period.ts'
import { isMember, knownDepartments } from './departments.ts'
import { viewOf } from './events.ts'
import { freezeDate } from './frozen-date.ts'
import { aGround, type Ground, type Reader } from './ground.ts'
import type { Life } from './life.ts'
import { type Period, periodOf } from './period.ts'
import { randomPeriod, randomZone } from './random-periods.ts'
import { clients } from './reports/clients.ts'
import { deals } from './reports/deals.ts'
import { forecast } from './reports/forecast.ts'
import { funnel } from './reports/funnel.ts'
import { invoices } from './reports/invoices.ts'
import { leads } from './reports/leads.ts'
import { lostDeals } from './reports/lost-deals.ts'
import type { Asked } from './reports/measures.ts'
import { salesPlan } from './reports/sales-plan.ts'
import { sources as sourcesReport } from './reports/sources.ts'
import { trends } from './reports/trends.ts'
import type { Table } from './table.ts'
import type { World } from './world.ts'

let api: Api
let ground: Ground
beforeAll(async () => {
  freezeDate(now)
  api = await startApi()
  ground = await aGround(api)
})
afterAll(() => api.close())

/** The reports with their types, their models and the groups to choose from. */
const reports: Record<
  string,
  { type: 'lead' | 'deal' | 'invoice'; model: (asked: Asked) => Table; groupBy?: string[]; mode?: string[] }
> = {
  deals: { type: 'deal', model: deals, groupBy: ['responsible', 'department', 'pipeline', 'source'] },
  funnel: { type: 'deal', model: funnel, mode: ['cohort', 'period'] },
  trends: { type: 'deal', model: trends, groupBy: ['day', 'week', 'month'] },
  'lost-deals': {
    ...{ type: 'deal', model: lostDeals },
    groupBy: ['failureReason', 'stage', 'responsible', 'department', 'pipeline', 'source'],
  },
  leads: { type: 'lead', model: leads, groupBy: ['source', 'responsible'] },
  sources: { type: 'deal', model: sourcesReport, groupBy: ['source', 'utmSource', 'utmMedium', 'utmCampaign'] },
  clients: { type: 'deal', model: clients, groupBy: ['kind', 'client', 'company'] },
  invoices: { type: 'invoice', model: invoices },
  forecast: { type: 'deal', model: forecast },
  'sales-plan': { type: 'deal', model: salesPlan, groupBy: ['company', 'pipeline', 'department', 'user'] },
}

/** Returns random parameters that choose some of the records, and the choice itself. */
function randomChoice(random: Random, name: string, { userId }: Reader) {
  const pipeline = random.pick(ground.pipelines[reports[name]!.type]).id
  const users = [ground.users[0]!, ...ground.users.filter((id) => id !== ground.users[0] && random.chance(0.5))]
  const source = random.pick(sources.filter((one) => one !== null))
  const department = random.pick(knownDepartments(ground, { userId }))
  const all: [object, (life: Life) => boolean][] = [
    [{ pipelineId: [pipeline] }, ({ values }) => values.pipelineId === pipeline],
    [{ responsibleId: users }, ({ values }) => users.includes(values.responsibleId)],
    [{ responsibleId: ['me'] }, ({ values }) => values.responsibleId === userId],
    [{ departmentId: [department] }, ({ values }) => isMember(ground, values.responsibleId, department)],
    [{ filter: { field: 'source', op: 'ne', value: source } }, ({ values }) => values.source !== source],
  ]
  const [first, ...more] = all.filter(() => random.chance(0.2))
  // The same parameter cannot be sent twice.
  const chosen = first ? [first, ...more.filter(([parameter]) => !('responsibleId' in parameter))] : []
  return {
    parameters: Object.assign({}, ...chosen.map(([parameter]) => parameter)) as { pipelineId?: number[] },
    isChosen: (life: Life) => chosen.every(([, condition]) => condition(life)),
  }
}

const answered = new Map<string, number>()

function comparison(name: string) {
  const { model, groupBy, mode } = reports[name]!
  return async (world: World, random: Random): Promise<string | undefined> => {
    for (let n = 0; n < 4; n++) {
      const reader = random.pick(ground.readers)
      const timeZone = randomZone(random, world)
      const period = randomPeriod(random, world, timeZone)
      const { parameters, isChosen } = randomChoice(random, name, reader)
      const own = { ...(groupBy && { groupBy: random.pick(groupBy) }), ...(mode && { mode: random.pick(mode) }) }
      const currency = random.pick(['each', ...currencies])
      const limit = name === 'forecast' || random.chance(0.7) ? 1000 : 1 + random.below(3)
      const conversion = { rates: world.rates, base: currencies[0]!, currency, missing: new Map() }
      // The forecast is about the present, and the sales plan about months.
      const compare = ['forecast', 'sales-plan'].includes(name)
        ? undefined
        : random.pick([undefined, undefined, 'previous', 'lastYear'] as const)
      const tableOf = (meant: Period, most = limit) =>
        model({
          view: viewOf(ground, reader, world.records, meant),
          ...{ now, isChosen, conversion: currency === 'each' ? null : conversion, ...own },
          ...{ pipelineId: parameters.pipelineId?.[0], plans: world.plans, limit: most },
        })
      const meant = periodOf(period, timeZone, now)
      const expected = tableOf(meant)
      // Rows are compared with all earlier ones, also those that would be beyond the limit.
      const earlier = compare && tableOf({ previous, lastYear }[compare](meant), 1000)
      const limits = typeof period === 'string' ? { period } : period
      const asked = { ...parameters, ...own, ...limits, timeZone, currency, ...(compare && { compare }) }
      const call = api.as(reader.key)
      const answer = await call('post', `/v1/analytics/${name}`, { ...asked, limit })
      if (answer.status === 200) answered.set(name, (answered.get(name) ?? 0) + 1)
      const difference = await differenceOf(call, random, answer, expected, conversion, earlier)
      if (difference) return `${reader.name}: ${name} ${JSON.stringify(asked)}\n${difference}`
    }
  }
}

const worlds = worldCount(3)

it.each(Object.keys(reports))(
  `has the numbers of the model in the report %s in ${worlds} worlds`,
  async (name) => {
    await compareWorlds(api, ground, worlds, comparison(name))
    // Missing rates may refuse some of them only.
    expect(answered.get(name)).toBeGreaterThan(worlds)
  },
  60_000 + worlds * 10_000,
)
