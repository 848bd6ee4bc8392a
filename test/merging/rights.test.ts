import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, asCaller, having, limitsByName, limitsOf, own } from '../seed.ts'

let api: Api
beforeAll(async () => {
  Object.assign(limitsByName, {
    Reader: (caller: Parameters<typeof own>[0]) => ({ rows: { update: own(caller), delete: own(caller) } }),
    Keeper: () => ({ rows: { read: having('comment', 'Seen') } }),
    Blind: () => ({ hidden: ['comment'] }),
  })
  api = await startApi({ limitsOf })
})
afterAll(() => api.close())

const merge = (caller: Api, survivorId: number, id: number) =>
  caller.call('post', '/v1/contacts/merge', { survivorId, ids: [id] })

it('merging needs the rights to change the survivor and to delete the others', async () => {
  const reader = await asCaller(api, 'Reader')
  const [mine, theirs, second] = [await aContact(reader), await aContact(api), await aContact(reader)]
  for (const [survivor, other, operation] of [
    [theirs, mine, 'update'],
    [mine, theirs, 'delete'],
  ] as const) {
    const { body } = await merge(reader, survivor.id, other.id).expect(403)
    expect(body).toMatchObject({ code: 'forbidden', detail: expect.stringContaining(operation) })
  }
  const { id } = (await merge(reader, mine.id, second.id).expect(200)).body
  await api.call('patch', `/v1/contacts/${mine.id}`, { responsibleId: api.userId }).expect(200)
  await reader.call('post', `/v1/merges/${id}/revert`).expect(403)
  await api.call('post', `/v1/merges/${id}/revert`).expect(200)
})

it('a record that the caller may not read is missing, and so is its merge', async () => {
  const keeper = await asCaller(api, 'Keeper')
  const seen = await aContact(api, { comment: 'Seen' })
  const hidden = await aContact(api, { comment: 'Hidden' })
  for (const [survivor, other, pointer] of [
    [hidden, seen, '/survivorId'],
    [seen, hidden, '/ids/0'],
  ] as const) {
    const { body } = await merge(keeper, survivor.id, other.id).expect(422)
    expect(body.errors).toEqual([
      {
        ...{ pointer, code: 'not_found_reference' },
        message: `There is no contact ${hidden.id}.`,
      },
    ])
  }
  const { id } = (await merge(api, hidden.id, seen.id).expect(200)).body
  await keeper.call('get', `/v1/contacts/${seen.id}`).expect(404)
  await keeper.call('patch', `/v1/contacts/${seen.id}`, { lastName: 'a' }).expect(404)
  await keeper.call('get', `/v1/merges/${id}`).expect(404)
  await keeper.call('post', `/v1/merges/${id}/revert`).expect(404)
  expect((await keeper.call('get', '/v1/merges').expect(200)).body.data).toEqual([])
})

it('a caller from whom a field is hidden cannot merge or undo, whatever its values', async () => {
  const blind = await asCaller(api, 'Blind')
  const [survivor, other, third] = [
    await aContact(api),
    await aContact(api, { comment: 'secret' }),
    await aContact(api),
  ]
  const refused = async (id: number) => {
    const { body } = await merge(blind, survivor.id, id).expect(403)
    return { ...body, traceId: '' }
  }
  expect(await refused(other.id)).toMatchObject({ code: 'fields_hidden' })
  expect(await refused(third.id)).toEqual(await refused(other.id))
  expect(await refused(99_999)).toEqual(await refused(other.id))
  const { id } = (await merge(api, survivor.id, other.id).expect(200)).body
  const { body } = await blind.call('post', `/v1/merges/${id}/revert`).expect(403)
  expect(body.code).toBe('fields_hidden')
})

it('counts only moved references of records that the caller may read', async () => {
  Object.assign(limitsByName, { Counter: () => ({ rows: { read: having('opened', 'true') } }) })
  const counter = await asCaller(api, 'Counter')
  const [survivor, other] = [await aContact(api), await aContact(api)]
  for (const opened of [true, true, false]) {
    await api.call('post', '/v1/deals', { opened, contacts: [{ id: other.id }] }).expect(201)
  }
  expect((await merge(counter, survivor.id, other.id).expect(200)).body.moved).toEqual({ deal: 2 })
})

it('If-Match is about the survivor', async () => {
  const [survivor, other] = [await aContact(api), await aContact(api)]
  const body = (await merge(api, survivor.id, other.id).set('if-match', '"7"').expect(412)).body
  expect(body).toMatchObject({ code: 'precondition_failed', version: 1 })
  await merge(api, survivor.id, other.id).set('if-match', '"1"').expect(200)
})

it('a request with an Idempotency-Key merges once', async () => {
  const [survivor, other] = [await aContact(api), await aContact(api)]
  const send = () => merge(api, survivor.id, other.id).set('idempotency-key', 'merge-1').expect(200)
  const first = await send()
  const second = await send()
  expect(second.body).toEqual(first.body)
  expect(second.headers['idempotency-replayed']).toBe('true')
})
