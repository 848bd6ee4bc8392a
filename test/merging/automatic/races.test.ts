import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../../jobs.ts'
import { aCompany, aContact, aDeal } from '../../seed.ts'
import { type Random, randomOf } from '../../storm/random.ts'
import { wrongsIn } from '../wrongs.ts'

/** How many rounds run. `npm run test:merges` runs more. */
const rounds = Number(process.env.ROUNDS ?? 3)
const seed = Number(process.env.SEED ?? 1)
const pairs = 12

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const last = ['Ivanov', 'Orlov', 'Sidorov', 'Kuznetsov', 'Volkov', 'Belov', 'Titov', 'Zuev', 'Gromov', 'Lazarev']
const first = 'Alexander Peter Igor Oleg Boris Gleb Vadim Timur Makar Savva Yuri Zakhar'.split(' ')

/** The records of a round: pairs of duplicate contacts with companies and deals. */
interface Ground {
  companies: number[]
  contacts: number[]
  deals: number[]
}

async function aGround(random: Random, round: number): Promise<Ground> {
  const ground: Ground = { companies: [], contacts: [], deals: [] }
  for (let n = 0; n < 4; n++) ground.companies.push((await aCompany(api)).id)
  for (let n = 0; n < 2 * pairs; n++) {
    const person = round * pairs + Math.floor(n / 2)
    const { id } = await aContact(api, {
      ...{ lastName: last[person % 10], firstName: first[Math.floor(person / 10) % 12] },
      birthDate: `19${50 + (person % 50)}-0${1 + (person % 9)}-11`,
      phones: [{ value: `+7 945 ${1_000_000 + person * 7919}` }],
      emails: [{ value: `p${person}@host${person}.example` }],
      companies: ground.companies.filter(() => random.chance(0.5)).map((company) => ({ id: company })),
    })
    ground.contacts.push(id)
    ground.deals.push((await aDeal(api, { contacts: [{ id }] })).id)
  }
  return ground
}

/** An answer that a race may end with: done, refused for what another request did, or missing by now. */
const expected = [200, 201, 202, 204, 404, 409, 412, 422]

/** Requests that run while the job merges. */
const actions: ((ground: Ground, random: Random) => Promise<{ status: number; body: unknown }>)[] = [
  async ({ contacts }, random) => {
    const [survivorId, id] = contacts.toSorted(() => random.below(3) - 1)
    return await api.call('post', '/v1/contacts/merge', { survivorId, ids: [id] })
  },
  ({ companies }, random) => {
    const [survivorId, id] = companies.toSorted(() => random.below(3) - 1)
    return api.call('post', '/v1/companies/merge', { survivorId, ids: [id] })
  },
  ({ contacts }, random) => api.call('patch', `/v1/contacts/${random.pick(contacts)}`, { source: 'CALL' }),
  ({ contacts }, random) => api.call('delete', `/v1/contacts/${random.pick(contacts)}`),
  ({ companies, contacts }, random) =>
    api.call('patch', `/v1/contacts/${random.pick(contacts)}`, { companies: [{ id: random.pick(companies) }] }),
  ({ companies, contacts }, random) =>
    api.call('patch', `/v1/companies/${random.pick(companies)}`, {
      contacts: { add: [{ id: random.pick(contacts) }] },
    }),
  ({ contacts, deals }, random) =>
    api.call('patch', `/v1/deals/${random.pick(deals)}`, { contacts: [{ id: random.pick(contacts) }] }),
]

it('merges many groups at once beside other writes, loses nothing and leaves nothing behind', async () => {
  const random = randomOf(seed)
  let merged = 0
  for (let round = 0; round < rounds; round++) {
    const ground = await aGround(random, round)
    await api.call('post', '/v1/contacts/duplicates/scan').expect(202)
    await api.work()
    const { body: job } = await api.call('post', '/v1/contacts/duplicates/merge').expect(202)
    const writes = Array.from({ length: 20 }, () => random.pick(actions)(ground, random))
    const [answers] = await Promise.all([Promise.all(writes), api.work()])
    for (const { status, body } of answers) {
      if (!expected.includes(status)) throw new Error(`${status} ${JSON.stringify(body)}`)
    }
    const { body } = await api.call('get', job.links.self).expect(200)
    expect(body.status).toBe('completed')
    merged += body.result.merged
    expect(await wrongsIn(api)).toEqual([])
  }
  // Most groups are merged, although others change some of them.
  expect(merged).toBeGreaterThan((rounds * pairs) / 4)
}, 7_200_000)
