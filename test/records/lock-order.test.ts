import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import pg from 'pg'
import request from 'supertest'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, read } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  // Uses one listener for all requests: supertest would open and close one per request.
  const address = await api.app.listen({ port: 0 })
  const call: Api['call'] = (method, path, body) =>
    request(address)
      [method](path)
      .set('authorization', `Bearer ${api.key}`)
      .send(body as object)
  api = { ...api, call }
})
afterAll(() => api.close())

type Answer = { status: number; body: Record<string, unknown> }

/** Sends all requests at once. Returns their statuses and the number of deadlocks. */
async function atOnce(count: number, work: (index: number) => PromiseLike<Answer>) {
  const query = jest.spyOn(pg.Client.prototype, 'query')
  const answers = await Promise.all(Array.from({ length: count }, (_, index) => work(index)))
  const settled = await Promise.allSettled(query.mock.results.map(({ value }) => value as Promise<unknown>))
  query.mockRestore()
  const deadlocks = settled.filter((one) => one.status === 'rejected' && one.reason.code === '40P01').length
  return { statuses: [...new Set(answers.map(({ status }) => status))], deadlocks }
}

const smooth = { statuses: [200], deadlocks: 0 }
const create = (type: string) => ({ op: 'create', type, data: { title: type } })
const comment = (type: string, id: number, n: number) => ({ op: 'update', type, id, data: { comment: `${n}` } })
const swapped = <T>(n: number, list: T[]) => (n % 2 ? list.toReversed() : list)

describe('Batches never deadlock, whatever their order', () => {
  it('with new numbered records', async () => {
    const operations = [create('quote'), create('invoice'), create('deal')]
    const sent = (n: number) => api.call('post', '/v1/batch', { operations: swapped(n, operations) })
    expect(await atOnce(12, sent)).toEqual(smooth)
  })

  it('with new numbered records that reference each other', async () => {
    const [quote, invoice] = [create('quote'), create('invoice')]
    const orders = [
      [
        { ...quote, as: 'q' },
        { ...invoice, data: { quoteId: { $ref: 'q' } } },
      ],
      [{ ...invoice, as: 'i' }, comment('invoice', 0, 1), quote].map((one) =>
        'id' in one ? { ...one, id: { $ref: 'i' } } : one,
      ),
    ]
    expect(await atOnce(12, (n) => api.call('post', '/v1/batch', { operations: orders[n % 2] }))).toEqual(smooth)
  })

  it('with records of one type and of several', async () => {
    const contacts = await Promise.all([1, 2, 3].map(() => aContact(api)))
    const company = await aCompany(api)
    const sent = (n: number) => {
      const list = contacts.map(({ id }) => comment('contact', id, n))
      return api.call('post', '/v1/batch', { operations: swapped(n, [...list, comment('company', company.id, n)]) })
    }
    expect(await atOnce(12, sent)).toEqual(smooth)
  })

  it('with records by their keys', async () => {
    const key = (source: string) => [{ source, key: '1' }]
    await aContact(api, { externalIds: key('order') })
    await aCompany(api, { externalIds: key('order') })
    const upsert = (type: string, n: number) => ({
      ...{ op: 'upsert', type, external: key('order')[0], data: { comment: `${n}` } },
    })
    const sent = (n: number) =>
      api.call('post', '/v1/batch', { operations: swapped(n, [upsert('contact', n), upsert('company', n)]) })
    expect(await atOnce(12, sent)).toEqual(smooth)
  })
})

describe('Replaced lists of links never deadlock', () => {
  const some = (records: { id: number }[], n: number) =>
    records.filter((_, index) => (index * 7 + n * 3) % 5 < 2).map(({ id }) => ({ id }))

  it('from both sides', async () => {
    const contacts = await Promise.all(Array.from({ length: 8 }, () => aContact(api)))
    const companies = await Promise.all(Array.from({ length: 8 }, () => aCompany(api)))
    const sent = (n: number) =>
      n % 2
        ? api.call('patch', `/v1/contacts/${contacts[(n * 3) % 8]!.id}`, { companies: some(companies, n) })
        : api.call('patch', `/v1/companies/${companies[(n * 5) % 8]!.id}`, { contacts: some(contacts, n) })
    expect(await atOnce(40, sent)).toEqual(smooth)
    const pairs = async (records: { id: number }[], path: string, field: string) => {
      const all = await Promise.all(records.map(({ id }) => read(api, `${path}/${id}`)))
      return all.flatMap((one) => (one[field] as { id: number }[]).map(({ id }) => [one.id, id]))
    }
    const turned = (await pairs(companies, 'companies', 'contacts')).map(([company, contact]) => [contact, company])
    expect(turned.map(String).sort()).toEqual((await pairs(contacts, 'contacts', 'companies')).map(String).sort())
  })

  it('from one side, and in batches', async () => {
    const contacts = await Promise.all(Array.from({ length: 8 }, () => aContact(api)))
    const companies = await Promise.all(Array.from({ length: 8 }, () => aCompany(api)))
    const list = (n: number) => ({
      ...{ op: 'update', type: 'company', id: companies[(n * 5) % 8]!.id, data: { contacts: some(contacts, n) } },
    })
    const back = (n: number) => ({
      ...{ op: 'update', type: 'contact', id: contacts[(n * 3) % 8]!.id, data: { companies: some(companies, n) } },
    })
    const sent = (n: number) =>
      n % 3
        ? api.call('patch', `/v1/companies/${list(n).id}`, list(n).data)
        : api.call('post', '/v1/batch', { operations: swapped(n, [list(n), back(n), list(n + 1)]) })
    expect(await atOnce(24, sent)).toEqual(smooth)
  })
})
