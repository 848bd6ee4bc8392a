import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, aLead, read, type Saved } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

async function merge(plural: string, [survivor, ...others]: readonly Saved[], choices: object = {}): Promise<number> {
  const body = { survivorId: survivor!.id, ids: others.map(({ id }) => id), choices }
  return (await api.call('post', `/v1/${plural}/merge`, body).expect(200)).body.id
}

const undo = async (id: number) => (await api.call('post', `/v1/merges/${id}/revert`).expect(200)).body
const change = (path: string, body: object) => api.call('patch', `/v1/${path}`, body).expect(200)
const changedSince = (type: string, { id }: Saved, field: string) => ({
  ...{ type, id, field, code: 'changed_since' },
  message: 'This was changed later, so it was not reverted.',
})

it('restores the records and gives the references back', async () => {
  const [survivor, other] = [await aCompany(api), await aCompany(api, { comment: 'mine' })]
  const deal = await aDeal(api, { companyId: other.id })
  const contact = await aContact(api, { companies: [{ id: other.id }] })
  const before = await read(api, `companies/${other.id}`)
  const id = await merge('companies', [survivor, other], { comment: other.id })
  expect(await undo(id)).toEqual({ restoredIds: [other.id], kept: [] })
  const later = { version: expect.any(Number), updatedAt: expect.any(String) }
  expect(await read(api, `companies/${other.id}`)).toEqual({ ...before, ...later })
  expect(await read(api, `companies/${survivor.id}`)).toEqual({ ...survivor, ...later })
  expect(await read(api, `deals/${deal.id}`)).toEqual(deal)
  expect((await read(api, `contacts/${contact.id}`)).companies).toEqual([{ id: other.id, primary: true }])
  const { undoneAt, undoneBy } = await read(api, `merges/${id}`)
  expect({ undoneAt, undoneBy }).toEqual({ undoneAt: expect.any(String), undoneBy: api.userId })
  const { body } = await api.call('post', `/v1/merges/${id}/revert`).expect(409)
  expect(body).toMatchObject({ code: 'already_undone', detail: `The merge ${id} is already undone.` })
})

it('keeps and reports values of the survivor that were changed since', async () => {
  const survivor = await aContact(api, { phones: [{ value: '+7 945 123-45-67' }] })
  const other = await aContact(api, { lastName: 'Petrov', comment: 'b', phones: [{ value: '+7 945 765-43-21' }] })
  const id = await merge('contacts', [survivor, other])
  await change(`contacts/${survivor.id}`, { lastName: 'Orlov', phones: { add: [{ value: '+7 945 000-11-22' }] } })
  expect(await undo(id)).toEqual({
    restoredIds: [other.id],
    kept: [changedSince('contact', survivor, 'lastName'), changedSince('contact', survivor, 'phones')],
  })
  const { lastName, comment, phones } = await read(api, `contacts/${survivor.id}`)
  expect({ lastName, comment }).toEqual({ lastName: 'Orlov', comment: null })
  expect(phones).toMatchObject([{ normalized: '+79451234567' }, { normalized: '+79450001122' }])
  expect((await read(api, `contacts/${other.id}`)).phones).toEqual(other.phones)
})

it('reports later changes of fields that the merge left alone', async () => {
  const survivor = await aContact(api, { comment: 'a', position: 'buyer' })
  const other = await aContact(api, { comment: 'b' })
  const id = await merge('contacts', [survivor, other])
  await change(`contacts/${survivor.id}`, { comment: 'c', position: null })
  expect(await undo(id)).toEqual({
    restoredIds: [other.id],
    kept: [changedSince('contact', survivor, 'position'), changedSince('contact', survivor, 'comment')],
  })
  const { comment, position } = await read(api, `contacts/${survivor.id}`)
  expect({ comment, position }).toEqual({ comment: 'c', position: null })
})

it('keeps an amount together with its currency', async () => {
  const survivor = await aLead(api)
  const other = await aLead(api, { amount: '10', currency: 'USD' })
  const id = await merge('leads', [survivor, other])
  await change(`leads/${survivor.id}`, { amount: '20' })
  expect((await undo(id)).kept).toEqual([changedSince('lead', survivor, 'amount')])
  expect(await read(api, `leads/${survivor.id}`)).toMatchObject({ amount: '20', currency: 'USD' })
})

it('keeps and reports references that lead elsewhere by now', async () => {
  const [survivor, other, third] = [await aCompany(api), await aCompany(api), await aCompany(api)]
  const [moved, left] = [await aDeal(api, { companyId: other.id }), await aDeal(api, { companyId: other.id })]
  const id = await merge('companies', [survivor, other])
  await change(`deals/${moved.id}`, { companyId: third.id })
  expect((await undo(id)).kept).toEqual([changedSince('deal', moved, 'companyId')])
  expect((await read(api, `deals/${moved.id}`)).companyId).toBe(third.id)
  expect((await read(api, `deals/${left.id}`)).companyId).toBe(other.id)
})

it('keeps removed links removed, and a primary link that was chosen since', async () => {
  const [survivor, other, third] = [await aContact(api), await aContact(api), await aContact(api)]
  const removed = await aDeal(api, { contacts: [{ id: other.id }] })
  const chosen = await aDeal(api, { contacts: [{ id: other.id }, { id: survivor.id }, { id: third.id }] })
  const id = await merge('contacts', [survivor, other])
  await change(`deals/${removed.id}`, { contacts: [] })
  await change(`deals/${chosen.id}`, { contacts: [{ id: survivor.id }, { id: third.id, primary: true }] })
  expect((await undo(id)).kept).toEqual([changedSince('deal', removed, 'contacts')])
  expect((await read(api, `deals/${removed.id}`)).contacts).toEqual([])
  expect((await read(api, `deals/${chosen.id}`)).contacts).toEqual([
    { id: other.id, primary: false },
    { id: survivor.id, primary: false },
    { id: third.id, primary: true },
  ])
})

it('leaves an external key to the record that has it by now', async () => {
  const survivor = await aContact(api)
  const other = await aContact(api, { externalIds: [{ source: 'erp', key: 'X-1' }] })
  const id = await merge('contacts', [survivor, other])
  await change(`contacts/${survivor.id}`, { externalIds: [] })
  const heir = await aContact(api, { externalIds: [{ source: 'erp', key: 'X-1' }] })
  expect((await undo(id)).kept).toMatchObject([
    { id: survivor.id, field: 'externalIds', code: 'changed_since' },
    { id: other.id, field: 'externalIds', code: 'duplicate_external_id' },
  ])
  expect((await read(api, `contacts/${other.id}`)).externalIds).toEqual([])
  expect((await read(api, 'contacts/external/erp/X-1')).id).toBe(heir.id)
})

const refusal = async (id: number) => (await api.call('post', `/v1/merges/${id}/revert`).expect(409)).body

it('asks to undo the merge of the survivor into another record first', async () => {
  const [last, survivor, other] = [await aContact(api), await aContact(api), await aContact(api)]
  const first = await merge('contacts', [survivor, other])
  const outer = await merge('contacts', [last, survivor])
  expect(await refusal(first)).toMatchObject({
    ...{ code: 'later_merge', firstId: outer },
    detail: `Undo the merge ${outer} before the merge ${first}.`,
  })
  await undo(outer)
  expect((await undo(first)).restoredIds).toEqual([other.id])
})

it('is possible in any order for merges of one survivor that have nothing in common', async () => {
  const survivor = await aContact(api, { phones: [{ value: '+7 945 123-45-67' }] })
  const other = await aContact(api, { lastName: 'Petrov', phones: [{ value: '+7 945 765-43-21' }] })
  const third = await aContact(api, { comment: 'c', phones: [{ value: '+7 945 000-11-22' }] })
  const [ofOther, ofThird] = [
    await aDeal(api, { contacts: [{ id: other.id }] }),
    await aDeal(api, { contacts: [{ id: third.id }] }),
  ]
  const first = await merge('contacts', [survivor, other])
  const second = await merge('contacts', [survivor, third])
  expect(await undo(first)).toEqual({ restoredIds: [other.id], kept: [] })
  const between = await read(api, `contacts/${survivor.id}`)
  expect({ lastName: between.lastName, comment: between.comment }).toEqual({ lastName: null, comment: 'c' })
  expect(between.phones).toMatchObject([{ normalized: '+79451234567' }, { normalized: '+79450001122' }])
  expect(await undo(second)).toEqual({ restoredIds: [third.id], kept: [] })
  expect(await read(api, `contacts/${survivor.id}`)).toMatchObject({ comment: null, phones: survivor.phones })
  expect((await read(api, `deals/${ofOther.id}`)).contacts).toEqual([{ id: other.id, primary: true }])
  expect((await read(api, `deals/${ofThird.id}`)).contacts).toEqual([{ id: third.id, primary: true }])
})

it('asks to undo a later merge first that needs a value or a link of the earlier one', async () => {
  const needed: Record<string, unknown>[] = [{ lastName: 'Petrov' }, { phones: [{ value: '+7 945 765-43-21' }] }]
  for (const values of needed) {
    const survivor = await aContact(api)
    const [other, third] = [await aContact(api, values), await aContact(api, values)]
    const [first, second] = [await merge('contacts', [survivor, other]), await merge('contacts', [survivor, third])]
    expect(await refusal(first)).toMatchObject({ code: 'later_merge', firstId: second })
    await undo(second)
    expect((await undo(first)).restoredIds).toEqual([other.id])
  }
  const [survivor, other, third] = [await aContact(api), await aContact(api), await aContact(api)]
  await aDeal(api, { contacts: [{ id: other.id }, { id: third.id }] })
  const [first, second] = [await merge('contacts', [survivor, other]), await merge('contacts', [survivor, third])]
  expect(await refusal(first)).toMatchObject({ firstId: second })
})

it('is no longer possible when the survivor is purged', async () => {
  const [survivor, other] = [await aContact(api), await aContact(api)]
  const id = await merge('contacts', [survivor, other])
  await api.call('delete', `/v1/contacts/${survivor.id}`).expect(204)
  await api.call('post', `/v1/merges/${id}/revert`).expect(404)
  await api.call('post', `/v1/recycle-bin/C_${survivor.id}/restore`).expect(200)
  await api.call('delete', `/v1/contacts/${survivor.id}`).expect(204)
  await api.call('delete', `/v1/recycle-bin/C_${survivor.id}`).expect(204)
  expect((await api.call('post', `/v1/merges/${id}/revert`).expect(404)).body.code).toBe('merge_not_found')
  const { rows } = await api.pool.query('select from contact where id = any($1)', [[survivor.id, other.id]])
  expect(rows).toEqual([])
})
