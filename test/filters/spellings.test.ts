import { type AddressInfo, connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, aDeal, type Saved } from '../seed.ts'

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

describe('A plus sign in the URL that is not encoded', () => {
  const names = async (query: string) => {
    const { body } = await api.call('get', `/v1/contacts?fields=lastName&sort=lastName&${query}`).expect(200)
    return body.data.map(({ lastName }: Saved) => lastName)
  }
  beforeAll(async () => {
    await api.call('post', '/v1/types/contact/fields', { code: 'page', kind: 'url', label: 'Page' }).expect(201)
    await aContact(api, {
      lastName: 'Nguyen Van',
      phones: [{ value: '+84 951 234 567' }],
      emails: [{ value: 'van+crm+new@x.example' }],
      websites: [{ value: 'x.example/?q=a+b' }],
      userFields: { page: 'https://x.example/?q=a+b' },
    })
    await aContact(api, { lastName: 'Петров', phones: [{ value: '8 495 123-45-67' }] })
  })

  it.each([
    ['of a phone', 'filter[phones]=+84951234567'],
    ['of a phone with spaces', 'filter[phones]=+84+951+234+567'],
    ['of the start of a phone', 'filter[phones][startsWith]=+84951'],
    ['of an e-mail', 'filter[emails]=van+crm+new@x.example'],
    ['of one e-mail of several', 'filter[emails][in]=a@x.example,van+crm+new@x.example'],
    ['of a part of an e-mail', 'filter[emails][contains]=van+crm'],
    ['of a website', 'filter[websites]=x.example/?q=a+b'],
    ['of a part of a URL', 'filter[userFields.page][contains]=q=a+b'],
  ])('is read as one where a space has no meaning: %s', async (_name, query) => {
    expect(await names(query)).toEqual(['Nguyen Van'])
  })

  it('is read as a space in free text', async () => {
    expect(await names('filter[lastName]=Nguyen+Van')).toEqual(['Nguyen Van'])
    expect(await names('filter[lastName]=Nguyen%2BVan')).toEqual([])
    expect(await names('q=van+nguyen')).toEqual(['Nguyen Van'])
  })

  it('is read as one in times and in names of time zones', async () => {
    const [past, future] = ['2026-01-01T00:00:00+03:00', '9999-01-01T00:00:00+03:00']
    expect(await names(`filter[createdAt][between]=${past},${future}`)).toEqual(['Nguyen Van', 'Петров'])
    expect(await names(`filter[createdAt][lt]=${past}`)).toEqual([])
    expect(await names('filter[createdAt]=today&timeZone=Etc/GMT+3')).toEqual(['Nguyen Van', 'Петров'])
    await api.call('get', `/v1/contacts?changedSince=${past}`).expect(200)
    await api.call('get', `/v1/analytics/deals?from=${past}&to=2026-02-01T00:00:00+03:00`).expect(200)
    await api.call('get', `/v1/analytics/deals?filter[createdAt][gte]=${past}`).expect(200)
    await api.call('get', `/v1/audit?from=${past}`).expect(200)
  })

  it('leads to the next page', async () => {
    const query = 'filter[createdAt][gte]=2026-01-01T00:00:00+03:00&timeZone=Etc/GMT+3&sort=id&limit=1'
    const first = await api.call('get', `/v1/contacts?${query}`).expect(200)
    const link = /<([^>]+)>; rel="next"/.exec(first.headers.link ?? '')?.[1] ?? ''
    const second = await api.call('get', link).expect(200)
    const again = await api.call('get', `/v1/contacts?${query}&cursor=${first.body.page.next}`).expect(200)
    expect(second.body.data).toMatchObject([{ lastName: 'Петров' }])
    expect(again.body.data).toEqual(second.body.data)
  })
})

describe('Letters and signs in the URL', () => {
  const sentence = 'Percent-encode the letters and signs of the URL, for example %D0%98 for И, or %2B for +.'
  const refused = (message: string, hint?: string) => ({
    ...{ type: '/docs/errors#malformed_request', title: 'Malformed request', status: 400, code: 'malformed_request' },
    detail: `url: ${message}`,
    errors: [{ parameter: 'url', code: 'unencoded_url', message, ...(hint && { hint }) }],
    ...{ instance: '', traceId: expect.any(String) },
  })
  let port: number
  beforeAll(async () => {
    await new Promise<void>((resolve) => void api.app.server.listen(0, resolve))
    port = (api.app.server.address() as AddressInfo).port
  })

  it.each([
    ['/v1/contacts?q=Орлов', '/v1/contacts?q=%D0%9E%D1%80%D0%BB%D0%BE%D0%B2'],
    ['/v1/contacts?filter[lastName]=ё&q=a%20"b"', '/v1/contacts?filter[lastName]=%D1%91&q=a%20"b"'],
  ])('must be encoded, and the answer has the encoded URL of %s', async (url, encoded) => {
    expect(await refusalOf(port, Buffer.from(url))).toEqual(refused(`${sentence} Did you mean ${encoded}?`, encoded))
    await api.call('get', encoded).expect(200)
  })

  it('are not guessed in another encoding than UTF-8', async () => {
    const url = Buffer.concat([Buffer.from('/v1/contacts?q='), Buffer.from([0xce, 0xf0, 0xeb, 0xee, 0xe2])])
    expect(await refusalOf(port, url)).toEqual(refused(sentence))
  })

  it('allow a slash at the end of the path', async () => {
    const { body } = await api.call('get', `/v1/deals/${deals[0]!.id}/?fields=title`).expect(200)
    expect(body).toMatchObject({ title: 'a' })
    await api.call('post', '/v1/deals/search/', { fields: ['id'] }).expect(200)
    await api.call('put', '/v1/deals/').expect(405)
  })
})

/** Sends a request with these bytes as the URL, and returns the body of the answer. */
async function refusalOf(port: number, url: Buffer): Promise<unknown> {
  const socket = connect(port, '127.0.0.1')
  const headers = ` HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${api.key}\r\n\r\n`
  socket.write(Buffer.concat([Buffer.from('GET '), url, Buffer.from(headers)]))
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(part as Buffer)
  const answer = Buffer.concat(parts).toString()
  return JSON.parse(answer.slice(answer.indexOf('{')))
}
