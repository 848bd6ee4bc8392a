import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  await api.call('post', '/v1/currencies', { code: 'JPY', name: 'Yen', digits: 0 }).expect(201)
  const ratesOf = (code: string, ...rates: object[]) =>
    api.call('put', `/v1/currencies/${code}/rates`, { rates }).expect(200)
  await ratesOf('USD', { date: '2026-01-01', amount: '80' }, { date: '2026-01-10', amount: '90.5' })
  await ratesOf('JPY', { date: '2026-01-05', amount: '55', nominal: 100 })
})
afterAll(() => api.close())

const convert = (body: object) => api.call('post', '/v1/currencies/convert', body)

it('converts by the newest rate that is not after the day', async () => {
  const usd = { currency: 'USD', date: '2026-01-01', amount: '80', nominal: 1 }
  const { body } = await convert({ amount: '100', from: 'USD', to: 'RUB', date: '2026-01-09' }).expect(200)
  expect(body).toEqual({ amount: '8000.00', currency: 'RUB', date: '2026-01-09', rate: '80', rates: [usd] })
  const later = await convert({ amount: '100', from: 'USD', to: 'RUB', date: '2026-01-10' }).expect(200)
  expect(later.body.amount).toBe('9050.00')
  const back = await convert({ amount: '-1.00', from: 'RUB', to: 'USD', date: '2026-01-02' }).expect(200)
  expect(back.body).toMatchObject({ amount: '-0.01', rate: '0.0125' })
})

it('converts between two other currencies through the base currency, to the digits of the target', async () => {
  const { body } = await convert({ amount: '1.00', from: 'USD', to: 'JPY', date: '2026-01-09' }).expect(200)
  expect(body).toEqual({
    ...{ amount: '145', currency: 'JPY', date: '2026-01-09', rate: '145.454545454545455' },
    rates: [
      { currency: 'USD', date: '2026-01-01', amount: '80', nominal: 1 },
      { currency: 'JPY', date: '2026-01-05', amount: '55', nominal: 100 },
    ],
  })
})

it('converts several amounts, by the rates of today unless told otherwise', async () => {
  const amounts = [
    { amount: '1', from: 'USD', to: 'RUB' },
    { amount: '10.005', from: 'EUR', to: 'EUR', date: '2020-01-01' },
  ]
  const { body } = await convert({ amounts }).expect(200)
  expect(body.data).toMatchObject([
    { amount: '90.50', rates: [{ date: '2026-01-10' }] },
    { amount: '10.01', currency: 'EUR', rate: '1', rates: [] },
  ])
})

it('names every currency and day without a rate', async () => {
  const amounts = [
    { amount: '1', from: 'USD', to: 'RUB', date: '2025-12-31' },
    { amount: '1', from: 'EUR', to: 'JPY', date: '2026-01-04' },
    { amount: '1', from: 'EUR', to: 'RUB', date: '2026-01-05' },
    { amount: '1', from: 'USD', to: 'RUB', date: '2026-01-02' },
  ]
  const { body } = await convert({ amounts }).expect(422)
  expect(body).toMatchObject({
    code: 'rates_missing',
    detail:
      'There are no rates of currencies on some days: EUR (2026-01-04, 2026-01-05); JPY (2026-01-04); USD (2025-12-31). Add a rate of that day or an earlier one.',
    missingRates: [
      { currency: 'EUR', days: ['2026-01-04', '2026-01-05'], count: 2 },
      { currency: 'JPY', days: ['2026-01-04'], count: 1 },
      { currency: 'USD', days: ['2025-12-31'], count: 1 },
    ],
  })
})

it('names the first days only if there are many', async () => {
  const amounts = Array.from({ length: 25 }, (_, day) => {
    return { amount: '1', from: 'EUR', to: 'RUB', date: `2026-01-${String(day + 1).padStart(2, '0')}` }
  })
  const { body } = await convert({ amounts }).expect(422)
  expect(body.missingRates).toMatchObject([{ currency: 'EUR', count: 25 }])
  expect(body.missingRates[0].days).toHaveLength(20)
  expect(body.detail).toContain('EUR (2026-01-01, 2026-01-02, 2026-01-03, …)')
})

it('reports every fault of a request', async () => {
  const one = await convert({ amount: 5, from: 'USDD', to: 'XXX', date: '2026-02-30', rate: '1' }).expect(422)
  expect(one.body.errors.length).toBeGreaterThan(0)
  const amounts = [
    { amount: '1', from: 'USDT', to: 'RUB' },
    { amount: '1', from: 'USD', to: 'EURO' },
  ]
  const { body } = await convert({ amounts }).expect(422)
  expect(body.errors).toMatchObject([
    { pointer: '/amounts/0/from', code: 'unknown_value', hint: 'USD' },
    { pointer: '/amounts/1/to', code: 'unknown_value', hint: 'EUR' },
  ])
  await convert({}).expect(422)
  await convert({ amounts: [] }).expect(422)
})
