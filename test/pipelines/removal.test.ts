import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aDeal, read, type Saved } from '../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const path = '/v1/types/deal/pipelines'
const stages = [
  { id: 'START', name: 'Start' },
  { id: 'TALK', name: 'Talk', nextStages: ['START'] },
  { id: 'DONE', name: 'Done', semantic: 'success' },
]
const aPipeline = async (): Promise<number> =>
  (await api.call('post', path, { name: 'Retail', stages }).expect(201)).body.id
const stageIds = async (id: number) =>
  (await api.call('get', `${path}/${id}/stages`).expect(200)).body.data.map((stage: { id: string }) => stage.id)
const jobOf = async (id: number) => (await api.call('get', `/v1/jobs/${id}`).expect(200)).body

it('deletes an empty stage, also from the moves that other stages allow', async () => {
  const id = await aPipeline()
  await api.call('patch', `${path}/${id}/stages/DONE`, { nextStages: ['TALK', 'START'] }).expect(200)
  await api.call('delete', `${path}/${id}/stages/TALK`).expect(204)
  expect(await stageIds(id)).toEqual(['START', 'DONE'])
  const done = await api.call('get', `${path}/${id}/stages/DONE`).expect(200)
  expect(done.body.nextStages).toEqual(['START'])
  await api.call('delete', `${path}/${id}/stages/TALK`).expect(404)
})

it('keeps a stage with records, unless they move to another stage first', async () => {
  const pipelineId = await aPipeline()
  const deals: Saved[] = []
  for (const amount of ['1', '2', '3']) deals.push(await aDeal(api, { pipelineId, stageId: 'TALK', amount }))
  const stage = `${path}/${pipelineId}/stages/TALK`
  const kept = await api.call('delete', stage).expect(409)
  const counts = { records: 3, uses: [{ type: 'deal', field: 'stageId', records: 3 }] }
  expect(kept.body).toMatchObject({ code: 'stage_in_use', ...counts })
  const nowhere = await api.call('delete', `${stage}?moveTo=TALK`).expect(400)
  expect(nowhere.body.errors).toMatchObject([
    { parameter: 'moveTo', code: 'unknown_stage', allowed: ['START', 'DONE'] },
  ])
  const dry = await api.call('delete', `${stage}?moveTo=DONE&dryRun=true`).expect(200)
  expect(dry.body).toEqual(counts)
  // The stage that the records enter requires a field that they do not have.
  await api.call('patch', `${path}/${pipelineId}/stages/DONE`, { requiredFields: ['comment'] }).expect(200)
  const job = await api.call('delete', `${stage}?moveTo=DONE`).expect(202)
  // Until the job is done, records can enter the stage.
  deals.push(await aDeal(api, { pipelineId, stageId: 'TALK' }))
  await api.work()
  expect(await jobOf(job.body.id)).toMatchObject({ status: 'completed', result: { moved: 4 } })
  expect(await stageIds(pipelineId)).toEqual(['START', 'DONE'])
  for (const { id, amount } of deals) {
    const moved = await read(api, `deals/${id}`)
    expect(moved).toMatchObject({ stageId: 'DONE', stageSemantic: 'success', amount, version: 2 })
    expect(moved.closedAt).toBe(moved.movedAt)
    const { body } = await api.call('get', `/v1/deals/${id}/stage-history`).expect(200)
    expect(body.data).toMatchObject([
      { kind: 'closed', stageId: 'DONE', leftAt: null, responsibleId: api.userId, amount },
      { kind: 'created', stageId: 'TALK', leftAt: moved.movedAt, leftBy: api.userId, leftAmount: amount },
    ])
  }
})

it('deletes a pipeline whose records move to the corresponding stages of another one', async () => {
  const from = await aPipeline()
  const to = (
    await api.call('post', path, { name: 'Other', stages: [{ id: 'TALK', name: 'Talk' }, stages[2]] }).expect(201)
  ).body.id
  const deals = {
    start: await aDeal(api, { pipelineId: from, stageId: 'START' }),
    talk: await aDeal(api, { pipelineId: from, stageId: 'TALK' }),
    done: await aDeal(api, { pipelineId: from, stageId: 'DONE' }),
  }
  const kept = await api.call('delete', `${path}/${from}`).expect(409)
  expect(kept.body.code).toBe('pipeline_in_use')
  const nowhere = await api.call('delete', `${path}/${from}?moveTo=${from}`).expect(400)
  expect(nowhere.body.errors).toMatchObject([{ parameter: 'moveTo', code: 'unknown_pipeline' }])
  const job = await api.call('delete', `${path}/${from}?moveTo=${to}`).expect(202)
  await api.work()
  expect(await jobOf(job.body.id)).toMatchObject({ status: 'completed', result: { moved: 3 } })
  await api.call('get', `${path}/${from}`).expect(404)
  const place = async ({ id }: Saved) => {
    const { pipelineId, stageId } = await read(api, `deals/${id}`)
    return [pipelineId, stageId]
  }
  expect(await place(deals.start)).toEqual([to, 'TALK'])
  expect(await place(deals.talk)).toEqual([to, 'TALK'])
  expect(await place(deals.done)).toEqual([to, 'DONE'])
})

it('restores a record whose stage or pipeline was deleted in the meantime in a first stage', async () => {
  const pipelineId = await aPipeline()
  const [talk, start] = [
    await aDeal(api, { pipelineId, stageId: 'TALK' }),
    await aDeal(api, { pipelineId, stageId: 'START' }),
  ]
  for (const { id } of [talk, start]) await api.call('delete', `/v1/deals/${id}`).expect(204)
  await api.call('delete', `${path}/${pipelineId}/stages/TALK`).expect(204)
  await api.call('post', `/v1/recycle-bin/D_${talk.id}/restore`).expect(200)
  expect(await read(api, `deals/${talk.id}`)).toMatchObject({ pipelineId, stageId: 'START', stageSemantic: 'process' })
  await api.call('delete', `/v1/deals/${talk.id}`).expect(204)
  await api.call('delete', `${path}/${pipelineId}`).expect(204)
  await api.call('post', `/v1/recycle-bin/D_${start.id}/restore`).expect(200)
  const restored = await read(api, `deals/${start.id}`)
  expect(restored).toMatchObject({ stageId: 'NEW' })
  expect(restored.pipelineId).not.toBe(pipelineId)
  const { body } = await api.call('get', `/v1/deals/${start.id}/stage-history`).expect(200)
  expect(body.data).toMatchObject([
    { kind: 'pipelineChanged', stageId: 'NEW', leftAt: null },
    { kind: 'created', stageId: 'START', leftAt: restored.movedAt },
  ])
})

it('never leaves a deal in a stage that is deleted while the deal enters it', async () => {
  const tally = { entered: 0, deleted: 0 }
  for (let round = 0; round < 60; round++) {
    const pipelineId = await aPipeline()
    const deal = await aDeal(api, { pipelineId })
    const [entered, deleted] = await Promise.all([
      api.call('patch', `/v1/deals/${deal.id}`, { stageId: 'TALK' }),
      api.call('delete', `${path}/${pipelineId}/stages/TALK`),
    ])
    if (entered.status === 200) {
      tally.entered++
      expect(deleted.body.code).toBe('stage_in_use')
    } else {
      tally.deleted++
      expect(deleted.status).toBe(204)
      expect(entered.status).toBe(422)
      expect(entered.body.errors).toMatchObject([{ pointer: '/stageId' }])
    }
    expect(await stageIds(pipelineId)).toContain((await read(api, `deals/${deal.id}`)).stageId)
  }
  expect(tally.entered + tally.deleted).toBe(60)
})
