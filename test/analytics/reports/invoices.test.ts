import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../../api.ts'
import { inThePast } from '../../reporting-period/past.ts'
import { anInvoice, asCaller, limitsOf } from '../../seed.ts'
import { expectListed } from '../cells.ts'
import { readReport, rub, valuesOf } from './read-report.ts'

let api: Api
let limited: Api
const march = { from: '2026-03-01', to: '2026-04-01', timeZone: 'Europe/Moscow' }

beforeAll(async () => {
  api = await startApi({ limitsOf })
  limited = await asCaller(api, 'Limited')
  const at = inThePast(api)
  const invoice = (amount: string, issueDate: string | null, dueDate: string | null, more = {}) =>
    at('2025-10-01T09:00:00Z', () => anInvoice(api, { amount, issueDate, dueDate, ...more }))
  await invoice('1', '2026-03-01', '2026-04-01')
  await invoice('2', '2026-03-31', '2026-03-31', { responsibleId: limited.userId })
  await invoice('4', '2026-02-01', '2026-03-01')
  await invoice('8', '2026-02-01', '2026-02-28')
  await invoice('16', '2025-12-01', '2025-12-31')
  await invoice('32', '2025-12-01', '2025-12-30', { responsibleId: limited.userId })
  await invoice('64', '2026-01-31', null)
  // Issued after the period, never issued, paid in and after the period, failed.
  await invoice('128', '2026-04-01', '2026-03-01')
  await invoice('256', null, '2026-03-01')
  await invoice('512', '2026-02-01', '2026-02-10', { stageId: 'P', paidAt: '2026-03-31T20:59:59.999Z' })
  await invoice('1024', '2026-03-15', '2026-03-10', { stageId: 'P', paidAt: '2026-03-31T21:00:00Z' })
  await invoice('2048', '2026-02-01', '2026-02-10', { stageId: 'D' })
})
afterAll(() => api.close())

const row = (count: number, sum: string) => ({ count, sum: rub(`${sum}.00`) })

it('reports the invoices that were issued, paid and overdue, and the unpaid ones by age', async () => {
  const table = await readReport(api, 'invoices', march)
  expect(valuesOf(table)).toEqual({
    Issued: row(3, '1027'),
    Paid: row(1, '512'),
    Overdue: row(6, '1086'),
    'Not due': row(2, '65'),
    '0–30 days overdue': row(3, '1030'),
    '31–60 days overdue': row(1, '8'),
    '61–90 days overdue': row(1, '16'),
    'Over 90 days overdue': row(1, '32'),
    totals: row(9, '1663'),
  })
  expect(table.rows[0]).toMatchObject({ key: { group: 'issued' }, definition: 'Date of issue in the period.' })
  expect(table).toMatchObject({
    report: 'invoices',
    title: 'Invoices',
    columns: [{ key: 'group', label: 'State' }, {}, {}],
  })
  await expectListed(api, table, 'count')
})

it('reports the invoices that the reader may read', async () => {
  const table = await readReport(limited, 'invoices', march)
  expect(valuesOf(table)).toMatchObject({ Issued: row(1, '2'), Overdue: row(2, '34'), totals: row(2, '34') })
  await expectListed(limited, table, 'count')
})

it('compares with an earlier period', async () => {
  const { rows } = await readReport(api, 'invoices', { ...march, compare: 'previous' })
  const compared = rows.map(({ label, cells }) => [label, cells.count!.compared])
  expect(compared).toEqual([
    ['Issued', 4],
    ['Paid', 0],
    ['Overdue', 4],
    ['Not due', 2],
    ['0–30 days overdue', 2],
    ['31–60 days overdue', 2],
    ['61–90 days overdue', 0],
    ['Over 90 days overdue', 0],
  ])
})

it('answers for a period that ends with a leap day', async () => {
  const asked = { from: '2024-02-01', to: '2024-02-29', timeZone: 'Europe/Moscow' }
  const { status, body } = await api.call('post', '/v1/analytics/invoices', asked)
  expect([status, body.errors]).toEqual([200, undefined])
})
