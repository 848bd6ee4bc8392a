import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, aLead, asCaller, limitsByName, limitsOf, own, read, type Saved } from '../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi({ limitsOf })
})
afterAll(() => api.close())

async function merge(plural: string, survivor: Saved, other: Saved, choices: object = {}): Promise<number> {
  const body = { survivorId: survivor.id, ids: [other.id], choices }
  return (await api.call('post', `/v1/${plural}/merge`, body).expect(200)).body.id
}

describe('of a lead', () => {
  it('lead to everything that belongs to the survivor', async () => {
    const [survivor, other] = [await aLead(api, { lastName: 'Karp' }), await aLead(api, { lastName: 'Karp' })]
    const { id: twin } = await aLead(api, { lastName: 'Karp', firstName: 'Anna', phones: [{ value: '+79451234567' }] })
    await api
      .call('patch', `/v1/leads/${other.id}`, { firstName: 'Anna', phones: [{ value: '+79451234567' }] })
      .expect(200)
    await api.call('post', `/v1/leads/${other.id}/convert`, { deal: true }).expect(200)
    const last = await aLead(api)
    await merge('leads', survivor, other)
    await merge('leads', last, survivor)
    for (const belonging of ['', '/history', '/stage-history', '/access', '/duplicates', '/conversion']) {
      const direct = await api.call('get', `/v1/leads/${last.id}${belonging}`).expect(200)
      expect(direct.headers['content-location']).toBeUndefined()
      const { body, headers } = await api.call('get', `/v1/leads/${other.id}${belonging}`).expect(200)
      expect(headers['content-location']).toBe(`/v1/leads/${last.id}${belonging}`)
      expect(body).toEqual(belonging === '' ? { mergedInto: last.id, ...direct.body } : direct.body)
    }
    const matches = await api.call('get', `/v1/leads/${other.id}/duplicates`).expect(200)
    expect(matches.body.data.map(({ id }: { id: number }) => id)).toEqual([twin])
    const page = await api.call('get', `/v1/leads/${other.id}/history?limit=1`).expect(200)
    const next = await api.call('get', `/v1/leads/${last.id}/history?limit=1&cursor=${page.body.page.next}`).expect(200)
    const same = await api.call('get', page.headers.link!.match(/<(.+?)>/)![1]!).expect(200)
    expect(same.body).toEqual(next.body)
  })

  it('lead nowhere if the caller may not read the survivor', async () => {
    limitsByName.Narrow = (caller) => ({ rows: { read: own(caller) } })
    const caller = await asCaller(api, 'Narrow')
    const [survivor, other] = [await aLead(api), await aLead(api, { responsibleId: caller.userId })]
    await merge('leads', survivor, other)
    for (const belonging of ['', '/history', '/stage-history', '/access', '/duplicates', '/conversion']) {
      const { body } = await caller.call('get', `/v1/leads/${other.id}${belonging}`).expect(404)
      expect(body.code).toBe('record_not_found')
    }
  })

  it('are refused by writes, with the id of the survivor', async () => {
    const [survivor, other] = [await aLead(api), await aLead(api)]
    await merge('leads', survivor, other)
    const path = `/v1/leads/${other.id}`
    const writes = [
      api.call('patch', path, { lastName: 'Karp' }),
      api.call('delete', path),
      api.call('post', `${path}/copy`, {}),
      api.call('post', `${path}/convert`, { deal: true }),
      api.call('post', `${path}/conversion/revert`),
    ]
    for (const write of writes) {
      const { body } = await write.expect(409)
      expect(body).toMatchObject({ code: 'record_merged', survivorId: survivor.id })
    }
  })
})

it('of a smart process lead to what belongs to the survivor', async () => {
  await api.call('post', '/v1/types', { code: 'parcel', title: 'Parcel', features: ['stages'] }).expect(201)
  const items = '/v1/types/parcel/items'
  const [survivor, other] = [1, 2].map(() => api.call('post', items, { title: 'A' }).expect(201))
  const ids = [(await survivor!).body.id, (await other!).body.id]
  await api.call('post', `${items}/merge`, { survivorId: ids[0], ids: [ids[1]] }).expect(200)
  const { headers } = await api.call('get', `${items}/${ids[1]}/stage-history`).expect(200)
  expect(headers['content-location']).toBe(`${items}/${ids[0]}/stage-history`)
  const { body } = await api.call('get', `${items}/${ids[1]}/duplicates`).expect(422)
  expect(body.code).toBe('duplicates_not_supported')
})

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
