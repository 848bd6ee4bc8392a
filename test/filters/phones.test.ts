import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, type Saved } from '../seed.ts'

let api: Api
const byName = new Map<string, number>()
beforeAll(async () => {
  api = await startApi()
  const phones = { moscow: '8 (495) 123-45-67', mobile: '+7 945 000-11-22', london: '+44 20 7946 8945', inner: '7945' }
  for (const [name, value] of Object.entries(phones)) {
    const company = await aCompany(api, { phones: [{ value }] })
    byName.set(name, (await aContact(api, { phones: [{ value }], companies: [{ id: company.id }] })).id)
  }
})
afterAll(() => api.close())

describe.each(['phones', 'companies.phones'])('Filters on %s', (field) => {
  it.each<[op: string, part: string, names: string[]]>([
    ['startsWith', '+7945', ['mobile']],
    ['startsWith', '+7 (945)', ['mobile']],
    ['startsWith', '7945', ['mobile', 'inner']],
    ['startsWith', '8945', ['mobile']],
    ['startsWith', '8 (945)', ['mobile']],
    ['startsWith', '945', ['mobile']],
    ['startsWith', '44 20', ['london']],
    ['startsWith', '20 7946', []],
    ['startsWith', '+8945', []],
    ['endsWith', '22', ['mobile']],
    ['endsWith', '8 945 000-11-22', ['mobile']],
    ['endsWith', '945', ['london', 'inner']],
    ['notContains', '8945', ['moscow', 'inner']],
    ['contains', '8945', ['mobile', 'london']],
    ['contains', '8 (495) 123', ['moscow']],
    ['contains', '+7 945', ['mobile']],
    ['contains', '123-45', ['moscow']],
    ['contains', '7946', ['london']],
  ])('%s %s finds %j', async (op, part, names) => {
    const ids = names.map((name) => byName.get(name))
    const found = async (answer: Promise<{ body: { data: Saved[] } }>) => (await answer).body.data.map(({ id }) => id)
    const inUrl = new URLSearchParams({ [`filter[${field}][${op}]`]: part, sort: 'id' })
    expect(await found(api.call('get', `/v1/contacts?${inUrl}`).expect(200))).toEqual(ids)
    const body = { filter: { field, op, value: part }, sort: 'id' }
    expect(await found(api.call('post', '/v1/contacts/search', body).expect(200))).toEqual(ids)
  })
})
