import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, aLead, read, type Saved } from '../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

async function merge(plural: string, survivor: Saved, other: Saved, choices: object = {}): Promise<number> {
  const body = { survivorId: survivor.id, ids: [other.id], choices }
  return (await api.call('post', `/v1/${plural}/merge`, body).expect(200)).body.id
}

it('are left out of lists, searches, counts and exports', async () => {
  const [survivor, other] = [await aContact(api, { lastName: 'Karp' }), await aContact(api, { lastName: 'Karp' })]
  await merge('contacts', survivor, other)
  const found = [{ id: survivor.id, lastName: 'Karp' }]
  for (const query of ['filter[lastName]=Karp', 'q=karp']) {
    const { body } = await api.call('get', `/v1/contacts?${query}&fields=lastName&count=exact`).expect(200)
    expect({ data: body.data, total: body.total }).toEqual({ data: found, total: 1 })
  }
  const { text } = await api.call('get', '/v1/contacts/export?mode=raw&columns=id&filter[lastName]=Karp').expect(200)
  expect(text).toBe(`id\r\n${survivor.id}\r\n`)
})

it('are reported by bulk actions with the id of the survivor', async () => {
  const [survivor, other] = [await aContact(api), await aContact(api)]
  await merge('contacts', survivor, other)
  const { body } = await api.call('post', '/v1/contacts/bulk', { ids: [other.id], set: { opened: false } }).expect(202)
  await api.work()
  const errors = await api.call('get', `/v1/jobs/${body.id}/errors`).expect(200)
  expect(errors.body.data).toMatchObject([
    {
      ...{ recordId: other.id, code: 'record_merged' },
      message: `The contact ${other.id} was merged into ${survivor.id}. Use ${survivor.id}.`,
    },
  ])
})

it('have external keys that lead to the survivor', async () => {
  const survivor = await aContact(api)
  const other = await aContact(api, { externalIds: [{ source: 'erp', key: 'K-1' }] })
  const id = await merge('contacts', survivor, other)
  const { body } = await api.call('put', '/v1/contacts/external/erp/K-1', { comment: 'by key' }).expect(200)
  expect(body).toMatchObject({ id: survivor.id, comment: 'by key' })
  await api.call('post', `/v1/merges/${id}/revert`).expect(200)
  expect((await read(api, 'contacts/external/erp/K-1')).id).toBe(other.id)
})

it('pass the conversion of a lead to the survivor, unless that is converted itself', async () => {
  const convert = async ({ id }: Saved) => {
    const { body } = await api.call('post', `/v1/leads/${id}/convert`, { deal: true }).expect(200)
    return body.deal.id as number
  }
  const [survivor, other, third] = [await aLead(api), await aLead(api), await aLead(api)]
  const [deal, last] = [await convert(other), await convert(third)]
  const first = await merge('leads', survivor, other)
  const second = await merge('leads', survivor, third)
  expect((await read(api, `leads/${survivor.id}/conversion`)).deal).toEqual({ id: deal, isNew: true })
  expect([(await read(api, `deals/${deal}`)).leadId, (await read(api, `deals/${last}`)).leadId]).toEqual([
    survivor.id,
    survivor.id,
  ])
  const { body } = await api.call('post', `/v1/leads/${survivor.id}/convert`, { deal: true }).expect(409)
  expect(body.code).toBe('already_converted')
  // The later merge keeps its conversion only because of the first one.
  expect((await api.call('post', `/v1/merges/${first}/revert`).expect(409)).body.firstId).toBe(second)
  for (const id of [second, first]) await api.call('post', `/v1/merges/${id}/revert`).expect(200)
  await api.call('get', `/v1/leads/${survivor.id}/conversion`).expect(404)
  expect((await read(api, `leads/${other.id}/conversion`)).deal).toEqual({ id: deal, isNew: true })
  expect((await read(api, `deals/${last}`)).leadId).toBe(third.id)
})

it('keep their stage history, and a chosen stage moves the survivor', async () => {
  const [survivor, other] = [await aLead(api), await aLead(api, { stageId: 'IN_PROCESS' })]
  const id = await merge('leads', survivor, other, { stageId: other.id })
  expect(await read(api, `leads/${survivor.id}`)).toMatchObject({ stageId: 'IN_PROCESS', movedBy: api.userId })
  const stages = (await read(api, `leads/${survivor.id}/stage-history`)).data as { stageId: string }[]
  expect(stages.map(({ stageId }) => stageId)).toEqual(['IN_PROCESS', 'NEW'])
  await api.call('post', `/v1/merges/${id}/revert`).expect(200)
  expect((await read(api, `leads/${survivor.id}`)).stageId).toBe('NEW')
  const { body } = await api
    .call('post', '/v1/leads/merge', {
      survivorId: survivor.id,
      ids: [other.id],
      choices: { stageId: other.id, pipelineId: survivor.id },
    })
    .expect(422)
  expect(body.errors).toMatchObject([{ pointer: '/choices/pipelineId', code: 'chosen_together' }])
})

it('of a deleted stage move to the first stage when the merge is undone', async () => {
  const path = '/v1/types/lead/pipelines'
  const [pipeline] = (await api.call('get', path).expect(200)).body.data
  const stage = { id: 'TALK', name: 'Talk', semantic: 'process' }
  await api.call('post', `${path}/${pipeline.id}/stages`, stage).expect(201)
  const [survivor, other] = [await aLead(api), await aLead(api, { stageId: 'TALK' })]
  const id = await merge('leads', survivor, other)
  await api.call('delete', `${path}/${pipeline.id}/stages/TALK`).expect(204)
  await api.call('post', `/v1/merges/${id}/revert`).expect(200)
  expect((await read(api, `leads/${other.id}`)).stageId).toBe('NEW')
})
