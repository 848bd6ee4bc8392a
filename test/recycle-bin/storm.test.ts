import { afterAll, beforeAll, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, read, type Saved } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  const at = await api.app.listen({ port: 0 })
  const { default: request } = await import('supertest')
  // Uses one listener for all requests: supertest would open and close one per request.
  api.call = (method, path, body) => {
    const call = request(at)[method](path).set('authorization', `Bearer ${api.key}`)
    return body === undefined ? call : call.send(body as object)
  }
})
afterAll(() => api.close())

type Link = { id: number; primary: boolean }
const operation = fc.record({
  what: fc.constantFrom('delete', 'restore', 'add', 'remove', 'whole', 'primary'),
  isContact: fc.boolean(),
  one: fc.nat(3),
  other: fc.nat(3),
})
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never

it('links stay the same from both sides when many clients edit, delete and restore concurrently', async () => {
  const contacts = await Promise.all([1, 2, 3, 4].map(() => aContact(api)))
  const companies = await Promise.all(
    [1, 2, 3, 4].map(() => aCompany(api, { contacts: contacts.map(({ id }) => ({ id })) })),
  )
  const perform = ({ what, isContact, one, other }: Operation) => {
    const [plural, prefix, field] = isContact ? ['contacts', 'C', 'companies'] : ['companies', 'CO', 'contacts']
    const [own, linked] = isContact ? [contacts[one]!, companies[other]!] : [companies[one]!, contacts[other]!]
    if (what === 'delete') return api.call('delete', `/v1/${plural}/${own.id}`)
    if (what === 'restore') return api.call('post', `/v1/recycle-bin/${prefix}_${own.id}/restore`)
    const list = {
      add: { add: [{ id: linked.id }] },
      remove: { remove: [linked.id] },
      whole: [{ id: linked.id }],
      primary: { add: [{ id: linked.id, primary: true }] },
    }[what]
    return api.call('patch', `/v1/${plural}/${own.id}`, { [field!]: list })
  }
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const operations = fc.sample(operation, { numRuns: 30, seed })
    const answers = await Promise.all(operations.map(perform))
    for (const { status, body } of answers)
      expect([[200, 204, 404, 422], body]).toEqual([expect.arrayContaining([status]), body])
    for (const [prefix, records] of [
      ['C', contacts],
      ['CO', companies],
    ] as const) {
      for (const { id } of records) await api.call('post', `/v1/recycle-bin/${prefix}_${id}/restore`)
    }
    await agree(contacts, companies)
  }
}, 120_000)

async function agree(contacts: Saved[], companies: Saved[]): Promise<void> {
  const pairs = async (records: Saved[], plural: string, field: string) => {
    const found: [number, number][] = []
    for (const { id } of records) {
      const record = await read(api, `${plural}/${id}`)
      const links = record[field] as Link[]
      expect(links.filter(({ primary }) => primary)).toHaveLength(links.length ? 1 : 0)
      expect(new Set(links.map((link) => link.id)).size).toBe(links.length)
      found.push(...links.map((link): [number, number] => [id, link.id]))
      const { body } = await api.call('get', `/v1/${plural}/${id}/history?limit=500`).expect(200)
      const versions = (body.data as { version: number }[]).map(({ version }) => version)
      expect(versions).toEqual(Array.from({ length: record.version }, (_, index) => record.version - index))
    }
    return found
  }
  const left = (await pairs(contacts, 'contacts', 'companies')).map(([contact, company]) => `${contact} ${company}`)
  const right = (await pairs(companies, 'companies', 'contacts')).map(([company, contact]) => `${contact} ${company}`)
  expect(right.sort()).toEqual(left.sort())
}
