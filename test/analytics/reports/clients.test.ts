import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../../api.ts'
import { inThePast } from '../../reporting-period/past.ts'
import { aCompany, aContact, aDeal, asCaller, limitsOf } from '../../seed.ts'
import { expectListed } from '../cells.ts'
import { readReport, rub, valuesOf } from './read-report.ts'

let api: Api
let limited: Api
let company: { type: string; id: number }
let contact: { type: string; id: number }
const march = { from: '2026-03-01', to: '2026-04-01', timeZone: 'UTC' }

beforeAll(async () => {
  api = await startApi({ limitsOf })
  limited = await asCaller(api, 'Limited')
  const [first, second] = [(await aCompany(api, { title: 'First' })).id, (await aCompany(api, { title: 'Second' })).id]
  const person = (await aContact(api, { lastName: 'Ivanov' })).id
  company = { type: 'company', id: second }
  contact = { type: 'contact', id: person }
  const at = inThePast(api)
  const won = (time: string, amount: string, more = {}) =>
    at(time, () => aDeal(api, { amount, stageId: 'WON', ...more }))
  const own = { responsibleId: limited.userId }
  await won('2026-01-15T09:00:00Z', '1', { companyId: first })
  await won('2026-03-02T09:00:00Z', '2', { companyId: first, ...own })
  await won('2026-03-03T09:00:00Z', '4', { companyId: second })
  await won('2026-03-09T09:00:00Z', '8', { companyId: second, contacts: [{ id: person }] })
  await won('2026-03-04T09:00:00Z', '16', { contacts: [{ id: person }] })
  const reopened = await won('2026-03-05T09:00:00Z', '32')
  await at('2026-05-01T09:00:00Z', () => api.call('patch', `/v1/deals/${reopened.id}`, { stageId: 'NEW' }).expect(200))
  await at('2026-03-05T09:00:00Z', () => aDeal(api, { amount: '64', stageId: 'LOSE', companyId: first }))
})
afterAll(() => api.close())

const row = (count: number, sum: string, first?: string, last = first) => ({
  ...{ count, sum: rub(`${sum}.00`) },
  firstPurchase: first ? `2026-03-${first}T09:00:00.000Z` : null,
  lastPurchase: last ? `2026-03-${last}T09:00:00.000Z` : null,
})

it('reports the sales to new and returning clients', async () => {
  const table = await readReport(api, 'clients', march)
  expect(valuesOf(table)).toEqual({
    New: row(3, '28', '03', '09'),
    Returning: row(1, '2', '02'),
    'Without a client': row(1, '32', '05'),
    totals: row(5, '62', '02', '09'),
  })
  await expectListed(api, table, 'count')
})

it('takes a client as new to a reader who may not read the earlier sale', async () => {
  const table = await readReport(limited, 'clients', march)
  expect(valuesOf(table)).toMatchObject({ New: row(1, '2', '02'), Returning: row(0, '0'), totals: row(1, '2', '02') })
  await expectListed(limited, table, 'count')
})

it('reports the clients that bought: companies, or else primary contacts', async () => {
  const table = await readReport(api, 'clients', { ...march, groupBy: 'client' })
  expect(table.rows.map(({ label }) => label)).toEqual(['Not set', 'Ivan Ivanov', 'Second', 'First'])
  expect(table.rows.map(({ key }) => key.group)).toEqual([
    null,
    contact,
    company,
    { type: 'company', id: expect.any(Number) },
  ])
  expect(valuesOf(table)).toEqual({
    'Not set': row(1, '32', '05'),
    'Ivan Ivanov': row(1, '16', '04'),
    Second: row(2, '12', '03', '09'),
    First: row(1, '2', '02'),
    totals: row(5, '62', '02', '09'),
  })
  await expectListed(api, table, 'count')
  await expectListed(limited, await readReport(limited, 'clients', { ...march, groupBy: 'client' }), 'count')
})

it('reports the companies that bought', async () => {
  const table = await readReport(api, 'clients', { ...march, groupBy: 'company' })
  expect(table.rows.map(({ label }) => label)).toEqual(['Not set', 'Second', 'First'])
  expect(valuesOf(table)).toEqual({
    Second: row(2, '12', '03', '09'),
    'Not set': row(2, '48', '04', '05'),
    First: row(1, '2', '02'),
    totals: row(5, '62', '02', '09'),
  })
  const { rows } = await readReport(api, 'clients', { ...march, groupBy: 'company', limit: 1 })
  expect(rows.map(({ label }) => label)).toEqual(['Not set'])
  await readReport(api, 'clients', { ...march, groupBy: 'company', currency: 'each' })
  await expectListed(api, table, 'count')
  await expectListed(limited, await readReport(limited, 'clients', { ...march, groupBy: 'company' }), 'count')
})
