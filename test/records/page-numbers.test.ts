import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, asCaller, callers, limitsOf, type Saved } from '../seed.ts'

let server: Api
beforeAll(async () => {
  server = await startApi({ limitsOf })
})
afterAll(() => server.close())

describe.each(callers)('Pages by number for $name', ({ isLimited }) => {
  let api: Api
  beforeAll(async () => {
    api = isLimited ? await asCaller(server, 'Limited') : server
    for (let at = 0; at < 23; at++) {
      await aContact(api, { lastName: `Орлов ${at % 4}`, position: at % 3 ? null : `P${at % 2}` })
    }
  })

  const idsOf = (data: Saved[]) => data.map(({ id }) => id)
  const list = async (query: string) => (await api.call('get', `/v1/contacts?${query}`).expect(200)).body

  it.each(['sort=-id', 'sort=position,-lastName', 'filter[lastName][contains]=2', 'q=орлов', 'q=Orlov&sort=lastName'])(
    'are those that cursors lead to: %s',
    async (query) => {
      let next = ''
      for (let page = 1; page < 20; page++) {
        const [found, walked] = [
          await list(`${query}&limit=5&page=${page}&count=exact`),
          await list(next || `${query}&limit=5`),
        ]
        expect(idsOf(found.data)).toEqual(idsOf(walked.data))
        expect(found.total).toBe((await list(`${query}&count=exact`)).total)
        expect([found.page.next === null, found.page.prev === null]).toEqual([walked.page.next === null, page === 1])
        if (page > 1) {
          const before = await list(`cursor=${encodeURIComponent(found.page.prev)}&limit=5`)
          expect(idsOf(before.data)).toEqual(idsOf((await list(`${query}&limit=5&page=${page - 1}`)).data))
        }
        if (!walked.page.next) return
        next = `cursor=${encodeURIComponent(walked.page.next)}&limit=5`
      }
      throw new Error('The list has no end')
    },
  )

  it('link to their neighbours by cursors', async () => {
    const { headers, body } = await api.call('get', '/v1/contacts?sort=-id&limit=5&page=2&fields=id').expect(200)
    const target = (cursor: string) => `/v1/contacts?${new URLSearchParams({ limit: '5', fields: 'id', cursor })}`
    expect(headers.link).toBe(`<${target(body.page.next)}>; rel="next", <${target(body.page.prev)}>; rel="prev"`)
  })

  it('are empty after the end, with the way back', async () => {
    const { data, page, total } = await list('sort=-id&limit=500&page=20&count=exact')
    expect([data, page.next, total > 20]).toEqual([[], null, true])
    const { data: last } = await list(`limit=500&cursor=${encodeURIComponent(page.prev)}`)
    expect(idsOf(last)).toEqual(idsOf((await list('sort=-id&limit=500')).data))
    expect(await list('filter[lastName]=nobody&page=3')).toEqual({ data: [], page: { next: null, prev: null } })
  })

  it('are the same in a search', async () => {
    const { body } = await api.call('post', '/v1/contacts/search', { sort: '-id', limit: 5, page: 3 }).expect(200)
    expect(idsOf(body.data)).toEqual(idsOf((await list('sort=-id&limit=5&page=3')).data))
  })

  it('are refused where a cursor is needed, and beside one', async () => {
    const refused = async (query: string) => (await api.call('get', `/v1/contacts?${query}`).expect(400)).body.errors
    const message =
      'Numbers name pages among the first 10000 records only: at most page 100 at this limit. Follow `page.next` instead.'
    expect(await refused('limit=100&page=101')).toEqual([{ parameter: 'page', code: 'page_too_far', message }])
    const { next } = (await list('limit=5')).page
    expect(await refused(`limit=5&page=2&cursor=${encodeURIComponent(next)}`)).toEqual([
      { parameter: 'page', code: 'page_with_cursor', message: 'A cursor already names the page. Send one of the two.' },
    ])
    expect((await refused('page=0'))[0]).toMatchObject({ parameter: 'page' })
    const { body } = await api.call('post', '/v1/contacts/search', { limit: 100, page: 101 }).expect(422)
    expect(body.errors).toEqual([{ pointer: '/page', code: 'page_too_far', message }])
  })
})
