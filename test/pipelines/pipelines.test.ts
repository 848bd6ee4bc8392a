import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { aDeal } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const path = '/v1/types/deal/pipelines'
const stagesOf = async (id: number) => (await api.call('get', `${path}/${id}/stages`).expect(200)).body.data
const idsOf = async (id: number) => (await stagesOf(id)).map((stage: { id: string }) => stage.id)
const aPipeline = async (body: object = {}) =>
  (await api.call('post', path, { name: 'Retail', ...body }).expect(201)).body as { id: number }
const few = [
  { id: 'START', name: { en: 'Start', ru: 'Начало' } },
  { id: 'DONE', name: 'Done', semantic: 'success' },
  { id: 'OUT', name: 'Out', semantic: 'failure', color: '#FF0000' },
]

it('creates a pipeline with stages, in which a new deal starts', async () => {
  const created = await api
    .call('post', path, { name: { en: 'Wholesale', ru: 'Опт' }, failureNeedsReason: true, stages: few })
    .expect(201)
  const { id } = created.body
  expect(created.body).toEqual({
    id,
    name: 'Wholesale',
    isDefault: false,
    sort: 20,
    failureNeedsReason: true,
    stageProbabilities: null,
  })
  expect(created.headers.location).toBe(`${path}/${id}`)
  expect((await api.call('get', `${path}/${id}?labels=all`).expect(200)).body.name).toEqual({
    ...{ en: 'Wholesale', ru: 'Опт' },
  })
  const rules = { requiredFields: [], nextStages: null }
  expect(await stagesOf(id)).toEqual([
    { id: 'START', name: 'Start', semantic: 'process', color: '#39A8EF', sort: 10, ...rules },
    { id: 'DONE', name: 'Done', semantic: 'success', color: '#7BD500', sort: 20, ...rules },
    { id: 'OUT', name: 'Out', semantic: 'failure', color: '#FF0000', sort: 30, ...rules },
  ])
  expect(await aDeal(api, { pipelineId: id })).toMatchObject({ pipelineId: id, stageId: 'START' })
})

it('gives a pipeline without stages those of the default pipeline', async () => {
  const { id } = await aPipeline()
  const [first] = (await api.call('get', path).expect(200)).body.data
  expect(await stagesOf(id)).toEqual(await stagesOf(first.id))
})

it('copies a pipeline with its rules', async () => {
  const { id } = await aPipeline({ stages: few, failureNeedsReason: true })
  const rules = { requiredFields: ['closeDate'], nextStages: ['DONE'] }
  await api.call('patch', `${path}/${id}/stages/START`, rules).expect(200)
  const copy = await api.call('post', `${path}/${id}/copy`, { name: 'Copy' }).expect(201)
  expect(copy.body).toMatchObject({ name: 'Copy', isDefault: false, failureNeedsReason: true })
  expect(await stagesOf(copy.body.id)).toEqual(await stagesOf(id))
})

it('changes a pipeline, and moves the default', async () => {
  const [first] = (await api.call('get', path).expect(200)).body.data
  const { id } = await aPipeline()
  const changed = await api.call('patch', `${path}/${id}`, { name: 'Main', isDefault: true, sort: 5 }).expect(200)
  expect(changed.body).toEqual({
    id,
    name: 'Main',
    isDefault: true,
    sort: 5,
    failureNeedsReason: false,
    stageProbabilities: null,
  })
  expect(await aDeal(api)).toMatchObject({ pipelineId: id })
  expect((await api.call('get', `${path}/${first.id}`).expect(200)).body.isDefault).toBe(false)
  const kept = await api.call('delete', `${path}/${id}`).expect(409)
  expect(kept.body.code).toBe('default_pipeline')
  await api.call('patch', `${path}/${first.id}`, { isDefault: true }).expect(200)
  expect(await aDeal(api)).toMatchObject({ pipelineId: first.id })
})

it('keeps the probabilities of stages', async () => {
  const all = [...few, { id: 'MIDDLE', name: 'Middle' }].sort(
    (a, b) => Number('semantic' in a) - Number('semantic' in b),
  )
  const { id } = await aPipeline({ stages: all, stageProbabilities: { START: 10, MIDDLE: 40 } })
  const probabilities = async (pipeline: number) =>
    (await api.call('get', `${path}/${pipeline}`).expect(200)).body.stageProbabilities
  expect(await probabilities(id)).toEqual({ START: 10, MIDDLE: 40 })
  const copy = await api.call('post', `${path}/${id}/copy`, { name: 'Copy' }).expect(201)
  expect(copy.body.stageProbabilities).toEqual({ START: 10, MIDDLE: 40 })
  await api.call('delete', `${path}/${id}/stages/MIDDLE`).expect(204)
  expect(await probabilities(id)).toEqual({ START: 10 })
  const wrong = { STRT: 1, DONE: 100 }
  const { body } = await api.call('patch', `${path}/${id}`, { stageProbabilities: wrong }).expect(422)
  expect(body.errors).toEqual([
    expect.objectContaining({ pointer: '/stageProbabilities/STRT', code: 'unknown_stage', hint: 'START' }),
    expect.objectContaining({ pointer: '/stageProbabilities/DONE', code: 'stage_not_in_process', allowed: ['START'] }),
  ])
  await api.call('patch', `${path}/${id}`, { stageProbabilities: { START: 101 } }).expect(422)
  await api.call('patch', `${path}/${id}`, { stageProbabilities: null }).expect(200)
  expect(await probabilities(id)).toBeNull()
})

it('adds, changes and reorders stages', async () => {
  const { id } = await aPipeline({ stages: few })
  const made = await api
    .call('post', `${path}/${id}/stages`, { id: 'MIDDLE', name: 'Middle', requiredFields: ['amount'] })
    .expect(201)
  expect(made.body).toEqual({
    ...{ id: 'MIDDLE', name: 'Middle', semantic: 'process', color: '#39A8EF', sort: 15 },
    ...{ requiredFields: ['amount'], nextStages: null },
  })
  expect(made.headers.location).toBe(`${path}/${id}/stages/MIDDLE`)
  await api.call('post', `${path}/${id}/stages`, { id: 'LOST', name: 'Lost', semantic: 'failure' }).expect(201)
  expect(await idsOf(id)).toEqual(['START', 'MIDDLE', 'DONE', 'OUT', 'LOST'])
  const changed = await api
    .call('patch', `${path}/${id}/stages/MIDDLE`, { name: { en: 'Centre' }, color: '#00FF00' })
    .expect(200)
  expect(changed.body).toEqual({ ...made.body, name: 'Centre', color: '#00FF00' })
  const all = await api.call('get', `${path}/${id}/stages/MIDDLE?labels=all`).expect(200)
  expect(all.body.name).toEqual({ en: 'Centre', ru: 'Middle' })
  const stageIds = ['MIDDLE', 'START', 'DONE', 'LOST', 'OUT']
  const ordered = await api.call('put', `${path}/${id}/stages/order`, { stageIds }).expect(200)
  expect(ordered.body.data.map((stage: { id: string }) => stage.id)).toEqual(stageIds)
  expect(await idsOf(id)).toEqual(stageIds)
  expect(await aDeal(api, { pipelineId: id, amount: '1' })).toMatchObject({ stageId: 'MIDDLE' })
})

it('lists every fault of the stages of a new pipeline', async () => {
  const stages = [
    { id: 'A', name: 'A', nextStages: ['B', 'Z'], requiredFields: ['amont', 'createdAt'] },
    { id: 'B', name: 'B', semantic: 'success' },
    { id: 'B', name: 'B', semantic: 'success' },
  ]
  const refused = await api.call('post', path, { name: 'Bad', stages }).expect(422)
  expect(refused.body.errors).toMatchObject([
    {
      ...{ pointer: '/stages/0/requiredFields/0', code: 'unknown_field', hint: 'amount' },
      message: 'There is no field amont. Did you mean amount?',
    },
    { pointer: '/stages/0/requiredFields/1', code: 'read_only' },
    { pointer: '/stages/0/nextStages/1', code: 'unknown_stage', allowed: ['A', 'B', 'B'] },
    { pointer: '/stages/2/id', code: 'duplicate_value' },
    { pointer: '/stages/2/semantic', code: 'second_success_stage' },
  ])
  const none = await api.call('post', path, { name: 'Bad', stages: [stages[0], { id: 'C', name: 'C' }] }).expect(422)
  expect(none.body.errors).toContainEqual(expect.objectContaining({ code: 'success_stage_required' }))
  const wrongOrder = [few[1], few[0], few[2]]
  const late = await api.call('post', path, { name: 'Bad', stages: wrongOrder }).expect(422)
  expect(late.body.errors).toMatchObject([{ pointer: '/stages/1/semantic', code: 'stage_order' }])
})

it('keeps exactly one success stage, after the stages in process', async () => {
  const { id } = await aPipeline({ stages: few })
  const stages = `${path}/${id}/stages`
  const refuse = async (call: ReturnType<Api['call']>, status: number) => {
    const { body } = await call.expect(status)
    return status === 422
      ? body.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])
      : body.code
  }
  const second = { id: 'WON', name: 'Won', semantic: 'success' }
  expect(await refuse(api.call('post', stages, second), 422)).toEqual([['/semantic', 'second_success_stage']])
  const after = { id: 'LATE', name: 'Late', sort: 25 }
  expect(await refuse(api.call('post', stages, after), 422)).toEqual([['/sort', 'stage_order']])
  expect(await refuse(api.call('patch', `${stages}/START`, { sort: 40 }), 422)).toEqual([['/sort', 'stage_order']])
  const order = { stageIds: ['DONE', 'START', 'OUT'] }
  expect(await refuse(api.call('put', `${stages}/order`, order), 422)).toEqual([['/stageIds/1', 'stage_order']])
  const partial = { stageIds: ['START', 'START', 'NOWHERE'] }
  expect(await refuse(api.call('put', `${stages}/order`, partial), 422)).toEqual([
    ['/stageIds/1', 'duplicate_value'],
    ['/stageIds/2', 'unknown_stage'],
    ['/stageIds', 'missing_stages'],
  ])
  expect(await refuse(api.call('post', stages, few[0]), 409)).toBe('stage_exists')
  expect(await refuse(api.call('delete', `${stages}/DONE`), 409)).toBe('stage_required')
  expect(await refuse(api.call('delete', `${stages}/START`), 409)).toBe('stage_required')
  const changed = await api.call('patch', `${stages}/START`, { semantic: 'failure' }).expect(422)
  expect(changed.body.errors).toMatchObject([{ pointer: '/semantic', code: 'unknown_field' }])
  const missing = await api.call('get', `${stages}/STRT`).expect(404)
  expect(missing.body).toMatchObject({ code: 'stage_not_found', hint: 'START' })
  expect(await idsOf(id)).toEqual(['START', 'DONE', 'OUT'])
})

it('has exactly one pipeline for leads and quotes, and none for types without stages', async () => {
  for (const code of ['lead', 'quote', 'contact']) {
    const refused = await api.call('post', `/v1/types/${code}/pipelines`, { name: 'Second' }).expect(422)
    expect(refused.body).toMatchObject({ code: 'pipelines_not_supported' })
  }
  const [only] = (await api.call('get', '/v1/types/lead/pipelines').expect(200)).body.data
  await api.call('post', `/v1/types/lead/pipelines/${only.id}/stages`, { id: 'CALLED', name: 'Called' }).expect(201)
  await api.call('post', '/v1/leads', { title: 'a', stageId: 'CALLED' }).expect(201)
})

it('is changed by administrators only, and once per key', async () => {
  const { key } = await aUser(api.db)
  const refused = await api.as(key)('post', path, { name: 'Mine' }).expect(403)
  expect(refused.body.code).toBe('crm_unavailable')
  const once = () => api.call('post', path, { name: 'Once' }).set('idempotency-key', 'pipeline-1').expect(201)
  const [first, second] = [await once(), await once()]
  expect(second.body).toEqual(first.body)
  const dry = await api.call('post', `${path}?dryRun=true`, { name: 'Dry' }).expect(201)
  await api.call('get', `${path}/${dry.body.id}`).expect(404)
})

it('adds stages one after the other, so that concurrent requests leave a sound pipeline', async () => {
  const { id } = await aPipeline({ stages: few })
  const adding = Array.from({ length: 8 }, (_, n) =>
    api.call('post', `${path}/${id}/stages`, { id: `S${n % 4}`, name: 's' }).then(({ status }) => status),
  )
  const statuses = await Promise.all(adding)
  expect(statuses.toSorted()).toEqual([201, 201, 201, 201, 409, 409, 409, 409])
  expect((await stagesOf(id)).map(({ semantic }: { semantic: string }) => semantic)).toEqual([
    ...['process', 'process', 'process', 'process', 'process', 'success', 'failure'],
  ])
})
