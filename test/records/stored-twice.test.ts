import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { systemTypes } from '../../src/entities/types.ts'
import { aFile } from '../files/stored.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, type Saved } from '../seed.ts'
import { storedDifferently } from '../stored-twice.ts'
import { addUserFields, aRichRecord } from './rich.ts'

let api: JobApi
let files: { id: number }[]
beforeAll(async () => {
  api = await startJobApi()
  await addUserFields(api)
  const names = ['a "quoted" name.txt', 'Договор № 5.txt', 'c.txt']
  files = await Promise.all(names.map(async (name) => ({ id: (await aFile(api, name, name)).id })))
  for (const [code, multiple] of Object.entries({ scan: false, papers: true })) {
    const field = { code, kind: 'file', label: code, multiple }
    await api.call('post', '/v1/types/contact/fields', field).expect(201)
  }
})
afterAll(() => api.close())

let key = 0
const newKey = () => ({ source: 'erp', key: `«${++key}»` })
const values = () => ({
  phones: [{ value: '8 (495) 123-45-67' }, { kind: 'mobile', value: '+7 945 765-43-21' }],
  emails: [{ value: 'Anna@Vector.example' }],
  websites: [{ value: 'https://vector.example/a?b=c&d=Ё' }],
  messengers: [{ kind: 'telegram', value: '@anna\u2028\u0001' }],
  externalIds: [newKey(), newKey()],
  photo: files[0],
  userFields: { scan: files[1], papers: [files[2], files[0]] },
})
const path = ({ id }: Saved) => `/v1/contacts/${id}`
const change = async (record: Saved, body: object) =>
  (await api.call('patch', path(record), body).expect(200)).body as Saved
const batch = async (...operations: object[]) =>
  (await api.call('post', '/v1/contacts/batch', { operations }).expect(200)).body

/** Runs the job that a request starts. */
async function job(at: string, body?: object): Promise<{ id: number }> {
  const answer = await api.call('post', at, body).expect(202)
  await api.work()
  const { body: ended } = await api.call('get', answer.body.links.self).expect(200)
  expect(ended.status).toBe('completed')
  return ended
}

describe('Phones, external keys and files are the same in the record and in their own tables after', () => {
  afterEach(async () => {
    expect(await storedDifferently(async (statement) => (await api.pool.query(statement)).rows)).toEqual([])
  })

  it.each(systemTypes)('the creation of a $code', async (type) => {
    await aRichRecord(api, type)
  })

  it('changes of whole lists and of single items', async () => {
    const contact = await aContact(api, values())
    const [first, second] = contact.phones as { id: number }[]
    const { externalIds } = contact
    await change(contact, {
      phones: [{ id: second!.id, kind: 'home' }, { value: '+7 945 111-22-33' }, { id: first!.id }],
      emails: { add: [{ value: 'second@vector.example' }] },
      websites: [],
      messengers: null,
      externalIds: { add: [newKey()], remove: [(externalIds as object[])[0]] },
      photo: files[2],
      userFields: { papers: { add: [files[1]], remove: [files[2]!.id] } },
    })
    const kept = await change(contact, { comment: 'Nothing else', phones: { remove: [second!.id] } })
    expect(kept).toMatchObject({ photo: files[2], userFields: { scan: files[1] }, phones: [{}, { id: first!.id }] })
    await change(contact, { externalIds: [], photo: null, userFields: { scan: null, papers: [] } })
  })

  it('a batch, an upsert and a put', async () => {
    const contact = await aContact(api, values())
    const external = newKey()
    await batch(
      { op: 'create', as: 'one', data: { lastName: 'Orlova', ...values() } },
      { op: 'update', id: contact.id, data: { phones: [], photo: files[1] } },
      { op: 'upsert', external, data: { lastName: 'Sidorova', emails: [{ value: 'c@d.example' }] } },
    )
    await api
      .call('put', `/v1/contacts/external/erp/${encodeURIComponent(external.key)}`, { externalIds: [] })
      .expect(200)
    await batch({ op: 'update', id: contact.id, data: { phones: [] } }, { op: 'delete', id: contact.id })
  })

  it('a restore, also of a record that loses a key', async () => {
    const contact = await aContact(api, values())
    const [taken] = contact.externalIds as object[]
    await api.call('delete', path(contact)).expect(204)
    await aContact(api, { externalIds: [taken] })
    const restored = await api.call('post', `/v1/recycle-bin/C_${contact.id}/restore?externalIds=drop`).expect(200)
    expect(restored.body).toMatchObject({ phones: contact.phones, externalIds: [(contact.externalIds as object[])[1]] })
  })

  it('a bulk action and its revert', async () => {
    const contacts = await Promise.all([1, 2, 3].map(() => aContact(api, values())))
    const ids = contacts.map(({ id }) => id)
    const set = { phones: [{ value: '+7 945 000-00-00' }], emails: [], photo: null, userFields: { papers: [files[1]] } }
    const changed = await job('/v1/contacts/bulk', { ids, set })
    await change(contacts[0]!, { externalIds: { add: [newKey()] } })
    await job(`/v1/jobs/${changed.id}/revert`)
    const { body } = await api.call('get', path(contacts[0]!)).expect(200)
    expect(body).toMatchObject({ phones: contacts[0]!.phones, photo: contacts[0]!.photo })
    const deleted = await job('/v1/contacts/bulk', { ids, delete: true })
    await job(`/v1/jobs/${deleted.id}/revert`)
  })

  it('an import and its revert', async () => {
    const rows = [
      'lastName;phones;externalIds;photo',
      `Imported;+7 945 123-45-67;[{"source":"s","key":"1"}];${files[0]!.id}`,
    ]
    const answer = await api.call('post', '/v1/contacts/import').set('content-type', 'text/csv').send(rows.join('\n'))
    await api.work()
    const { body } = await api.call('get', '/v1/contacts?filter[lastName]=Imported')
    expect(body.data).toMatchObject([
      { phones: [{ value: '+7 945 123-45-67' }], externalIds: [{ key: '1' }], photo: files[0] },
    ])
    expect(await storedDifferently(async (statement) => (await api.pool.query(statement)).rows)).toEqual([])
    await job(`/v1/jobs/${answer.body.id}/revert`)
  })

  it('a purge, and the deletion of a field', async () => {
    const [gone] = await Promise.all([1, 2].map(() => aContact(api, values())))
    await api.call('delete', path(gone!)).expect(204)
    await api.call('delete', `/v1/recycle-bin/C_${gone!.id}`).expect(204)
    await api.call('delete', '/v1/types/contact/fields/papers').expect(204)
    await api.call('get', '/v1/types/contact/fields/papers').expect(404)
  })
})
