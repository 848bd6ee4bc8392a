import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Cell } from '../../src/analytics/table.ts'
import { type Api, startApi } from '../api.ts'
import { aCompany, aDeal, asCaller, limitsOf } from '../seed.ts'
import { query } from './cells.ts'

let api: Api
let limited: Api
beforeAll(async () => {
  api = await startApi({ limitsOf })
  limited = await asCaller(api, 'Limited')
  await api.call('post', '/v1/types/deal/fields', { code: 'price', kind: 'money', label: 'Price' }).expect(201)
  const company = await aCompany(api, { industry: 'IT', annualRevenue: '1000', currency: 'USD' })
  const deals = [
    {
      title: 'a',
      amount: '10.50',
      source: 'CALL',
      companyId: company.id,
      beginDate: '2026-01-10',
      closeDate: '2026-01-12',
    },
    { title: 'b', amount: '20', source: 'CALL', currency: 'USD', beginDate: '2026-02-10', closeDate: '2026-02-13' },
    { title: 'c', amount: '30.25', source: 'WEB', stageId: 'WON', responsibleId: limited.userId, probability: 50 },
    { title: 'd', amount: '0.5', source: null, probability: 25, responsibleId: limited.userId },
  ]
  for (const deal of deals) await aDeal(api, { beginDate: null, closeDate: null, ...deal })
})
afterAll(() => api.close())

const valuesOf = (cells: Record<string, Cell>) => Object.values(cells).map(({ value }) => value)
const rub = (amount: string) => ({ amount, currency: 'RUB' })
const usd = (amount: string) => ({ amount, currency: 'USD' })

/** Returns the label and the values of each row, and of the totals. */
async function answer(reader: Api, body: object) {
  const { rows, totals } = await query(reader, body)
  return [...rows.map(({ label, cells }) => [label, ...valuesOf(cells)]), ['totals', ...valuesOf(totals.cells)]]
}

it('calculates every function', async () => {
  const functions = [
    { fn: 'count' },
    { fn: 'sum', field: 'probability' },
    { fn: 'avg', field: 'probability' },
    { fn: 'min', field: 'beginDate' },
    { fn: 'max', field: 'probability' },
    { fn: 'median', field: 'probability' },
    { fn: 'percentile', field: 'probability', p: 50 },
    { fn: 'distinct', field: 'source' },
    { fn: 'avg', field: 'closeDate', since: 'beginDate' },
    { fn: 'count', filter: { field: 'stageSemantic', op: 'eq', value: 'success' } },
  ]
  expect(await answer(api, { groupBy: [{ field: 'source' }], measures: functions, sort: ['group0'] })).toEqual([
    ['Call', 2, '0', null, '2026-01-10', null, null, null, 1, 216_000, 0],
    ['Website', 1, '50', '50.00', null, '50', '50.00', '50.00', 1, null, 1],
    ['Not set', 1, '25', '25.00', null, '25', '25.00', '25.00', 0, null, 0],
    ['totals', 4, '75', '37.50', '2026-01-10', '50', '37.50', '25.00', 2, 216_000, 1],
  ])
})

it('adds up amounts by currency', async () => {
  const measures = [
    { fn: 'sum', field: 'amount' },
    { fn: 'avg', field: 'amount' },
    { fn: 'sum', field: 'company.annualRevenue' },
  ]
  expect(await answer(api, { currency: 'each', measures })).toEqual([
    ['totals', [rub('41.25'), usd('20.00')], [rub('13.75'), usd('20.00')], [usd('1000.00')]],
  ])
})

it('counts only records and fields that the caller may read', async () => {
  const asked = {
    currency: 'each',
    groupBy: [{ field: 'source' }],
    measures: [{ fn: 'count' }, { fn: 'sum', field: 'amount' }],
  }
  expect(await answer(limited, { ...asked, sort: ['group0'] })).toEqual([
    ['Website', 1, [rub('30.25')]],
    ['Not set', 1, [rub('0.50')]],
    ['totals', 2, [rub('30.75')]],
  ])
  const { body } = await limited
    .call('post', '/v1/analytics/query', {
      type: 'deal',
      measures: [{ fn: 'count', filter: { field: 'utm.source', op: 'eq', value: 'x' } }],
      groupBy: [{ field: 'comment' }, { field: 'utm.source' }],
    })
    .expect(422)
  expect(body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)).toEqual([
    '/groupBy/0/field unknown_field',
    '/groupBy/1/field unknown_field',
    '/measures/0/filter/field unknown_field',
  ])
})

it('keeps rows that meet conditions on measures, in the requested order', async () => {
  const measures = [{ as: 'deals', fn: 'count' }]
  const asked = { groupBy: [{ as: 'by', field: 'title' }], measures }
  expect(await answer(api, { ...asked, sort: ['-by'], limit: 2 })).toEqual([
    ['d', 1],
    ['c', 1],
    ['totals', 4],
  ])
  expect(
    await answer(api, {
      groupBy: [{ field: 'source' }],
      measures,
      having: [
        { measure: 'deals', op: 'gt', value: 1 },
        { measure: 'deals', value: 2 },
      ],
    }),
  ).toEqual([
    ['Call', 2],
    ['totals', 4],
  ])
  const { truncated } = await query(api, { ...asked, limit: 3 })
  expect(truncated).toBe(true)
})

it('labels values in the language of the caller, or repeats them', async () => {
  const asked = {
    type: 'deal',
    measures: [{ fn: 'count' }],
    groupBy: [{ field: 'responsibleId' }, { field: 'beginDate', bucket: 'month' }, { field: 'companyId' }],
    sort: ['group1', 'group0'],
  }
  const { body } = await api.call('post', '/v1/analytics/query', asked).set('accept-language', 'ru').expect(200)
  expect(body.columns.map(({ label }: { label: string }) => label)).toEqual([
    ...['Ответственный', 'Дата начала, по месяцам', 'Компания', 'Количество'],
  ])
  expect(body.rows[0]).toEqual({
    key: { group0: api.userId, group1: '2026-01-01', group2: expect.any(Number) },
    labels: { group0: 'Test User', group1: 'январь 2026 г.', group2: 'Vector' },
    label: 'Test User · январь 2026 г. · Vector',
    cells: expect.any(Object),
  })
  const plain = await query(api, { ...asked, labels: false })
  expect(plain.rows[0]!.label).toBe(Object.values(plain.rows[0]!.key).join(' · '))
})

it('is stopped when it takes too long', async () => {
  const slow = await startApi({ analyticsTime: 1 })
  try {
    // Deals that wait for another transaction, so that the query takes as long as it may.
    const client = await slow.pool.connect()
    await client.query('begin; lock table deal')
    const asked = slow.call('post', '/v1/analytics/query', { type: 'deal', measures: [{ fn: 'count' }] })
    const { status, body } = await asked
    await client.query('rollback')
    client.release()
    expect([status, body.code, body.seconds]).toEqual([422, 'query_too_slow', 0.001])
  } finally {
    await slow.close()
  }
})
