import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, read } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

let last = 0
/** Returns a key that no other test uses. */
const aKey = () => ({ source: 'order', key: String(++last) })

type Result = { status: number; id?: number; record?: Record<string, unknown>; problem?: { code: string } }

async function batch(operations: object[], status = 200): Promise<Result[]> {
  const typed = operations.map((operation) => ({ type: 'contact', ...operation }))
  return (await api.call('post', '/v1/batch', { atomic: status === 200, operations: typed }).expect(status)).body
    .results
}

it('a batch changes a record by its key and by its id in the listed order', async () => {
  const [a, b] = [aKey(), aKey()]
  await aContact(api, { externalIds: [a] })
  const { id } = await aContact(api, { externalIds: [b] })
  const results = await batch([
    { op: 'upsert', external: a, data: { comment: 'other' } },
    { op: 'update', id, data: { comment: 'first' } },
    { op: 'upsert', external: b, data: { comment: 'second' } },
  ])
  expect(results.slice(1).map(({ record }) => [record?.version, record?.comment])).toEqual([
    [2, 'first'],
    [3, 'second'],
  ])
  const stale = await batch(
    [
      { op: 'update', external: a, data: { comment: 'other' } },
      { op: 'update', external: b, data: { comment: 'third' } },
      { op: 'update', id, ifMatch: 3, data: { comment: 'too late' } },
    ],
    207,
  )
  expect(stale.map(({ status }) => status)).toEqual([200, 200, 412])
})

it('a batch changes a record by its id before it deletes it by its key', async () => {
  const [c, d] = [aKey(), aKey()]
  await aContact(api, { externalIds: [c] })
  const { id } = await aContact(api, { externalIds: [d] })
  const results = await batch([
    { op: 'delete', external: c },
    { op: 'update', id, data: { comment: 'a last word' } },
    { op: 'delete', external: d },
  ])
  expect(results.map(({ status }) => status)).toEqual([204, 200, 204])
})

it('a batch adds a link before it removes it by the key of the other end', async () => {
  const key = aKey()
  const [linked, other] = [await aContact(api, { externalIds: [key] }), await aContact(api)]
  const company = await aCompany(api)
  await batch([
    { op: 'update', id: other.id, data: { comment: 'of the same type' } },
    { op: 'update', type: 'company', id: company.id, data: { contacts: [{ id: linked.id }] } },
    { op: 'update', external: key, data: { companies: [] } },
  ])
  expect(await read(api, `contacts/${linked.id}`)).toMatchObject({ companies: [], version: 3 })
})

it('a link to a deleted record is kept when a list omits it, and is shown again after a restore', async () => {
  const company = await aCompany(api)
  const [contact, other] = [await aContact(api, { companies: [{ id: company.id }] }), await aContact(api)]
  await batch([
    { op: 'update', id: other.id, data: { comment: 'of the same type' } },
    { op: 'delete', type: 'company', id: company.id },
    { op: 'update', id: contact.id, data: { companies: [] } },
  ])
  await api.call('post', `/v1/recycle-bin/CO_${company.id}/restore`).expect(200)
  // The caller wrote the list while the company was hidden, so the list left the link alone.
  expect(await read(api, `contacts/${contact.id}`)).toMatchObject({ companies: [{ id: company.id }] })
})

it('a key is found by later operations once it is set, and not once it is removed', async () => {
  const [key, fresh] = [aKey(), aKey()]
  const { id } = await aContact(api, { externalIds: [key] })
  const results = await batch(
    [
      { op: 'update', external: fresh, data: { comment: 'not yet' } },
      { op: 'update', id, data: { externalIds: [fresh] } },
      { op: 'update', external: fresh, data: { comment: 'now' } },
      { op: 'update', external: key, data: { comment: 'not any more' } },
      { op: 'update', id, data: { comment: 'last' } },
      { op: 'upsert', external: key, data: { lastName: 'Heir' } },
      { op: 'update', external: key, data: { comment: 'of the heir' } },
    ],
    207,
  )
  expect(results.map(({ status, id: own }) => [status, own === id])).toEqual([
    [404, false],
    [200, true],
    [200, true],
    [404, false],
    [200, true],
    [201, false],
    [200, false],
  ])
  expect(results[6]).toMatchObject({ id: results[5]?.id, record: { comment: 'of the heir', version: 2 } })
})

it('a record created in a batch can be changed by its name, its id and its key', async () => {
  const [key, fresh] = [aKey(), aKey()]
  const { id } = await aContact(api, { externalIds: [key] })
  const results = await batch([
    { op: 'upsert', as: 'one', external: key, data: { comment: '1' } },
    { op: 'update', id, data: { comment: '2' } },
    { op: 'update', id: { $ref: 'one' }, data: { comment: '3' } },
    { op: 'update', external: key, data: { comment: '4' } },
    { op: 'create', as: 'new', data: { lastName: 'New', externalIds: [fresh] } },
    { op: 'update', external: fresh, data: { comment: '6' } },
    { op: 'update', id: { $ref: 'new' }, data: { comment: '7' } },
  ])
  expect(results.map(({ record }) => record?.version)).toEqual([2, 3, 4, 5, 1, 2, 3])
  expect(await read(api, `contacts/${id}`)).toMatchObject({ comment: '4' })
})

it('operations on the same record in a batch have the same effect as separate requests', async () => {
  const { id } = await aContact(api)
  const key = aKey()
  const results = await batch(
    [
      { op: 'update', id, data: { lastName: 'First', externalIds: [key] } },
      { op: 'update', external: key, data: { position: 'Second' } },
      { op: 'update', id, data: { lastName: 'Third' } },
      { op: 'delete', id },
      { op: 'create', data: { lastName: 'Heir', externalIds: [key] } },
      { op: 'update', id, data: { lastName: 'Too late' } },
    ],
    207,
  )
  expect(results.map(({ status }) => status)).toEqual([200, 200, 200, 204, 201, 404])
  expect(results[2]?.record).toMatchObject({ version: 4, lastName: 'Third', position: 'Second' })
})
