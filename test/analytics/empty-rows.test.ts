import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aDeal } from '../seed.ts'
import { expectListed, query } from './cells.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  await aDeal(api, { amount: '10.50', beginDate: '2026-01-10' })
  await aDeal(api, { amount: '20', beginDate: '2026-02-10' })
  await aDeal(api, { amount: '30', beginDate: null })
})
afterAll(() => api.close())

const rub = (amount: string) => ({ amount, currency: 'RUB' })
const year = { from: '2025-12-15', to: '2026-03-31' }

async function byMonth(more: object) {
  const measures = [{ fn: 'count' }, { as: 'sum', fn: 'sum', field: 'amount' }]
  const groupBy = [{ field: 'beginDate', bucket: 'month', empty: true }]
  const filter = { field: 'beginDate', op: 'isEmpty', value: false }
  const { rows, totals } = await query(api, { timeZone: 'UTC', measures, groupBy, filter, ...more })
  return [...rows, { label: 'totals', ...totals }].map(({ label, cells }) => [
    ...[label, cells.measure0!.value, cells.sum!.value],
  ])
}

it('has a row for each part of the period, and for the records outside', async () => {
  const months = [
    ['December 2025', 0, rub('0.00')],
    ['January 2026', 1, rub('10.50')],
    ['February 2026', 1, rub('20.00')],
    ['March 2026', 0, rub('0.00')],
  ]
  const totals = ['totals', 2, rub('30.50')]
  expect(await byMonth(year)).toEqual([...months, totals])
  expect(await byMonth({ ...year, sort: ['-group0'] })).toEqual([...months.toReversed(), totals])
  expect(await byMonth({ ...year, limit: 2 })).toEqual([...months.slice(0, 2), totals])
  expect(await byMonth({ from: '2026-03-01', to: '2026-04-01' })).toEqual([...months.slice(1), totals])
  expect(await byMonth({ ...year, filter: undefined })).toEqual([
    ...[...months, ['Not set', 1, rub('30.00')], ['totals', 3, rub('60.50')]],
  ])
})

it('has rows of every part of time', async () => {
  const count = async (period: object, bucket: string, field = 'createdAt') => {
    const asked = { ...period, timeZone: 'Europe/Berlin', measures: [{ fn: 'count' }] }
    const { rows, truncated } = await query(api, { ...asked, groupBy: [{ field, bucket, empty: true }] })
    expect(truncated).toBe(false)
    return rows.filter(({ cells }) => cells.measure0!.value === 0).map(({ key }) => key.group0)
  }
  const spring = { from: '2025-03-30', to: '2025-03-31' }
  const hours = await count(spring, 'hour')
  // A clock change: the day has 23 hours.
  expect([hours.length, hours[0], hours.at(-1)]).toEqual([23, '2025-03-29T23:00:00.000Z', '2025-03-30T21:00:00.000Z'])
  expect(await count({ from: '2025-03-30', to: '2025-04-01' }, 'week')).toEqual(['2025-03-24', '2025-03-31'])
  expect(await count({ from: '2025-02-28', to: '2025-07-02' }, 'quarter')).toEqual([
    ...['2025-01-01', '2025-04-01', '2025-07-01'],
  ])
  expect(await count({ from: '2023-02-28', to: '2025-01-01' }, 'year')).toEqual(['2023-01-01', '2024-01-01'])
  expect((await count({ from: '2024-01-01', to: '2025-01-01' }, 'day')).length).toBe(366)
})

it('compares the parts of both periods by their place, and lists their records', async () => {
  const asked = { period: { from: '2026-03-01', to: '2026-05-01' }, compare: 'previous', measures: [{ fn: 'count' }] }
  const groupBy = [{ field: 'beginDate', bucket: 'month', empty: true }]
  const filter = { field: 'beginDate', op: 'gte', value: '2026-01-01' }
  const table = await query(api, { ...asked, groupBy, filter })
  expect(table.rows.map(({ label, cells }) => [label, cells.measure0!.value, cells.measure0!.compared])).toEqual([
    ...[
      ['January 2026', 1, 0],
      ['February 2026', 1, 0],
      ['March 2026', 0, 1],
      ['April 2026', 0, 1],
    ],
  ])
  await expectListed(api, table, 'measure0')
})
