import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { Cell } from '../../src/analytics/table.ts'
import { type Api, startApi } from '../api.ts'
import { aDeal } from '../seed.ts'
import { expectListed, query } from './cells.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  const rates = [
    { date: '2026-01-01', amount: '90', nominal: 1 },
    { date: '2026-02-10', amount: '100', nominal: 1 },
  ]
  for (const { date, ...rate } of rates) await api.call('put', `/v1/currencies/USD/rates/${date}`, rate)
  const deals = [
    { amount: '10', currency: 'USD', stageId: 'WON', source: 'CALL', created: '2026-01-05', closed: '2026-01-20' },
    { amount: '10', currency: 'USD', stageId: 'WON', source: 'CALL', created: '2026-01-25', closed: '2026-02-20' },
    { amount: '5', currency: 'USD', stageId: 'LOSE', source: 'WEB', created: '2026-02-01', closed: '2026-02-05' },
    { amount: '1.005', currency: 'USD', source: 'WEB', created: '2026-02-02' },
    { amount: '70', currency: 'RUB', source: 'WEB', created: '2026-01-31' },
    { amount: '30', currency: null, source: 'WEB', created: '2026-02-03' },
    { amount: null, currency: 'EUR', source: 'WEB', created: '2026-02-03' },
  ]
  for (const { created, closed = null, ...deal } of deals) {
    const { id } = await aDeal(api, deal)
    await api.pool.query(
      'update deal set created_at = $2::timestamptz, updated_at = $2::timestamptz, moved_at = coalesce($3, $2)::timestamptz, closed_at = $3::timestamptz where id = $1',
      [...[id, `${created}T12:00:00Z`, closed && `${closed}T12:00:00Z`]],
    )
    await api.pool.query(
      'update stage_history set entered_at = $2, closed_at = $2::timestamptz + (closed_at - entered_at) where record_id = $1',
      [...[id, `${closed ?? created}T12:00:00Z`]],
    )
  }
})
afterAll(() => api.close())

const rub = (amount: string) => ({ amount, currency: 'RUB' })
const valuesOf = (cells: Record<string, Cell>) => Object.values(cells).map(({ value }) => value)
const february = { period: undefined, from: '2026-02-01', to: '2026-03-01', timeZone: 'Europe/Moscow' }
const sum = { as: 'sum', fn: 'sum', field: 'amount' }
const count = { as: 'count', fn: 'count' }

it('converts amounts by the rate of the day of closing, or of the last day of the period', async () => {
  const { rows, totals, currency, period } = await query(api, {
    ...february,
    measures: [
      count,
      sum,
      { fn: 'avg', field: 'amount' },
      { fn: 'max', field: 'amount' },
      { fn: 'median', field: 'amount' },
    ],
    groupBy: [{ field: 'source' }],
    sort: ['-sum'],
  })
  expect(currency).toBe('RUB')
  expect(period).toEqual({
    ...{ from: '2026-01-31T21:00:00.000Z', to: '2026-02-28T21:00:00.000Z' },
    ...{ timeZone: 'Europe/Moscow', lastDay: '2026-02-28' },
  })
  // 10 × 90 + 10 × 100; 5 × 90 + 1.005 × 100 + 70 + 30.
  expect(rows.map(({ label, cells }) => [label, ...valuesOf(cells)])).toEqual([
    ['Call', 2, rub('1900.00'), rub('950.00'), rub('1000.00'), rub('950.00')],
    ['Website', 5, rub('650.50'), rub('162.63'), rub('450.00'), rub('85.25')],
  ])
  expect(valuesOf(totals.cells).slice(0, 2)).toEqual([7, rub('2550.50')])
})

it('takes a period as an object, as conditions on events do', async () => {
  const { from, to, timeZone } = february
  const asked = { timeZone, filter: { event: 'created' }, measures: [count] }
  const usual = await query(api, { ...asked, from, to })
  expect(await query(api, { ...asked, period: { from, to } })).toEqual(usual)
  const report = async (body: object) => (await api.call('post', '/v1/analytics/deals', body).expect(200)).body
  expect(await report({ timeZone, period: { from, to } })).toEqual(await report({ timeZone, from, to }))
})

it('names the currencies and days without rates', async () => {
  const asked = { type: 'deal', ...february, from: '2025-12-01', to: '2026-01-01', measures: [sum] }
  const { body } = await api.call('post', '/v1/analytics/query', { ...asked, period: undefined }).expect(422)
  expect([body.code, body.missingRates]).toEqual([
    'rates_missing',
    [{ currency: 'USD', days: ['2025-12-31'], count: 1 }],
  ])
  await api.call('post', '/v1/analytics/query', { ...asked, currency: 'each' }).expect(200)
  const compared = { ...asked, period: undefined, compare: 'previous' }
  const both = await api.call('post', '/v1/analytics/query', compared).expect(422)
  expect(both.body.missingRates).toEqual([{ currency: 'USD', days: ['2025-11-30', '2025-12-31'], count: 2 }])
  // Also if no row is left: totals need them.
  const none = { groupBy: [{ field: 'contacts' }], having: [{ measure: 'sum', op: 'isEmpty', value: true }] }
  const rowless = await api.call('post', '/v1/analytics/query', { ...asked, period: undefined, ...none }).expect(422)
  expect(rowless.body.missingRates).toEqual(body.missingRates)
})

it('converts to another currency', async () => {
  const { totals, currency } = await query(api, { ...february, currency: 'USD', measures: [sum] })
  expect([currency, valuesOf(totals.cells)]).toEqual(['USD', [{ amount: '27.01', currency: 'USD' }]])
  const { body } = await api
    .call('post', '/v1/analytics/query', { type: 'deal', currency: 'USB', measures: [sum] })
    .expect(422)
  expect(body.errors[0]).toMatchObject({ pointer: '/currency', code: 'unknown_value', hint: 'USD' })
})

it('gives the period of the query to events, and lists their records', async () => {
  const measures = [
    count,
    { as: 'won', fn: 'count', filter: { event: 'won' } },
    { as: 'lost', fn: 'count', filter: { event: 'lost' } },
    { as: 'sumWon', fn: 'sum', field: 'amount', filter: { event: 'won' } },
    { as: 'wonInJanuary', fn: 'count', filter: { event: 'won', period: { from: '2026-01-01', to: '2026-02-01' } } },
  ]
  const asked = {
    ...february,
    filter: { event: 'inReport' },
    measures,
    groupBy: [{ field: 'source' }],
    sort: ['group0'],
  }
  const table = await query(api, asked)
  expect(table.rows.map(({ label, cells }) => [label, ...valuesOf(cells)])).toEqual([
    ['Call', 1, 1, 0, rub('1000.00'), 0],
    ['Website', 5, 0, 1, rub('0.00'), 0],
  ])
  const counts = { ...table, columns: table.columns.filter(({ key }) => key !== 'sumWon') }
  for (const { cells } of counts.rows) delete cells.sumWon
  delete counts.totals.cells.sumWon
  await expectListed(api, counts, 'count')
})

it('compares with an earlier period', async () => {
  const asked = {
    ...february,
    ...{ compare: 'previous', filter: { event: 'closed' }, measures: [count, sum] },
  }
  const compared = (cells: Record<string, Cell>) => Object.values(cells).map((cell) => [cell.value, cell.compared])
  const bySource = await query(api, { ...asked, groupBy: [{ field: 'source' }], sort: ['group0'] })
  expect(bySource.compared).toMatchObject({ from: '2025-12-31T21:00:00.000Z', lastDay: '2026-01-31' })
  expect(bySource.rows.map(({ label, cells }) => [label, ...compared(cells)])).toEqual([
    ['Call', [1, 1], [rub('1000.00'), rub('900.00')]],
    ['Website', [1, 0], [rub('450.00'), rub('0.00')]],
  ])
  expect(compared(bySource.totals.cells)).toEqual([
    [2, 1],
    [rub('1450.00'), rub('900.00')],
  ])
  // The fifth day of February with that of January, the twentieth with the twentieth.
  const byDay = await query(api, { ...asked, groupBy: [{ field: 'closedAt', bucket: 'day' }] })
  expect(byDay.rows.map(({ label, cells }) => [label, ...compared({ count: cells.count! })])).toEqual([
    ['2026-02-05', [1, 0]],
    ['2026-02-20', [1, 1]],
  ])
})

it('refuses a comparison without a period, and periods that make no sense', async () => {
  const faultsOf = async (body: object) => {
    const found = await api
      .call('post', '/v1/analytics/query', { type: 'deal', measures: [count], ...body })
      .expect(422)
    return found.body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)
  }
  expect(await faultsOf({ compare: 'previous' })).toEqual(['/period required'])
  expect(await faultsOf({ from: '2026-02-01', to: '2026-01-01' })).toEqual(['/to period_ends_too_early'])
  expect(await faultsOf({ period: { from: '2026-02-01', too: '2026-03-01' } })).toEqual(['/period/too unknown_field'])
  expect(await faultsOf({ period: { from: '2026-02-01' } })).toEqual(['/period/to period_incomplete'])
  expect(await faultsOf({ from: '1900-01-01', to: '2026-01-01' })).toEqual(['/to period_too_long'])
  expect(await faultsOf({ period: 'lastMonht', filter: { field: 'x', value: 1 } })).toEqual([
    '/period unknown_period',
    '/filter/field unknown_field',
  ])
})

it('counts each day without a rate once, also in two periods', async () => {
  const days = Array.from({ length: 25 }, (_, day) => `2020-03-${String(day + 1).padStart(2, '0')}`)
  for (const day of days) {
    const { id } = await aDeal(api, { amount: '1', currency: 'USD', stageId: 'WON' })
    await api.pool.query('update deal set created_at = $2, moved_at = $2, closed_at = $2 where id = $1', [
      id,
      `${day}T12:00Z`,
    ])
  }
  const asked = { type: 'deal', from: '2019-06-01', to: '2021-06-01', compare: 'lastYear', filter: { event: 'won' } }
  const { body } = await api.call('post', '/v1/analytics/query', { ...asked, measures: [sum] }).expect(422)
  expect(body.missingRates).toEqual([{ currency: 'USD', days: days.slice(0, 20), count: 25 }])
})
