import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { rebuildKeys } from '../../src/duplicates/rebuild-keys.ts'
import { CatalogueCache } from '../../src/entities/catalogue.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { AccessMaker } from '../../src/rights/access.ts'
import { importFile } from '../imports/import-file.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact, aLead, aUserField } from '../seed.ts'
import { keysOf, wrongKeys } from './stored-keys.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const types = ['lead', 'contact', 'company']

// Whatever a test has written, the keys are those of the values.
afterEach(async () => {
  for (const type of types) expect({ type, ...(await wrongKeys(api, type)) }).toMatchObject({ type, wrong: [] })
})

const person = {
  firstName: 'Александр',
  lastName: 'Иванов',
  phones: [{ value: '8 945 123-45-67' }],
  emails: [{ value: 'a.ivanov@vector.example' }],
  birthDate: '1980-02-03',
  address: { lines: ['ул. Ленина, 5'], city: 'Омск', postalCode: '644000' },
}

it('computes the keys of new records', async () => {
  const { id } = await aContact(api, person)
  await aLead(api, { ...person, companyTitle: 'ООО Вектор' })
  await aCompany(api, { title: 'ООО «Вектор»', websites: [{ value: 'vector.example' }] })
  expect((await keysOf(api, 'contact', id)).length).toBeGreaterThan(5)
})

it('computes the keys anew when a compared field changes', async () => {
  const { id } = await aContact(api, person)
  const before = await keysOf(api, 'contact', id)
  await api.call('patch', `/v1/contacts/${id}`, { comment: 'VIP', position: 'Director' }).expect(200)
  expect(await keysOf(api, 'contact', id)).toEqual(before)
  await api.call('patch', `/v1/contacts/${id}`, { phones: { add: [{ value: '+7 945 000-11-22' }] } }).expect(200)
  const { length } = await keysOf(api, 'contact', id)
  expect(length).toBe(before.length + 1)
  await api.call('patch', `/v1/contacts/${id}`, { lastName: 'Petrov', birthDate: null }).expect(200)
  expect(await keysOf(api, 'contact', id)).not.toEqual(before)
})

it('computes keys in batches and upserts', async () => {
  const { id } = await aContact(api, person)
  const operations = [
    { op: 'create', data: person },
    { op: 'update', id, data: { emails: [{ value: 'other@vector.example' }] } },
    { op: 'upsert', external: { source: 'erp', key: 'K-1' }, data: { lastName: 'Орлова' } },
  ]
  await api.call('post', '/v1/contacts/batch', { operations }).expect(200)
  await api.call('put', '/v1/contacts/external/erp/K-1', { firstName: 'Анна' }).expect(200)
  await api.call('put', '/v1/contacts/external/erp/K-2', person).expect(201)
})

it('computes keys in bulk actions and when they are reverted', async () => {
  const { id } = await aContact(api, { ...person, position: 'Bulk' })
  const before = await keysOf(api, 'contact', id)
  const filter = { field: 'position', value: 'Bulk' }
  const { body: job } = await api
    .call('post', '/v1/contacts/bulk', { filter, set: { lastName: 'Смирнов' } })
    .expect(202)
  await api.work()
  expect(await keysOf(api, 'contact', id)).not.toEqual(before)
  await api.call('post', `/v1/jobs/${job.id}/revert`).expect(202)
  await api.work()
  expect(await keysOf(api, 'contact', id)).toEqual(before)
})

it('computes keys in imports and when they are reverted', async () => {
  const { id } = await aContact(api, { ...person, emails: [{ value: 'imported@vector.example' }] })
  const before = await keysOf(api, 'contact', id)
  const file =
    'lastName;firstName;E-mail;Phone;Company\nSidorov;Petr;imported@vector.example;+7 945 999-88-77;Alfa\nNew;One;new@vector.example;;Beta'
  const job = await importFile(api, file, 'duplicateAction=replace&duplicateKeys=emails')
  expect(job.counts).toMatchObject({ created: 1, updated: 1 })
  expect(await keysOf(api, 'contact', id)).not.toEqual(before)
  for (const type of types) expect((await wrongKeys(api, type)).wrong).toEqual([])
  await api.call('post', `/v1/jobs/${job.id}/revert`).expect(202)
  await api.work()
  expect(await keysOf(api, 'contact', id)).toEqual(before)
})

it('keeps the keys of deleted records for their return', async () => {
  const { id } = await aContact(api, person)
  await api.call('delete', `/v1/contacts/${id}`).expect(204)
  expect((await wrongKeys(api, 'contact')).wrong).toEqual([])
  await api.call('post', `/v1/recycle-bin/C_${id}/restore`).expect(200)
})

it('computes keys in conversions and copies', async () => {
  const { id } = await aLead(api, { ...person, companyTitle: 'Вектор' })
  await api.call('post', `/v1/leads/${id}/copy`, {}).expect(201)
  await api.call('post', `/v1/leads/${id}/convert`, { contact: true, company: true }).expect(200)
})

it('computes all keys again after the compared fields have changed', async () => {
  const number = await aUserField(api, { typeId: 3, code: 'passport', kind: 'string', columns: { '': 'text' } })
  const { id } = await aContact(api, { ...person, userFields: { passport: '5204 123456' } })
  const { id: deleted } = await aContact(api, { ...person, userFields: { passport: '5204 654321' } })
  await api.call('delete', `/v1/contacts/${deleted}`).expect(204)
  const before = await keysOf(api, 'contact', id)
  await api.pool.query('insert into duplicate_setting (type_id, fields, changed_by) values (3, $1, $2)', [
    [`f_${number}`],
    api.userId,
  ])
  expect((await wrongKeys(api, 'contact')).wrong).toEqual(expect.arrayContaining([id, deleted]))
  const access = new AccessMaker(api.db, new CatalogueCache(api.db, systemTypes))
  await rebuildKeys({ db: api.db, access }, 'contact', new AbortController().signal)
  const after = await keysOf(api, 'contact', id)
  expect(after).toHaveLength(before.length + 1)
  expect(after).toEqual(expect.arrayContaining(before))
})
