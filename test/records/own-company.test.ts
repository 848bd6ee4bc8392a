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

it('A new quote or invoice is of the first own company that its creator may read, unless it names another or none', async () => {
  const other = await aCompany(api)
  expect((await aQuote(api)).myCompanyId).toBeNull()
  const [first, second] = [await aCompany(api, { isMyCompany: true }), await aCompany(api, { isMyCompany: true })]
  for (const make of [aQuote, anInvoice]) {
    expect((await make(api)).myCompanyId).toBe(first.id)
    expect((await make(api, { myCompanyId: second.id })).myCompanyId).toBe(second.id)
    expect((await make(api, { myCompanyId: other.id })).myCompanyId).toBe(other.id)
    expect((await make(api, { myCompanyId: null })).myCompanyId).toBeNull()
    expect((await make(limited)).myCompanyId).toBeNull()
  }
  const theirs = await aCompany(limited, { isMyCompany: true })
  expect((await anInvoice(limited)).myCompanyId).toBe(theirs.id)
  await api.call('delete', `/v1/companies/${first.id}`).expect(204)
  expect((await anInvoice(api)).myCompanyId).toBe(second.id)
})

it('What is made in one batch is of the same own company', async () => {
  const { id } = await aCompany(limited, { title: 'Own', isMyCompany: true })
  await api.pool.query('update company set is_my_company = false where id <> $1', [id])
  const operations = Array.from({ length: 20 }, () => ({ op: 'create', data: {} }))
  const { body } = await api.call('post', '/v1/quotes/batch', { operations }).expect(200)
  const companies = body.results.map(({ record }: { record: { myCompanyId: number } }) => record.myCompanyId)
  expect(companies).toEqual(Array(20).fill(id))
})
