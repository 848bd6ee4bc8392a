import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aDeal, read, type Saved } from '../seed.ts'

let api: JobApi
let pipelineId: number
beforeAll(async () => {
  api = await startJobApi()
  const stages = [
    { id: 'START', name: 'Start' },
    { id: 'DONE', name: 'Done', semantic: 'success' },
    { id: 'LOSE', name: 'Lost', semantic: 'failure' },
  ]
  pipelineId = (await api.call('post', '/v1/types/deal/pipelines', { name: 'Retail', stages }).expect(201)).body.id
})
afterAll(() => api.close())

const bulk = (body: object, query = '') => api.call('post', `/v1/deals/bulk${query}`, body)
const place = async ({ id }: Saved) => {
  const { pipelineId, stageId } = await read(api, `deals/${id}`)
  return { pipelineId, stageId }
}

it('moves records to another pipeline by a map of stages, and back by a revert', async () => {
  const deals = {
    new: await aDeal(api),
    won: await aDeal(api, { stageId: 'WON' }),
    lost: await aDeal(api, { stageId: 'LOSE' }),
    unmapped: await aDeal(api, { stageId: 'EXECUTING' }),
  }
  const ids = Object.values(deals).map(({ id }) => id)
  const move = { pipelineId, stages: { NEW: 'START', WON: 'DONE' } }
  const preview = await bulk({ ids, move }, '?dryRun=true').expect(200)
  expect(preview.body).toEqual({ matched: 4, denied: 0, missing: 0, done: 3, failed: 1, left: 0 })
  const started = await bulk({ ids, move }).expect(202)
  await api.work()
  const job = await api.call('get', `/v1/jobs/${started.body.id}`).expect(200)
  expect(job.body).toMatchObject({ status: 'completedWithErrors', result: { records: 4, done: 3, failed: 1 } })
  const errors = await api.call('get', `/v1/jobs/${started.body.id}/errors`).expect(200)
  expect(errors.body.data).toMatchObject([{ recordId: deals.unmapped.id, code: 'unknown_stage', column: 'stageId' }])
  expect(await place(deals.new)).toEqual({ pipelineId, stageId: 'START' })
  expect(await place(deals.won)).toEqual({ pipelineId, stageId: 'DONE' })
  expect(await place(deals.lost)).toEqual({ pipelineId, stageId: 'LOSE' })
  expect(await read(api, `deals/${deals.unmapped.id}`)).toEqual(deals.unmapped)
  await api.call('post', `/v1/jobs/${started.body.id}/revert`).expect(202)
  await api.work()
  for (const deal of [deals.new, deals.won, deals.lost]) {
    expect(await place(deal)).toEqual({ pipelineId: deal.pipelineId, stageId: deal.stageId })
  }
})

it('lists every fault of a move', async () => {
  const { id } = await aDeal(api)
  const faults = async (body: object) =>
    (await bulk({ ids: [id], ...body }).expect(422)).body.errors.map(
      ({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`,
    )
  expect(await faults({ move: { pipelineId: 999_999 } })).toEqual(['/move/pipelineId unknown_pipeline'])
  expect(await faults({ move: { pipelineId, stages: { NEW: 'WON', NWE: 'START' } } })).toEqual([
    '/move/stages/NEW unknown_stage',
    '/move/stages/NWE unknown_stage',
  ])
  expect(await faults({ move: { pipelineId }, set: { title: 'a' } })).toEqual(['/move not_allowed_here'])
  expect(await faults({ move: { pipelineId }, delete: true })).toEqual([
    '/move not_allowed_here',
    '/delete not_allowed_here',
  ])
  const contact = await api.call('post', '/v1/contacts/bulk', { ids: [1], move: { pipelineId } }).expect(422)
  expect(contact.body.errors).toMatchObject([{ pointer: '/move', code: 'unknown_field' }])
})
