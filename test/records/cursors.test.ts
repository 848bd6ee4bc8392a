import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, aDeal } from '../seed.ts'

let api: Api
let cursor: string
const first = 'filter[createdAt][gte]=last7Days&filter[title][in]=a,b&sort=-createdAt,title&timeZone=Europe/Moscow'
beforeAll(async () => {
  api = await startApi()
  await aContact(api)
  for (const title of ['a', 'b', 'a', 'b', 'c']) await aDeal(api, { title })
  const { body } = await api.call('get', `/v1/deals?${first}&limit=2&fields=title`).expect(200)
  cursor = body.page.next
})
afterAll(() => api.close())

const conditions = [
  { field: 'title', op: 'in', value: ['b', 'a'] },
  { field: 'createdAt', op: 'gte', value: 'last7Days' },
]

describe('A request with a cursor may repeat the parameters of its list', () => {
  it.each([
    first,
    'filter[title][in]=a,b&filter[createdAt][gte]=last7Days',
    'filter[title][in]="b", a&filter[createdAt][gte]=last7Days',
    'sort=-createdAt, title',
    'sort=-createdAt,title,id',
    'timeZone=europe/moscow',
  ])('in the URL: %s', async (query) => {
    const { body } = await api.call('get', `/v1/deals?cursor=${cursor}&limit=2&${query}`).expect(200)
    expect(body.data).toHaveLength(2)
  })

  it.each<[string, object]>([
    ['a group', { and: conditions }],
    [
      'members and conditions in another order',
      { and: conditions.toReversed().map(({ field, ...rest }) => ({ ...rest, field })) },
    ],
  ])('in a body: %s', async (_, filter) => {
    const { body } = await api.call('post', '/v1/deals/search', { cursor, filter, limit: 2 }).expect(200)
    expect(body.data).toHaveLength(2)
  })

  it('with an operator in its short or full form', async () => {
    const page = await api.call('get', '/v1/deals?filter[title]=a&limit=1').expect(200)
    await api.call('get', `/v1/deals?filter[title][eq]=a&cursor=${page.body.page.next}`).expect(200)
    const filter = { field: 'title', value: 'a' }
    await api.call('post', '/v1/deals/search', { filter, cursor: page.body.page.next }).expect(200)
  })
})

describe('A request with a cursor may not change the parameters of its list', () => {
  const fault = (place: object, name: string) => ({
    ...{ ...place, code: 'kept_by_cursor' },
    message: `The cursor already contains ${name}. Omit it or keep it unchanged.`,
  })

  it('in the URL', async () => {
    const query = 'filter[title]=a&sort=title&q=a&timeZone=Asia/Omsk'
    const { body } = await api.call('get', `/v1/deals?cursor=${cursor}&${query}`).expect(400)
    expect(body).toMatchObject({
      code: 'cursor_mismatch',
      errors: ['filter', 'q', 'sort', 'timeZone'].map((name) => fault({ parameter: name }, name)),
    })
  })

  it('in a body', async () => {
    const asked = { cursor, filter: conditions[0], sort: 'title', q: 'a', timeZone: 'Asia/Omsk' }
    const { body } = await api.call('post', '/v1/deals/search', asked).expect(400)
    expect(body).toMatchObject({
      code: 'cursor_mismatch',
      errors: ['filter', 'q', 'sort', 'timeZone'].map((name) => fault({ pointer: `/${name}` }, name)),
    })
  })

  it('and other faults are returned as usual', async () => {
    const { body } = await api.call('get', `/v1/deals?cursor=${cursor}&filter[titel]=a&sort=titel`).expect(400)
    expect(body.errors).toMatchObject([
      { parameter: 'filter[titel]', code: 'unknown_field' },
      { parameter: 'sort', code: 'unknown_field' },
    ])
  })

  it('nor use the cursor of another list in a body', async () => {
    const { body } = await api.call('post', '/v1/contacts/search', { cursor }).expect(400)
    expect(body).toMatchObject({
      code: 'invalid_cursor',
      errors: [{ pointer: '/cursor', code: 'invalid_parameter' }],
    })
  })
})

describe('Link headers to the next and previous pages', () => {
  const linksIn = (header = '') =>
    [...header.matchAll(/<([^>]+)>; rel="(\w+)"/g)].map(([, path = '', rel]) => ({ path, rel }))

  it('have the parameters that their cursors do not store', async () => {
    const asked = `${first}&limit=1&fields=id,title&expand=company&count=exact`
    const { headers, body } = await api.call('get', `/v1/deals?${asked}`).expect(200)
    const [next] = linksIn(headers.link)
    expect(Object.fromEntries(new URLSearchParams(next!.path.split('?')[1]))).toEqual({
      ...{ limit: '1', fields: 'id,title', expand: 'company', count: 'exact' },
      cursor: body.page.next,
    })
    const second = await api.call('get', next!.path).expect(200)
    expect(second.body).toMatchObject({ data: [{ expanded: { company: null } }], total: 4 })
    const rels = linksIn(second.headers.link)
    expect(rels.map(({ rel }) => rel)).toEqual(['next', 'prev'])
    expect((await api.call('get', rels[1]!.path).expect(200)).body.data).toEqual(body.data)
  })

  it('of a history have its mode', async () => {
    const { body } = await api.call('get', '/v1/deals?limit=1&fields=id').expect(200)
    const path = `/v1/deals/${body.data[0].id}`
    await api.call('patch', path, { title: 'z' }).expect(200)
    const { headers } = await api.call('get', `${path}/history?mode=people&limit=1&filter[version][gt]=0`).expect(200)
    expect(linksIn(headers.link)[0]!.path).toMatch(/\/history\?mode=people&limit=1&cursor=[\w-]+$/)
  })

  it('of other lists have all parameters', async () => {
    for (const name of ['A', 'B', 'C']) await api.call('post', '/v1/groups', { name }).expect(201)
    await api
      .call('get', '/v1/groups')
      .expect(200)
      .expect(({ headers }) => expect(headers.link).toBeUndefined())
    const first = await api.call('get', '/v1/groups?limit=1&labels=all').expect(200)
    const [next] = linksIn(first.headers.link)
    expect(next).toEqual({ path: `/v1/groups?limit=1&labels=all&cursor=${first.body.page.next}`, rel: 'next' })
    const { headers, body } = await api.call('get', next!.path).expect(200)
    expect(body.data).toMatchObject([{ name: { en: 'B' } }])
    expect(linksIn(headers.link).map(({ rel }) => rel)).toEqual(['next', 'prev'])
  })

  it('are omitted if they are too long for a header', async () => {
    const ids = [1, 2, 3, 4, 5, 6, ...Array.from({ length: 700 }, (_, index) => index + 1_000_000)]
    const { headers, body } = await api.call('get', `/v1/deals?filter[id][in]=${ids}&limit=1`).expect(200)
    expect([headers.link, body.page.next]).toEqual([undefined, expect.any(String)])
    const second = await api.call('get', `/v1/deals?limit=1&cursor=${body.page.next}`).expect(200)
    expect([second.headers.link, second.body.data.length]).toEqual([undefined, 1])
  })
})
