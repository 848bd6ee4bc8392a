import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../../api.ts'
import { inThePast } from '../../reporting-period/past.ts'
import { aDeal } from '../../seed.ts'
import { countListed } from '../cells.ts'
import { readReport, rub, valuesOf } from './read-report.ts'

let api: Api
let seller: Api
let anna: number
let north: number
const timeZone = 'UTC'
const spring = { from: '2026-02-10', to: '2026-03-05', timeZone }

/** Anna is in the department of the east, which belongs to the north. */
beforeAll(async () => {
  api = await startApi()
  const made = async (path: string, body: object) => (await api.call('post', `/v1/${path}`, body).expect(201)).body.id
  const user = await aUser(api.db, { lastName: 'Orlova' })
  anna = user.userId
  seller = { ...api, call: api.as(user.key) }
  north = await made('departments', { name: 'North' })
  const east = await made('departments', { name: 'East', parentId: north })
  await api.call('patch', `/v1/users/${anna}`, { departmentIds: [east] }).expect(200)
  const permissions = [{ type: 'deal', operations: { read: 'own' } }]
  await made('roles', { name: 'Sellers', permissions, members: { userIds: [anna] } })
  await api.call('put', '/v1/currencies/USD/rates/2026-02-01', { amount: '80', nominal: 1 })
  await api.call('put', '/v1/currencies/USD/rates/2026-03-31', { amount: '100', nominal: 1 })
  const plan = (month: string, amount: string, more = {}) =>
    made('sales-plans', { month, type: 'deal', amount, currency: 'RUB', ...more })
  await plan('2026-01', '1')
  await plan('2026-02', '1000', { count: 4 })
  await plan('2026-03', '30', { currency: 'USD' })
  await plan('2026-04', '1')
  await plan('2026-02', '500', { userId: anna })
  await plan('2026-02', '600', { departmentId: north })
  await plan('2026-02', '300', { departmentId: east })
  const at = inThePast(api)
  const won = (time: string, amount: string, more = {}) =>
    at(time, () => aDeal(api, { amount, stageId: 'WON', ...more }))
  await won('2026-02-01T00:00:00Z', '100')
  await won('2026-02-28T23:59:59Z', '250', { responsibleId: anna })
  await won('2026-03-01T00:00:00Z', '3600')
  await won('2026-03-31T00:00:00Z', '10', { currency: 'USD', responsibleId: anna })
  await won('2026-04-01T00:00:00Z', '7')
  await at('2026-02-02T00:00:00Z', () => aDeal(api, { amount: '9', stageId: 'LOSE' }))
})
afterAll(() => api.close())

it('compares the plans of the months that a period touches with the deals won in them', async () => {
  const table = await readReport(api, 'sales-plan', spring)
  expect(valuesOf(table)).toEqual({
    'February 2026': {
      ...{ plan: rub('1000.00'), fact: rub('350.00'), percent: '35.0', gap: rub('650.00') },
      ...{ plannedCount: '4', count: 2 },
    },
    'March 2026': {
      ...{ plan: rub('3000.00'), fact: rub('4600.00'), percent: '153.3', gap: rub('-1600.00') },
      ...{ plannedCount: null, count: 2 },
    },
    totals: { plan: null, fact: rub('4950.00'), percent: null, gap: null, plannedCount: null, count: 4 },
  })
  expect(table).toMatchObject({
    ...{ report: 'sales-plan', compared: null, currency: 'RUB', truncated: false },
    period: { from: '2026-02-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z', lastDay: '2026-03-31' },
  })
  for (const { cells } of [...table.rows, table.totals]) {
    for (const key of ['fact', 'count']) expect(await countListed(api, cells[key]!)).toBe(cells.count!.value)
  }
})

it('compares the plans of departments and users', async () => {
  const february = { from: '2026-02-01', to: '2026-03-01', timeZone }
  const departments = await readReport(api, 'sales-plan', { ...february, groupBy: 'department' })
  expect(departments.rows.map(({ key, label }) => [key, label])).toEqual([
    [{ month: '2026-02', departmentId: north }, 'February 2026 · North'],
    [{ month: '2026-02', departmentId: expect.any(Number) }, 'February 2026 · East'],
  ])
  expect(valuesOf(departments)).toMatchObject({
    'February 2026 · North': { plan: rub('600.00'), fact: rub('250.00'), percent: '41.7', count: 1 },
    'February 2026 · East': { plan: rub('300.00'), fact: rub('250.00'), percent: '83.3', count: 1 },
  })
  expect(await countListed(api, departments.rows[0]!.cells.count!)).toBe(1)
  const users = await readReport(api, 'sales-plan', { ...february, groupBy: 'user' })
  expect(valuesOf(users)).toMatchObject({ 'February 2026 · Test Orlova': { fact: rub('250.00'), percent: '50.0' } })
})

it('shows the plans and the deals that the reader may read', async () => {
  const company = await readReport(seller, 'sales-plan', spring)
  expect(valuesOf(company)).toMatchObject({
    'February 2026': { plan: rub('1000.00'), fact: rub('250.00'), count: 1 },
    'March 2026': { fact: rub('1000.00'), count: 1 },
  })
  expect(await countListed(seller, company.rows[0]!.cells.count!)).toBe(1)
  const departments = await readReport(seller, 'sales-plan', { ...spring, groupBy: 'department' })
  expect(valuesOf(departments)).toMatchObject({
    'February 2026 · North': { plan: rub('600.00'), fact: null, percent: null, count: null },
    'February 2026 · East': { plan: rub('300.00'), fact: rub('250.00'), count: 1 },
  })
})

it('adds up by currency', async () => {
  const { rows } = await readReport(api, 'sales-plan', { ...spring, currency: 'each' })
  expect(rows[1]!.cells).toMatchObject({
    plan: { value: [{ amount: '30.00', currency: 'USD' }] },
    fact: { value: [rub('3600.00'), { amount: '10.00', currency: 'USD' }] },
    percent: { value: null },
  })
})

it('refuses comparisons and long periods', async () => {
  const refused = async (body: object) =>
    (await api.call('post', '/v1/analytics/sales-plan', body).expect(422)).body.errors
  expect(await refused({ ...spring, compare: 'previous' })).toEqual([
    expect.objectContaining({ pointer: '/compare', code: 'unknown_field' }),
  ])
  expect(await refused({ from: '2020-01-01', to: '2023-01-02' })).toEqual([
    expect.objectContaining({ pointer: '/to', code: 'period_too_long' }),
  ])
})
