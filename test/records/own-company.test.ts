import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, anInvoice, aQuote, asCaller, limitsOf } from '../seed.ts'

let api: Api
let limited: Api
beforeAll(async () => {
  api = await startApi({ limitsOf })
  limited = await asCaller(api, 'Limited')
})
afterAll(() => api.close())

it('A new quote or invoice gets the first own company that its creator may read, unless one is given', async () => {
  expect((await aQuote(api)).myCompanyId).toBeNull()
  const [first, second] = [await aCompany(api, { isMyCompany: true }), await aCompany(api, { isMyCompany: true })]
  for (const make of [aQuote, anInvoice]) {
    expect((await make(api)).myCompanyId).toBe(first.id)
    expect((await make(api, { myCompanyId: second.id })).myCompanyId).toBe(second.id)
    expect((await make(api, { myCompanyId: null })).myCompanyId).toBeNull()
    expect((await make(limited)).myCompanyId).toBeNull()
  }
  const theirs = await aCompany(limited, { isMyCompany: true })
  expect((await anInvoice(limited)).myCompanyId).toBe(theirs.id)
  await api.call('delete', `/v1/companies/${first.id}`).expect(204)
  expect((await anInvoice(api)).myCompanyId).toBe(second.id)
})

it('Other companies are refused, also in batches, but a former own company may stay', async () => {
  const [other, own] = [await aCompany(api), await aCompany(api, { isMyCompany: true })]
  const fault = { pointer: '/myCompanyId', code: 'not_own_company' }
  for (const path of ['quotes', 'invoices']) {
    const { body } = await api.call('post', `/v1/${path}`, { myCompanyId: other.id }).expect(422)
    expect(body.errors).toMatchObject([fault])
    const record = (await api.call('post', `/v1/${path}`, { myCompanyId: own.id }).expect(201)).body
    const operations = [{ op: 'update', id: record.id, data: { myCompanyId: other.id } }]
    const batch = await api.call('post', `/v1/${path}/batch`, { operations }).expect(422)
    expect(batch.body.results[0].problem.errors).toMatchObject([
      { ...fault, pointer: '/operations/0/data/myCompanyId' },
    ])
    await api.call('patch', `/v1/companies/${own.id}`, { isMyCompany: false }).expect(200)
    const changed = await api.call('patch', `/v1/${path}/${record.id}`, { myCompanyId: own.id, comment: 'kept' })
    expect(changed.body).toMatchObject({ myCompanyId: own.id, comment: 'kept', version: 2 })
    await api.call('patch', `/v1/companies/${own.id}`, { isMyCompany: true }).expect(200)
  }
})

it('New records in one batch get the same own company', async () => {
  const { id } = await aCompany(limited, { title: 'Own', isMyCompany: true })
  await api.pool.query('update company set is_my_company = false where id <> $1', [id])
  const operations = Array.from({ length: 20 }, () => ({ op: 'create', data: {} }))
  const { body } = await api.call('post', '/v1/quotes/batch', { operations }).expect(200)
  const companies = body.results.map(({ record }: { record: { myCompanyId: number } }) => record.myCompanyId)
  expect(companies).toEqual(Array(20).fill(id))
})
