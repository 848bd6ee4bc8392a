import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { AppOptions } from '../../src/app.ts'
import { aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'

const path = '/v1/contacts/import/mappings'

let api: JobApi
beforeAll(async () => {
  const limitsOf: AppOptions['limitsOf'] = (caller) =>
    caller.isAdmin ? {} : { hidden: ['comment', 'position', 'userFields.badge'] }
  api = await startJobApi({ limitsOf })
})
afterAll(() => api.close())

const options = {
  dateFormat: 'mm/dd/yyyy',
  mapping: [
    { column: 'Rank', field: 'position' },
    { column: 'Hat', field: null },
    { column: 'Born', field: 'birthDate' },
  ],
  defaults: { source: 'WEB', comment: 'imported' },
}

it('a saved mapping is used by later imports and previews, where the file has its columns', async () => {
  const { body: saved } = await api.call('post', path, { name: ' Shop ', options }).expect(201)
  expect(saved).toEqual({
    ...{ id: saved.id, name: 'Shop', options, createdBy: saved.createdBy },
    ...{ createdAt: expect.any(String), updatedAt: saved.createdAt },
  })
  const file = 'Фамилия,Rank,Hat\nSaved,Director,7'
  const { body: preview } = await api
    .call('post', `/v1/contacts/import/preview?savedMapping=${saved.id}`)
    .set('content-type', 'text/csv')
    .send(file as never)
    .expect(200)
  expect(preview.columns.map(({ field }: { field: string | null }) => field)).toEqual(['lastName', 'position', null])
  expect(preview.rows[0].record).toMatchObject({ position: 'Director', source: 'WEB', comment: 'imported' })
  const over = { mapping: [{ column: 'Rank', field: 'comment' }] }
  const started = await api
    .call('post', `/v1/contacts/import?savedMapping=${saved.id}`)
    .field('options', JSON.stringify(over))
    .attach('file', Buffer.from(file), 'file.csv')
    .expect(202)
  await api.work()
  expect((await api.call('get', started.body.links.self)).body.result).toMatchObject({
    created: 1,
    unmapped: [{ index: expect.any(Number), column: 'Hat' }],
  })
  const { body: found } = await api.call('get', '/v1/contacts?filter[lastName]=Saved').expect(200)
  expect(found.data).toMatchObject([{ position: null, comment: 'Director', source: 'WEB' }])
})

it('others see it without the fields that are hidden from them, and only its owner and administrators change it', async () => {
  const { body: saved } = await api.call('post', path, { name: 'Seen', options }).expect(201)
  const call = api.as((await aUser(api.db, { lastName: 'Other' })).key)
  const { body } = await call('get', path).expect(200)
  expect(body.data.find(({ id }: { id: number }) => id === saved.id).options).toEqual({
    ...{ dateFormat: 'mm/dd/yyyy', defaults: { source: 'WEB' } },
    mapping: [
      { column: 'Hat', field: null },
      { column: 'Born', field: 'birthDate' },
    ],
  })
  const refused = await call('put', `${path}/${saved.id}`, { name: 'Mine', options: {} }).expect(403)
  expect(refused.body).toMatchObject({ code: 'mapping_of_another_user' })
  await call('delete', `${path}/${saved.id}`).expect(403)
  const { body: own } = await call('post', path, { name: 'Own', options: { country: 'DE' } }).expect(201)
  const changed = await api
    .call('put', `${path}/${own.id}`, { name: 'Changed', options: { country: 'AT' } })
    .expect(200)
  expect(changed.body).toMatchObject({ name: 'Changed', options: { country: 'AT' }, createdBy: own.createdBy })
  await call('delete', `${path}/${own.id}`).expect(204)
  expect((await call('delete', `${path}/${own.id}`).expect(404)).body).toMatchObject({ code: 'mapping_not_found' })
})

it('is refused with all faults, and with a name that is taken', async () => {
  await api.call('post', path, { name: 'Taken', options: {} }).expect(201)
  const taken = await api.call('post', path, { name: 'taken', options: {} }).expect(409)
  expect(taken.body).toMatchObject({
    code: 'mapping_exists',
    detail: 'There is already a saved mapping with the name taken.',
  })
  const mapping = [
    { column: 'Mail', field: 'emials' },
    { column: 'Mail ', field: 'lastName' },
  ]
  const wrong = { country: 'XX', timeZone: 'Mars/Base', defaults: { souce: 'WEB' }, mapping }
  const { body } = await api.call('post', path, { name: 'Wrong', options: wrong }).expect(422)
  expect(body.errors).toMatchObject([
    { pointer: '/options/country', code: 'invalid_country' },
    { pointer: '/options/timeZone', code: 'invalid_time_zone' },
    { pointer: '/options/mapping/0/field', code: 'unknown_field', hint: 'emails' },
    { pointer: '/options/mapping/1/column', code: 'column_mapped_twice' },
    { pointer: '/options/defaults/souce', code: 'unknown_field', hint: 'source' },
  ])
  const unknown = await api
    .call('post', '/v1/contacts/import/preview?savedMapping=999')
    .set('content-type', 'text/csv')
    .send('lastName\nA' as never)
    .expect(404)
  expect(unknown.body).toMatchObject({ code: 'mapping_not_found' })
})

it('names a user field as used, and forgets it when the field is deleted', async () => {
  await api.call('post', '/v1/types/contact/fields', { code: 'hat', kind: 'string', label: 'Hat' }).expect(201)
  const given = {
    mapping: [
      { column: 'Hat', field: 'userFields.hat' },
      { column: 'Name', field: 'lastName' },
    ],
    defaults: { userFields: { hat: 'none' } },
  }
  const { body: saved } = await api.call('post', path, { name: 'Hats', options: given }).expect(201)
  const { body } = await api.call('delete', '/v1/types/contact/fields/hat?dryRun=true').expect(200)
  expect(body.uses).toContainEqual({ kind: 'importMapping', path: `${path}/${saved.id}`, name: 'Hats' })
  await api.call('delete', '/v1/types/contact/fields/hat').expect(204)
  await api.call('post', '/v1/types/contact/fields', { code: 'hat', kind: 'string', label: 'Hat' }).expect(201)
  const { data } = (await api.call('get', path).expect(200)).body
  expect(data.find(({ id }: { id: number }) => id === saved.id).options).toEqual({
    mapping: [{ column: 'Name', field: 'lastName' }],
    defaults: { userFields: {} },
  })
})

it('does not name compared fields to callers who do not see them, and does not import without them', async () => {
  await api.call('post', '/v1/types/contact/fields', { code: 'badge', kind: 'string', label: 'Badge' }).expect(201)
  const duplicates = { keys: ['userFields.badge', 'emails'], action: 'skip' }
  const { body: saved } = await api.call('post', path, { name: 'Compared', options: { duplicates } }).expect(201)
  expect(saved.options).toEqual({ duplicates })
  const call = api.as((await aUser(api.db, { lastName: 'Another' })).key)
  const { data } = (await call('get', path).expect(200)).body
  expect(data.find(({ id }: { id: number }) => id === saved.id).options).toEqual({
    duplicates: { keys: ['emails'], action: 'skip' },
  })
  const refused = await call('post', `/v1/contacts/import?savedMapping=${saved.id}`)
    .set('content-type', 'text/csv')
    .send('lastName\nA' as never)
    .expect(400)
  expect(refused.body.errors).toMatchObject([
    {
      ...{ parameter: 'savedMapping', code: 'lost_duplicate_key' },
      message: expect.stringContaining('The saved mapping Compared compares a field that was deleted'),
    },
  ])
  expect(JSON.stringify(refused.body)).not.toContain('badge')
  const own = 'duplicateAction=skip&duplicateKeys=emails'
  await call('post', `/v1/contacts/import?savedMapping=${saved.id}&${own}`)
    .set('content-type', 'text/csv')
    .send('lastName\nA' as never)
    .expect(202)
})

it('does not import without a compared field that was deleted, until the mapping is saved without it', async () => {
  await api.call('post', '/v1/types/contact/fields', { code: 'pass', kind: 'string', label: 'Pass' }).expect(201)
  const duplicates = { keys: ['userFields.pass', 'emails'], action: 'skip' }
  const { body: saved } = await api.call('post', path, { name: 'Passes', options: { duplicates } }).expect(201)
  const { body: loss } = await api.call('delete', '/v1/types/contact/fields/pass?dryRun=true').expect(200)
  expect(loss.uses).toContainEqual({ kind: 'importMapping', path: `${path}/${saved.id}`, name: 'Passes' })
  await api.call('delete', '/v1/types/contact/fields/pass').expect(204)
  await api.call('post', '/v1/types/contact/fields', { code: 'pass', kind: 'string', label: 'Other' }).expect(201)
  const use = () =>
    api
      .call('post', `/v1/contacts/import/preview?savedMapping=${saved.id}`)
      .set('content-type', 'text/csv')
      .send('lastName\nA' as never)
  const { body } = await use().expect(400)
  expect(body.errors).toMatchObject([{ parameter: 'savedMapping', code: 'lost_duplicate_key' }])
  const { data } = (await api.call('get', path).expect(200)).body
  const shown = data.find(({ id }: { id: number }) => id === saved.id)
  expect(shown.options).toEqual({ duplicates: { keys: ['emails'], action: 'skip' } })
  await api.call('put', `${path}/${saved.id}`, { name: 'Passes', options: shown.options }).expect(200)
  await use().expect(200)
})
