import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { problem } from '../people/callers.ts'
import { aDeal, anInvoice, read } from '../seed.ts'

// Question 23: which currencies there are, how to change the base currency and that of reports and invoices.

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const setRate = (code: string, date: string, amount: string) =>
  api.call('put', `/v1/currencies/${code}/rates/${date}`, { amount })

it('has several currencies, one of which is the base currency, and adds others', async () => {
  const { body } = await api.call('get', '/v1/currencies').expect(200)
  expect(body.data.length).toBeGreaterThan(1)
  expect(
    body.data.filter(({ isBase }: { isBase: boolean }) => isBase).map(({ code }: { code: string }) => code),
  ).toEqual(['RUB'])
  await api.call('post', '/v1/currencies', { code: 'AMD', name: { en: 'Dram', ru: 'Драм' } }).expect(201)
})

it('changes the base currency without recalculating rates and records, and says so', async () => {
  const [old, priced] = [await aDeal(api, { amount: '100.00' }), await aDeal(api, { amount: '5', currency: 'EUR' })]
  await setRate('USD', '2026-01-01', '90').expect(201)
  await setRate('EUR', '2026-01-01', '99.5').expect(201)
  const { body } = await api.call('patch', '/v1/settings', { baseCurrency: 'USD' }).expect(200)
  expect([body.baseCurrency, body.warnings]).toEqual([
    'USD',
    [
      {
        setting: 'baseCurrency',
        code: 'base_currency_changed',
        message:
          'Neither rates nor amounts of records were recalculated. Enter the rates of all currencies again, relative to the new base currency.',
      },
    ],
  ])
  for (const { id } of [old, priced]) {
    const [{ amount, currency, version }, before] = [await read(api, `deals/${id}`), id === old.id ? old : priced]
    expect([amount, currency, version]).toEqual([before.amount, before.currency, before.version])
  }
  const { body: rates } = await api.call('get', '/v1/currencies/EUR/rates').expect(200)
  expect(rates.data).toEqual([{ date: '2026-01-01', amount: '99.5', nominal: 1 }])
  expect((await aDeal(api)).currency).toBe('USD')
  const bases = (await api.call('get', '/v1/currencies').expect(200)).body.data
  expect(bases.filter(({ isBase }: { isBase: boolean }) => isBase)).toMatchObject([{ code: 'USD' }])
  const same = await api.call('patch', '/v1/settings', { baseCurrency: 'USD' }).expect(200)
  expect(same.body.warnings).toEqual([])
})

it('chooses the currency of reports and that of invoices separately', async () => {
  const { body } = await api
    .call('patch', '/v1/settings', { reportCurrency: 'EUR', invoiceCurrency: 'RUB' })
    .expect(200)
  expect(body).toMatchObject({ baseCurrency: 'USD', reportCurrency: 'EUR', invoiceCurrency: 'RUB', warnings: [] })
  expect((await anInvoice(api)).currency).toBe('RUB')
  expect((await aDeal(api)).currency).toBe('USD')
})

it('deletes neither the base currency nor that of reports', async () => {
  for (const [code, setting] of [
    ['USD', 'baseCurrency'],
    ['EUR', 'reportCurrency'],
  ]) {
    const { body } = await api.call('delete', `/v1/currencies/${code}`).expect(409)
    const detail = `${code} is the currency of the settings ${setting}. Choose another one there first.`
    expect(body).toEqual(problem(409, 'currency_chosen', detail))
  }
  await api.call('delete', '/v1/currencies/AMD').expect(204)
})
