import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { Temporal } from 'temporal-polyfill'
import { type Api, startApi } from '../../api.ts'
import { inThePast } from '../../reporting-period/past.ts'
import { aDeal, asCaller, limitsOf } from '../../seed.ts'
import { expectListed } from '../cells.ts'
import { readReport, rub, valuesOf } from './read-report.ts'

let api: Api
let limited: Api
const timeZone = 'UTC'
const today = Temporal.Now.plainDateISO(timeZone)
const inMonths = (months: number) => today.with({ day: 1 }).add({ months })
const nextMonth = inMonths(1).toLocaleString('en-GB', { month: 'long', year: 'numeric' })
const pipeline = '/v1/types/deal/pipelines'

/** Three deals were closed that had been in NEW, one of them won. One of the three had also been in PREPARATION: the won one. */
beforeAll(async () => {
  api = await startApi({ limitsOf })
  limited = await asCaller(api, 'Limited')
  const at = inThePast(api)
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()
  const moves = async (days: number, stages: string[], more = {}) => {
    const { id } = await at(ago(days), () => aDeal(api, { stageId: stages[0], ...more }))
    for (const stageId of stages.slice(1)) {
      await at(ago(--days), () => api.call('patch', `/v1/deals/${id}`, { stageId }).expect(200))
    }
  }
  await moves(100, ['NEW', 'PREPARATION', 'WON'])
  await moves(90, ['NEW', 'LOSE'], { responsibleId: limited.userId })
  await moves(80, ['NEW', 'APOLOGY'])
  await moves(400, ['EXECUTING', 'WON'])
  const open = (amount: string, stageId: string, closeDate: Temporal.PlainDate | null, more = {}) =>
    aDeal(api, { amount, stageId, closeDate: closeDate?.toString() ?? null, ...more })
  await open('100', 'NEW', today.subtract({ days: 1 }))
  await open('200', 'NEW', inMonths(1), { responsibleId: limited.userId })
  await open('400', 'PREPARATION', inMonths(2).subtract({ days: 1 }))
  await open('800', 'EXECUTING', inMonths(1))
  await open('1600', 'NEW', null)
})
afterAll(() => api.close())

it('weighs open deals by what happened to those that were in their stage', async () => {
  const table = await readReport(api, 'forecast', { timeZone })
  expect(valuesOf(table)).toEqual({
    Overdue: { count: 1, sum: rub('100.00'), weighted: rub('33.33'), withoutProbability: 0 },
    [nextMonth]: { count: 3, sum: rub('1400.00'), weighted: rub('466.67'), withoutProbability: 1 },
    'Not set': { count: 1, sum: rub('1600.00'), weighted: rub('533.33'), withoutProbability: 0 },
    totals: { count: 5, sum: rub('3100.00'), weighted: rub('1033.33'), withoutProbability: 1 },
  })
  expect(table.rows.map(({ key }) => key.group)).toEqual(['overdue', inMonths(1).toString().slice(0, 7), null])
  expect(table).toMatchObject({ report: 'forecast', period: null, compared: null })
  await expectListed(
    api,
    { ...table, rows: table.rows.map(withCountOfWeighted), totals: withCountOfWeighted(table.totals) },
    'count',
  )
})

/** The list of the weighted sum leaves out the deals in stages without a probability. */
function withCountOfWeighted<Row extends { cells: Record<string, { value: unknown }> }>(row: Row): Row {
  const { weighted: _, ...cells } = row.cells
  return { ...row, cells }
}

it('weighs open deals by what the reader may read', async () => {
  const table = await readReport(limited, 'forecast', { timeZone })
  expect(valuesOf(table)).toEqual({
    [nextMonth]: { count: 1, sum: rub('200.00'), weighted: rub('0.00'), withoutProbability: 0 },
    totals: { count: 1, sum: rub('200.00'), weighted: rub('0.00'), withoutProbability: 0 },
  })
})

it('prefers the probabilities of the pipeline', async () => {
  const [{ id }] = (await api.call('get', pipeline).expect(200)).body.data
  await api.call('patch', `${pipeline}/${id}`, { stageProbabilities: { NEW: 10, EXECUTING: 90 } }).expect(200)
  const table = await readReport(api, 'forecast', { timeZone })
  expect(valuesOf(table)[nextMonth]).toEqual({
    ...{ count: 3, sum: rub('1400.00'), weighted: rub('1140.00'), withoutProbability: 0 },
  })
  await api.call('patch', `${pipeline}/${id}`, { stageProbabilities: null }).expect(200)
})

it('lists the deals in stages without a probability, whatever the number of pipelines', async () => {
  const stages = ['FIRST', 'SECOND', 'THIRD'].map((id) => ({ id, name: id }))
  const ends = [
    { id: 'WON', name: 'Won', semantic: 'success' },
    { id: 'LOST', name: 'Lost', semantic: 'failure' },
  ]
  for (let place = 0; place < 24; place++) {
    const own = { id: `OWN_${place}`, name: 'Own' }
    const body = { name: `Pipeline ${place}`, stages: [...stages, own, ...ends] }
    const { id } = (await api.call('post', pipeline, body).expect(201)).body
    // A third of the pipelines know nothing, a third one stage, a third two of them.
    const known = [{}, { FIRST: 10 }, { FIRST: 10, SECOND: 20 }][place % 3]
    await api.call('patch', `${pipeline}/${id}`, { stageProbabilities: known }).expect(200)
    for (const stageId of ['FIRST', 'SECOND', own.id]) await aDeal(api, { amount: '1', pipelineId: id, stageId })
  }
  const table = await readReport(api, 'forecast', { timeZone })
  expect(valuesOf(table).totals).toMatchObject({ count: 5 + 72, withoutProbability: 1 + 3 * 8 + 2 * 8 + 8 })
  const counted = { ...table, rows: table.rows.map(withCountOfWeighted), totals: withCountOfWeighted(table.totals) }
  await expectListed(api, counted, 'count')
}, 60_000)
