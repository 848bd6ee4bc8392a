import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aDeal, asCaller, callers, limitsOf, type Saved } from '../seed.ts'

let server: Api
beforeAll(async () => {
  server = await startApi({ limitsOf })
})
afterAll(() => server.close())

describe.each(callers)('The order of given ids for $name', ({ isLimited }) => {
  let api: Api
  let ids: number[]
  let unread: number[]
  beforeAll(async () => {
    api = isLimited ? await asCaller(server, 'Limited') : server
    const made: Saved[] = []
    for (let at = 0; at < 5; at++) made.push(await aDeal(api, { title: `D${at}` }))
    const [a, b, c, d, e] = made.map(({ id }) => id) as [number, number, number, number, number]
    await api.call('delete', `/v1/deals/${e}`).expect(204)
    unread = isLimited ? [(await aDeal(server)).id, e, 5_000_001] : [e, 5_000_001]
    ids = [c, a, d, b]
  })

  const asked = () => [...ids.slice(0, 2), ...unread, ...ids.slice(2), ids[0]]
  const list = async (query: string) => (await api.call('get', `/v1/deals?${query}`).expect(200)).body
  const idsOf = ({ data }: { data: Saved[] }) => data.map(({ id }) => id)

  it('is kept, and missing ids are named', async () => {
    const body = await list(`filter[id][in]=${asked()}&sort=given&fields=title&count=exact`)
    expect([idsOf(body), body.missing, body.total]).toEqual([ids, unread, 4])
    const filter = { and: [{ field: 'id', op: 'in', value: asked() }] }
    const { body: found } = await api.call('post', '/v1/deals/search', { filter, sort: 'given' }).expect(200)
    expect([idsOf(found), found.missing]).toEqual([ids, unread])
    const also = await list(`filter[id][in]=${asked()}&filter[title]=D0&sort=given`)
    expect([idsOf(also), also.missing]).toEqual([[ids[1]], unread])
  })

  it('goes on from page to page, in both directions', async () => {
    const first = await list(`filter[id][in]=${asked()}&sort=given&limit=3`)
    const next = await list(`cursor=${encodeURIComponent(first.page.next)}&limit=3&sort=given`)
    expect([idsOf(first), idsOf(next), next.missing]).toEqual([ids.slice(0, 3), ids.slice(3), unread])
    expect(idsOf(await list(`cursor=${encodeURIComponent(next.page.prev)}&limit=3`))).toEqual(ids.slice(0, 3))
    expect(idsOf(await list(`filter[id][in]=${asked()}&sort=given&limit=3&page=2`))).toEqual(ids.slice(3))
  })

  it.each(['', '&filter[title]=D0', '&filter[responsibleId][in]=1,3'])('needs ids: sort=given%s', async (filter) => {
    const { body } = await api.call('get', `/v1/deals?sort=given${filter}`).expect(400)
    const message = 'This order needs a filter with a list of ids: `filter[id][in]=3,1`.'
    expect(body.errors).toEqual([{ parameter: 'sort', code: 'given_without_ids', message }])
  })
})
