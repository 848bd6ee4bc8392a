import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact } from '../seed.ts'
import { wrongKeys } from './stored-keys.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const path = '/v1/contacts/duplicates/settings'
const usual = { fields: [], schedule: 'never', autoMerge: false, autoMergeStopped: null }
const aField = (code: string, kind = 'string') =>
  api.call('post', '/v1/types/contact/fields', { code, kind, label: code }).expect(201)

it('are the usual ones until they are changed', async () => {
  expect((await api.call('get', path).expect(200)).body).toEqual(usual)
})

it('add fields that are compared', async () => {
  await aField('passport')
  const { id } = await aContact(api, { lastName: 'Орлова', userFields: { passport: '5204 123456' } })
  const settings = { fields: ['userFields.passport', 'position'], schedule: 'weekly', autoMerge: true }
  expect((await api.call('put', path, settings).expect(200)).body).toEqual({ ...settings, autoMergeStopped: null })
  expect((await api.call('get', path).expect(200)).body).toMatchObject(settings)
  await api.work()
  expect((await wrongKeys(api, 'contact')).wrong).toEqual([])
  const data = { lastName: 'Орлова', userFields: { passport: '5204-123456' } }
  const { body } = await api.call('post', '/v1/contacts/duplicates/check', { data }).expect(200)
  expect(body.data).toMatchObject([
    {
      id,
      reasons: expect.arrayContaining([expect.objectContaining({ field: 'userFields.passport', code: 'extra_same' })]),
    },
  ])
  expect((await api.call('put', path, {}).expect(200)).body).toEqual(usual)
  await api.work()
  expect((await wrongKeys(api, 'contact')).wrong).toEqual([])
})

it('lose a deleted user field and keep the others', async () => {
  for (const code of ['inn', 'snils']) await aField(code)
  const { id } = await aContact(api, {
    lastName: 'Орлова',
    userFields: { inn: '500100732259', snils: '112-233-445 95' },
  })
  await api.call('put', path, { fields: ['userFields.inn', 'userFields.snils'] }).expect(200)
  await api.work()
  const { body: loss } = await api.call('delete', '/v1/types/contact/fields/inn?dryRun=true').expect(200)
  expect(loss.uses).toContainEqual({ kind: 'duplicateSettings', path, name: 'Settings for duplicates' })
  await api.call('delete', '/v1/types/contact/fields/inn').expect(204)
  expect((await api.call('get', path).expect(200)).body.fields).toEqual(['userFields.snils'])
  const data = { userFields: { snils: '11223344595' }, lastName: 'Орлова' }
  const { body } = await api.call('post', '/v1/contacts/duplicates/check', { data }).expect(200)
  expect(body.data.map((match: { id: number }) => match.id)).toEqual([id])
})

it('refuse what cannot be compared', async () => {
  await aField('vip', 'boolean')
  const fields = ['lastName', 'userFields.vip', 'responsibleId', 'createdAt', 'userFields.nils']
  const { body } = await api.call('put', path, { fields }).expect(422)
  const faults = body.errors.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])
  expect(faults).toEqual([
    ...[0, 1, 2, 3].map((at) => [`/fields/${at}`, 'not_comparable']),
    ['/fields/4', 'unknown_field'],
  ])
  expect(body.errors[4].hint).toBe('userFields.snils')
})

it('need the settings right and a type that is searched', async () => {
  const { key } = await aUser(api.db)
  await api.as(key)('get', path).expect(403)
  await api.as(key)('put', path, {}).expect(403)
  const { body } = await api.call('get', '/v1/deals/duplicates/settings').expect(422)
  expect(body.code).toBe('duplicates_not_supported')
})

it('need the plan for automatic merging', async () => {
  await api.pool.query(`update plan set features = array_remove(features, 'autoMerge')`)
  const { body } = await api.call('put', path, { autoMerge: true }).expect(403)
  expect(body).toMatchObject({ code: 'plan_feature_required', feature: 'autoMerge' })
})

it('are offered by smart processes that search for duplicates', async () => {
  const features = ['communications', 'duplicates']
  await api.call('post', '/v1/types', { code: 'tenant', title: 'Tenant', features }).expect(201)
  const items = '/v1/types/tenant/items'
  await api.call('put', `${items}/duplicates/settings`, { schedule: 'daily' }).expect(200)
  const { body: faulty } = await api.call('put', `${items}/duplicates/settings`, { autoMerge: true })
  expect(faulty.code).toMatch(/plan_feature_required|validation_failed/)
  const { body: item } = await api
    .call('post', items, { title: 'Вектор', phones: [{ value: '8 945 123-45-67' }] })
    .expect(201)
  const data = { title: 'ООО «Вектор»', phones: [{ value: '+7 945 123 45 67' }] }
  const { body } = await api.call('post', `${items}/duplicates/check`, { data }).expect(200)
  expect(body.data.map(({ id }: { id: number }) => id)).toEqual([item.id])
})
