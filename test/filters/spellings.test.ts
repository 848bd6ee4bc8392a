import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aDeal, type Saved } from '../seed.ts'

let api: Api
let deals: Saved[]
beforeAll(async () => {
  api = await startApi()
  deals = []
  for (const title of ['a', 'b', 'c', 'a, b', 'Орловы']) deals.push(await aDeal(api, { title }))
})
afterAll(() => api.close())

const titles = async (query: string) => {
  const { body } = await api.call('get', `/v1/deals?fields=title&sort=id&${query}`).expect(200)
  return body.data.map(({ title }: Saved) => title)
}

describe('A list of conditions in the URL', () => {
  it.each([
    ['with commas', (a: number, c: number) => `filter[id][in]=${a},${c}`],
    ['repeated', (a: number, c: number) => `filter[id][in]=${a}&filter[id][in]=${c}`],
    ['with brackets', (a: number, c: number) => `filter[id][in][]=${a}&filter[id][in][]=${c}`],
    ['with encoded brackets', (a: number, c: number) => `filter%5Bid%5D%5Bin%5D%5B%5D=${a}&filter[id][in][]=${c}`],
    ['with numbered brackets', (a: number, c: number) => `filter[id][in][1]=${c}&filter[id][in][0]=${a}`],
    ['as JSON', (a: number, c: number) => `filter[id]={"in":[${a},${c}]}`],
    ['as JSON with texts', (a: number, c: number) => `filter[id]={"in":["${a}","${c}"]}`],
    ['as JSON with commas', (a: number, c: number) => `filter[id]={"in":"${a},${c}"}`],
  ])('is read %s', async (_name, query) => {
    expect(await titles(query(deals[0]!.id, deals[2]!.id))).toEqual(['a', 'c'])
  })

  it('takes commas as they are in items of their own', async () => {
    expect(await titles('filter[title][in]=a, b&filter[title][in]=c')).toEqual(['c', 'a, b'])
    expect(await titles('filter[title][in][]=a, b')).toEqual(['a, b'])
    expect(await titles('filter[title][in]=a, b')).toEqual(['a', 'b'])
  })

  it('is read from what Swagger UI sends', async () => {
    const query = new URLSearchParams({ 'filter[title]': '{"contains":"рло"}' })
    expect(await titles(String(query))).toEqual(['Орловы'])
  })

  it('leads to the next page in the same spelling', async () => {
    const [a, , c] = deals
    const query = `filter[id][in]=${a!.id}&filter[id][in]=${c!.id}&fields=id&fields=title&limit=1&sort=id`
    const first = await api.call('get', `/v1/deals?${query}`).expect(200)
    const link = /<([^>]+)>; rel="next"/.exec(first.headers.link ?? '')?.[1] ?? ''
    const second = await api.call('get', link).expect(200)
    expect([first.body.data, second.body.data]).toEqual([[{ id: a!.id, title: 'a' }], [{ id: c!.id, title: 'c' }]])
    await api.call('get', `/v1/deals?${query}&cursor=${first.body.page.next}`).expect(200)
  })
})

describe('A list of names in the URL', () => {
  const keys = async (path: string) => Object.keys((await api.call('get', path).expect(200)).body.data[0]).sort()

  it.each([
    ['with commas', 'fields=id,title&sort=-amount,id&expand=company,responsible'],
    ['repeated', 'fields=id&fields=title&sort=-amount&sort=id&expand=company&expand=responsible'],
    ['with brackets', 'fields[]=id&fields[]=title&sort[]=-amount&sort[]=id&expand[]=company&expand[]=responsible'],
    ['with numbers', 'fields[0]=id&fields[1]=title&sort[1]=id&sort[0]=-amount&expand[0]=company'],
  ])('is read %s', async (_name, query) => {
    expect(await keys(`/v1/deals?${query}`)).toEqual(['expanded', 'id', 'title'])
  })

  it('is read for one record, for exports and for searches too', async () => {
    const { body } = await api.call('get', `/v1/deals/${deals[0]!.id}?fields=id&fields=title`).expect(200)
    expect(body).toEqual({ id: deals[0]!.id, title: 'a' })
    await api.call('get', '/v1/search?q=a&types=deal&types=contact').expect(200)
    const file = await api.call('get', '/v1/deals/export?mode=raw&columns[]=id&columns[]=title').expect(200)
    expect(file.text.split('\n')[0]?.trim().replace('\ufeff', '')).toBe('id,title')
  })

  it('is a text or a list alike in a body', async () => {
    const ids = async (sort: unknown) => {
      const { body } = await api.call('post', '/v1/deals/search', { sort, fields: ['id'] }).expect(200)
      return body.data.map(({ id }: Saved) => id)
    }
    expect(await ids(['title', '-id'])).toEqual(await ids('title,-id'))
  })
})

describe('Letters and signs in the URL', () => {
  it('must be encoded, and the answer says how', async () => {
    await new Promise<void>((resolve) => void api.app.server.listen(0, resolve))
    const { port } = api.app.server.address() as AddressInfo
    const answer = await answerTo(port, 'GET /v1/contacts?q=Орлов')
    expect(JSON.parse(answer.slice(answer.indexOf('{')))).toEqual({
      ...{ type: '/docs/errors#malformed_request', title: 'Malformed request', status: 400, code: 'malformed_request' },
      detail: 'url: Percent-encode the letters and signs of the URL, for example %D0%98 for И, or %2B for +.',
      errors: [
        {
          parameter: 'url',
          code: 'unencoded_url',
          message: 'Percent-encode the letters and signs of the URL, for example %D0%98 for И, or %2B for +.',
        },
      ],
      ...{ instance: '', traceId: expect.any(String) },
    })
  })

  it('allow a slash at the end of the path', async () => {
    const { body } = await api.call('get', `/v1/deals/${deals[0]!.id}/?fields=title`).expect(200)
    expect(body).toMatchObject({ title: 'a' })
    await api.call('post', '/v1/deals/search/', { fields: ['id'] }).expect(200)
    await api.call('put', '/v1/deals/').expect(405)
  })
})

/** Sends the start of a request as it is, and returns the answer. */
async function answerTo(port: number, start: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(`${start} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${api.key}\r\n\r\n`)
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(part as Buffer)
  return Buffer.concat(parts).toString()
}
