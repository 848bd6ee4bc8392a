import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { ReportTable } from '../../../src/analytics/table.ts'
import { type Api, startApi } from '../../api.ts'
import { aDeal } from '../../seed.ts'
import { countListed } from '../cells.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  const move = async (id: number, stageId: string) =>
    await api.call('patch', `/v1/deals/${id}`, { stageId }).expect(200)
  const first = await aDeal(api, { amount: '10', stageId: 'NEW' })
  for (const stage of ['PREPARATION', 'WON']) await move(first.id, stage)
  const second = await aDeal(api, { amount: '20', stageId: 'NEW' })
  for (const stage of ['EXECUTING', 'LOSE']) await move(second.id, stage)
  await aDeal(api, { amount: '30', stageId: 'NEW' })
  await aDeal(api, { amount: '40', stageId: 'LOSE' })
  await api.pool.query(
    `update stage_history set entered_at = left_at - interval '90 seconds' where stage_id = 'NEW' and left_at is not null`,
  )
})
afterAll(() => api.close())

async function funnel(parameters = ''): Promise<ReportTable> {
  const { status, body } = await api.call('get', `/v1/analytics/funnel?${parameters}`)
  if (status !== 200) throw new Error(JSON.stringify(body))
  return body
}

it.each(['cohort', 'period'])('shows how far deals came, by %s', async (mode) => {
  const { rows, totals } = await funnel(`mode=${mode}`)
  const told = Object.fromEntries(
    rows.map(({ key, cells }) => [
      key.group,
      ['reached', 'sum', 'conversionFromPrevious', 'conversionFromFirst', 'lostHere', 'medianTime'].map((name) => {
        const value = cells[name]!.value
        return typeof value === 'object' ? (value as { amount: string } | null)?.amount : value
      }),
    ]),
  )
  expect(told.NEW).toEqual([3, '60.00', undefined, '100.0', 0, 90])
  expect(told.EXECUTING).toEqual([2, '30.00', '100.0', '66.7', 1, expect.any(Number)])
  expect(told.WON).toEqual([1, '10.00', expect.any(String), '33.3', 0, undefined])
  expect(told.LOSE).toEqual([2, '60.00', undefined, '66.7', 0, undefined])
  expect([totals.cells.reached!.value, totals.cells.lostHere!.value]).toEqual([4, 2])
  for (const { cells } of [...rows, totals])
    for (const key of ['reached', 'lostHere']) expect(await countListed(api, cells[key]!)).toBe(cells[key]!.value)
})

it('compares with the period before, stage by stage', async () => {
  const { rows } = await funnel('compare=previous')
  expect(rows[0]!.cells.reached).toMatchObject({ value: 3, compared: 0 })
  expect(rows[0]!.cells.conversionFromFirst).toEqual({ value: '100.0', compared: null })
})

it('is about one pipeline', async () => {
  const { body } = await api.call('get', '/v1/analytics/funnel?pipelineId=1,2').expect(400)
  const unknown = { parameter: 'pipelineId', code: 'unknown_pipeline' }
  expect(body.errors).toMatchObject([{ parameter: 'pipelineId', code: 'too_many' }, unknown, unknown])
})

it('reports the stages at which deals were lost', async () => {
  const { body } = await api.call('get', '/v1/analytics/lost-deals?groupBy=stage').expect(200)
  const { rows } = body as ReportTable
  expect(rows.map(({ key, cells }) => [key.group, cells.count!.value, cells.share!.value])).toEqual(
    expect.arrayContaining([
      ['EXECUTING', 1, '50.0'],
      [null, 1, '50.0'],
    ]),
  )
  for (const { cells } of rows) expect(await countListed(api, cells.count!)).toBe(cells.count!.value)
})
