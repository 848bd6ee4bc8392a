import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { isObject } from '../../src/fields/value.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact, aDeal } from '../seed.ts'
import { type Random, randomOf } from '../storm/random.ts'
import { wrongsIn } from './wrongs.ts'

/** How many rounds run. `npm run test:merges` runs a thousand. */
const rounds = Number(process.env.MERGE_ROUNDS ?? 12)
const seed = Number(process.env.SEED ?? 1)

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

/** The records of a round: companies and contacts with links, and deals of both. */
interface Ground {
  companies: number[]
  contacts: number[]
  deals: number[]
}

async function aGround(random: Random): Promise<Ground> {
  const companies = await Promise.all(Array.from({ length: 4 }, async () => (await aCompany(api)).id))
  const some = (ids: readonly number[]) => ids.filter(() => random.chance(0.6)).map((id) => ({ id }))
  const contacts: number[] = []
  for (let index = 0; index < 4; index++) contacts.push((await aContact(api, { companies: some(companies) })).id)
  const deals: number[] = []
  for (let index = 0; index < 6; index++) {
    const deal = await aDeal(api, { companyId: random.pick(companies), contacts: some(contacts) })
    deals.push(deal.id)
  }
  return { companies, contacts, deals }
}

/** An answer that a race may end with: done, refused for what another request did, or missing by now. */
const expected = [200, 201, 202, 204, 207, 404, 409, 412, 422]

/** Requests that run at the same time. Each returns its status. */
const actions: ((ground: Ground, random: Random) => Promise<{ status: number; body: unknown }>)[] = [
  ({ companies }, random) => merge('companies', random, companies),
  ({ contacts }, random) => merge('contacts', random, contacts),
  ({ deals }, random) => merge('deals', random, deals),
  ({ companies, deals }, random) =>
    api.call('patch', `/v1/deals/${random.pick(deals)}`, { companyId: random.pick(companies) }),
  ({ contacts, deals }, random) =>
    api.call('patch', `/v1/deals/${random.pick(deals)}`, { contacts: [{ id: random.pick(contacts) }] }),
  ({ companies, contacts }, random) =>
    api.call('patch', `/v1/contacts/${random.pick(contacts)}`, { companies: [{ id: random.pick(companies) }] }),
  ({ companies, contacts }, random) =>
    api.call('patch', `/v1/companies/${random.pick(companies)}`, {
      contacts: { add: [{ id: random.pick(contacts) }] },
    }),
  ({ companies, contacts }, random) =>
    api.call('post', '/v1/deals', { companyId: random.pick(companies), contacts: [{ id: random.pick(contacts) }] }),
  ({ companies }, random) => api.call('delete', `/v1/companies/${random.pick(companies)}`),
  ({ contacts }, random) => purge('contacts', 'C', random.pick(contacts)),
  async ({ companies, deals }, random) => {
    const body = { ids: deals, set: { companyId: random.pick(companies) } }
    const answer = await api.call('post', '/v1/deals/bulk', body)
    await api.work()
    return answer
  },
  async () => {
    const file = 'Title,Company\nImported,Vector'
    const answer = await api.call('post', '/v1/deals/import').set('content-type', 'text/csv').send(file)
    await api.work()
    return answer
  },
  async () => {
    const { body } = await api.call('get', '/v1/merges?limit=20')
    const last = body.data.find(({ undoneAt }: { undoneAt: string | null }) => undoneAt === null)
    return last ? await api.call('post', `/v1/merges/${last.id}/revert`) : { status: 200, body }
  },
]

async function merge(plural: string, random: Random, ids: readonly number[]) {
  const [survivorId, ...others] = ids.toSorted(() => random.below(3) - 1)
  return await api.call('post', `/v1/${plural}/merge`, { survivorId, ids: others.slice(0, 1 + random.below(2)) })
}

async function purge(plural: string, prefix: string, id: number) {
  const answer = await api.call('delete', `/v1/${plural}/${id}`)
  return answer.status === 204 ? await api.call('delete', `/v1/recycle-bin/${prefix}_${id}`) : answer
}

it('merges at the same time as other writes lose nothing and leave nothing behind', async () => {
  const random = randomOf(seed)
  let merged = 0
  const step = Math.ceil(rounds / 50)
  for (let round = 0; round < rounds; round++) {
    const ground = await aGround(random)
    const chosen = [merging(random), merging(random), ...Array.from({ length: 5 }, () => random.pick(actions))]
    const answers = await Promise.all(chosen.map((action) => action(ground, random)))
    for (const { status, body } of answers) {
      if (status === 200 && isObject(body) && 'conflicts' in body) merged++
      if (!expected.includes(status)) throw new Error(`${status} ${JSON.stringify(body)}`)
    }
    // The check reads the whole database, which grows.
    if (round % step === 0 || round === rounds - 1) expect(await wrongsIn(api)).toEqual([])
  }
  // Most of the first merges of each round are made.
  expect(merged).toBeGreaterThan(rounds / 2)
}, 7_200_000)

function merging(random: Random) {
  return actions[random.below(3)]!
}
