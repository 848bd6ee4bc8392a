import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { ReportTable } from '../../../src/analytics/table.ts'
import { type Api, startApi } from '../../api.ts'
import { aDeal } from '../../seed.ts'
import { countListed } from '../cells.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  await api.call('patch', '/v1/settings', { timeZone: 'Europe/Berlin' }).expect(200)
  // Days are those of the zone, with the change of clocks on 29 March.
  await aLife(['NEW', '2026-03-27T22:30:00Z'], ['WON', '2026-03-28T23:30:00Z'])
  // Won, reopened on the next day, and won again.
  await aLife(
    ['NEW', '2026-03-26T12:00:00Z'],
    ['WON', '2026-03-27T12:00:00Z'],
    ['NEW', '2026-03-28T12:00:00Z'],
    ['WON', '2026-03-30T12:00:00Z'],
  )
  await aLife(['NEW', '2026-01-10T12:00:00Z'], ['LOSE', '2026-03-30T21:59:59Z'])
  await aLife(['NEW', '2026-02-28T12:00:00Z'])
})
afterAll(() => api.close())

type Stay = [stage: string, at: string]

/** Creates a deal that entered these stages at these times. */
const aLife = (...stays: Stay[]) => aLifeIn('RUB', ...stays)

async function aLifeIn(currency: string, ...stays: Stay[]): Promise<void> {
  const { id } = await aDeal(api, { amount: '10', currency, stageId: stays[0]![0] })
  for (const [stageId] of stays.slice(1)) await api.call('patch', `/v1/deals/${id}`, { stageId }).expect(200)
  const { rows } = await api.pool.query('select id from stage_history where record_id = $1 order by id', [id])
  for (const [index, row] of rows.entries()) {
    const times = [stays[index]![1], stays[index + 1]?.[1] ?? null]
    await api.pool.query(
      `update stage_history set entered_at = $2::timestamptz, left_at = $3,
         closed_at = case when semantic <> 'process' then $2::timestamptz end where id = $1`,
      [row.id, ...times],
    )
  }
  const last = stays.at(-1)!
  const closedAt = last[0] === 'NEW' ? null : last[1]
  await api.pool.query('update deal set created_at = $2, moved_at = $3, closed_at = $4 where id = $1', [
    ...[id, stays[0]![1], last[1], closedAt],
  ])
  await api.pool.query("select keep_stages(2, 'deal')")
}

async function trends(parameters: string): Promise<ReportTable> {
  const { status, body } = await api.call('get', `/v1/analytics/trends?${parameters}`)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body
}

const keys = ['created', 'won', 'lost', 'conversion'] as const
const told = ({ rows }: ReportTable) =>
  rows.map(({ key, cells }) => [key.group, ...keys.map((one) => cells[one]!.value)])

async function expectListed({ rows, totals }: ReportTable): Promise<void> {
  for (const { cells } of [...rows, totals])
    for (const key of ['created', 'won', 'lost']) expect(await countListed(api, cells[key]!)).toBe(cells[key]!.value)
}

it('counts by day, with days without deals, each as a period of its own', async () => {
  const table = await trends('from=2026-03-26&to=2026-03-31')
  expect(told(table)).toEqual([
    ['2026-03-26', 1, 0, 0, null],
    ['2026-03-27', 1, 1, 0, '100.0'],
    ['2026-03-28', 0, 0, 0, null],
    ['2026-03-29', 0, 1, 0, '100.0'],
    ['2026-03-30', 0, 1, 1, '50.0'],
  ])
  expect(keys.map((key) => table.totals.cells[key]!.value)).toEqual([2, 2, 1, '66.7'])
  expect(table.rows[1]!.cells.sumWon!.value).toEqual({ amount: '10.00', currency: 'RUB' })
  await expectListed(table)
})

it('counts in all parts of the period, whatever the limit', async () => {
  const period = 'from=2026-03-26&to=2026-03-31'
  expect(told(await trends(`${period}&limit=1`))).toEqual(told(await trends(period)))
})

it('needs no rates of deals that were not won', async () => {
  await aDeal(api, { amount: '10', currency: 'USD' })
  const { rows } = await trends('period=thisMonth&groupBy=month')
  expect(rows.map(({ cells }) => cells.sumWon!.value)).toEqual([{ amount: '0.00', currency: 'RUB' }])
})

it('converts by the rate of the day of closing in each part, in totals in the whole period', async () => {
  const rates = [
    ['2025-03-27', '90'],
    ['2025-03-29', '100'],
    ['2025-03-31', '110'],
  ]
  for (const [date, amount] of rates) await api.call('put', `/v1/currencies/EUR/rates/${date}`, { amount }).expect(201)
  const reopened: Stay[] = [
    ['NEW', '2025-03-26T12:00:00Z'],
    ['WON', '2025-03-27T12:00:00Z'],
    ['NEW', '2025-03-28T12:00:00Z'],
  ]
  await aLifeIn('EUR', ...reopened)
  await aLifeIn('EUR', ...reopened, ['WON', '2025-03-30T12:00:00Z'])
  const { rows, totals } = await trends('from=2025-03-26&to=2025-04-01')
  const amounts = rows.map(({ cells }) => (cells.sumWon!.value as { amount: string }).amount)
  expect(amounts).toEqual(['0.00', '1800.00', '0.00', '0.00', '1000.00', '0.00'])
  expect(totals.cells.sumWon!.value).toEqual({ amount: '1000.00', currency: 'RUB' })
  // As if each part were a period of its own.
  const { body } = await api.call('get', '/v1/analytics/deals?from=2025-03-27&to=2025-03-28').expect(200)
  expect(body.totals.cells.sumWon.value.amount).toBe(amounts[1])
})

it('names only the days of closing that need a rate', async () => {
  const lives: Stay[] = [
    ['NEW', '2025-02-01T12:00:00Z'],
    ['WON', '2025-02-02T12:00:00Z'],
    ['NEW', '2025-02-03T12:00:00Z'],
    ['LOSE', '2025-02-05T12:00:00Z'],
  ]
  await aLifeIn('EUR', ...lives)
  const { body } = await api.call('get', '/v1/analytics/trends?from=2025-02-01&to=2025-02-10').expect(422)
  expect(body.missingRates).toEqual([{ currency: 'EUR', days: ['2025-02-02'], count: 1 }])
})

it('counts by week and month, in parts at the ends of the period', async () => {
  const weeks = await trends('from=2026-03-27&to=2026-04-01&groupBy=week')
  expect(told(weeks)).toEqual([
    ['2026-03-23', 1, 1, 0, '100.0'],
    ['2026-03-30', 0, 1, 1, '50.0'],
  ])
  await expectListed(weeks)
  const months = await trends('from=2026-01-01&to=2026-04-01&groupBy=month')
  expect(told(months)).toEqual([
    ['2026-01-01', 1, 0, 0, null],
    ['2026-02-01', 1, 0, 0, null],
    ['2026-03-01', 2, 2, 1, '66.7'],
  ])
  await expectListed(months)
})

it('compares with the period before by position', async () => {
  const { rows } = await trends('from=2026-03-01&to=2026-04-01&groupBy=month&compare=previous')
  expect(rows.map(({ cells }) => cells.created)).toEqual([expect.objectContaining({ value: 2, compared: 1 })])
  const days = await trends('from=2026-03-28&to=2026-03-30&compare=previous')
  expect(days.rows.map(({ cells }) => [cells.won!.value, cells.won!.compared])).toEqual([
    [0, 0],
    [1, 1],
  ])
})

it('refuses too many rows', async () => {
  const { body } = await api.call('get', '/v1/analytics/trends?from=2020-01-01&to=2026-01-01').expect(400)
  expect(body.errors).toEqual([expect.objectContaining({ parameter: 'groupBy', code: 'too_many' })])
})
