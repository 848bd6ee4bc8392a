import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, type Saved } from '../seed.ts'

let api: Api
let right: Saved
beforeAll(async () => {
  api = await startApi()
  right = await aContact(api, { firstName: 'Ефросинья', lastName: 'Крестовоздвиженская' })
  await aContact(api, { firstName: 'Ефросим', lastName: 'Рыбкин' })
})
afterAll(() => api.close())

const found = async (path: string, q: string, more = ''): Promise<number[]> => {
  const { body } = await api.call('get', `/v1/${path}?q=${encodeURIComponent(q)}${more}`).expect(200)
  return body.data.map(({ id }: Saved) => id)
}

it.each(['Крестовоздвиженсая', 'Крестовоздивженская', 'Krestovosdvizhenskaya', 'Ефрасинья Крестовоздвиженская'])(
  'a search forgives the typing error in %s',
  async (q) => {
    expect(await found('contacts', q)).toEqual([right.id])
    const { body } = await api.call('get', `/v1/contacts?q=${encodeURIComponent(q)}&count=exact`).expect(200)
    expect(body).toMatchObject({ total: 1, totalKind: 'exact' })
  },
)

it('typing errors are forgiven in sorted lists, counts, facets, files and the search over all types', async () => {
  const q = 'Крестовоздвиженсая'
  const none = { filter: { field: 'lastName', op: 'eq', value: 'Рыбкин' }, q }
  expect(await found('contacts', q, '&sort=id')).toEqual([right.id])
  for (const count of ['exact', 'estimated']) {
    const { body } = await api.call('post', '/v1/contacts/count', { q, count }).expect(200)
    expect(body).toEqual({ total: 1, totalKind: 'exact' })
  }
  expect((await api.call('post', '/v1/contacts/count', none).expect(200)).body.total).toBe(0)
  const faceted = await api.call('post', '/v1/contacts/search', { q, facets: ['opened'], sort: 'id' }).expect(200)
  expect(faceted.body.facets).toEqual({ opened: [{ value: true, count: 1 }] })
  const file = await api.call('get', `/v1/contacts/export?q=${encodeURIComponent(q)}&mode=raw&fields=id`).expect(200)
  expect(file.text).toBe(`id\r\n${right.id}\r\n`)
  const { body } = await api.call('get', `/v1/search?q=${encodeURIComponent(q)}&types=contact`).expect(200)
  expect(body.data).toMatchObject([{ id: right.id, score: 0.5 }])
})

it('typing errors are not forgiven if the exact word is found', async () => {
  const [pair, alike] = [
    await aContact(api, { lastName: 'Соловейкин' }),
    await aContact(api, { lastName: 'Соловейчин' }),
  ]
  expect(await found('contacts', 'Соловейкин')).toEqual([pair.id])
  expect(await found('contacts', 'Соловейкин', '&sort=id')).toEqual([pair.id])
  expect(await found('contacts', 'Соловейшин')).toEqual([alike.id, pair.id])
  expect(await found('contacts', 'Соловейшин', '&sort=id')).toEqual([pair.id, alike.id])
})

it('the most similar of very many words are found, and the response says that there may be more', async () => {
  await api.pool.query(
    `insert into company (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, is_my_company, title)
     select 1, 1, now(), 1, now(), i % 4 = 0, '{}', false, 'Барабашчон ' || i from generate_series(1, 2500) as i`,
  )
  const newest = await aCompany(api, { title: 'Барабашчикин' })
  const q = 'Барабашчикон'
  const list = await api.call('post', '/v1/companies/search', { q, count: 'exact', facets: ['opened'] }).expect(200)
  expect(list.body.data[0].id).toBe(newest.id)
  const { total, totalKind } = list.body
  expect([total > 2000, totalKind]).toEqual([true, 'atLeast'])
  const counts: { count: number }[] = list.body.facets.opened
  expect(counts.reduce((sum, { count }) => sum + count, 0)).toBe(total)
  expect((await api.call('post', '/v1/companies/count', { q }).expect(200)).body).toEqual({ total, totalKind })
  for (const sort of ['', '&sort=id']) {
    const ids: number[] = []
    let start = `q=${encodeURIComponent(q)}${sort}`
    while (start) {
      const { body } = await api.call('get', `/v1/companies?limit=500&fields=id&${start}`).expect(200)
      ids.push(...body.data.map(({ id }: Saved) => id))
      start = body.page.next && `cursor=${body.page.next}`
    }
    expect([ids.length, new Set(ids).size]).toEqual([total, total])
  }
})

it('typing errors are not forgiven in short words and numbers', async () => {
  await aCompany(api, { title: 'Дом 12345' })
  expect(await found('companies', 'дым')).toEqual([])
  expect(await found('companies', '12354')).toEqual([])
})
