import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { aLead, aUserField, read } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  for (const typeId of [1, 2]) await aUserField(api, { typeId, code: 'city', kind: 'string', columns: { '': 'text' } })
  await aUserField(api, { typeId: 3, code: 'town', kind: 'string', columns: { '': 'text' } })
})
afterAll(() => api.close())

const path = '/v1/leads/conversion-map'
const same = (...names: string[]) => names.map((name) => ({ from: name, to: name }))
const common = ['comment', 'responsibleId', 'opened', 'observers', 'source', 'sourceDescription', 'utm']
const reached = ['address', 'phones', 'emails', 'websites', 'messengers']
const person = ['honorific', 'firstName', 'middleName', 'lastName', 'birthDate', 'position']
const byDefault = {
  deal: same(
    ...['companyId', 'contacts', 'amount', 'currency', 'amountIsManual', 'taxAmount', 'title', ...common],
    'userFields.city',
  ),
  contact: same(...person, ...reached, ...common),
  company: [{ from: 'companyTitle', to: 'title' }, ...same(...reached, ...common)],
}

it('has the fields that both types have by default', async () => {
  expect((await api.call('get', path).expect(200)).body).toEqual(byDefault)
})

it('is changed by an administrator, used by conversions, and reset', async () => {
  const contact = [
    { from: 'lastName', to: 'lastName' },
    { from: 'userFields.city', to: 'userFields.town' },
    { from: 'companyTitle', to: 'position' },
  ]
  const { body } = await api.call('put', path, { contact, company: [] }).expect(200)
  expect(body).toEqual({ ...byDefault, contact, company: [] })
  expect((await api.call('get', path).expect(200)).body).toEqual(body)
  const { id } = await aLead(api, {
    ...{ firstName: 'Anna', lastName: 'Orlova', companyTitle: 'Vector', userFields: { city: 'Omsk' } },
  })
  const made = (await api.call('post', `/v1/leads/${id}/convert`, { contact: true }).expect(200)).body
  expect(await read(api, `contacts/${made.contact.id}`)).toMatchObject({
    ...{ firstName: null, lastName: 'Orlova', position: 'Vector', userFields: { town: 'Omsk' } },
  })
  await api.call('delete', '/v1/types/contact/fields/town').expect(204)
  expect((await api.call('get', path).expect(200)).body.contact).toEqual([contact[0], contact[2]])
  await api.call('delete', path).expect(204)
  expect((await api.call('get', path).expect(200)).body).toEqual(byDefault)
})

it('names every fault', async () => {
  const body = {
    deal: [
      { from: 'titel', to: 'title' },
      { from: 'title', to: 'nothing' },
      { from: 'amount', to: 'title' },
      { from: 'createdAt', to: 'closedAt' },
      { from: 'externalIds', to: 'externalIds' },
      { from: 'title', to: 'title' },
      { from: 'companyTitle', to: 'title' },
      { from: 'title', to: 'userFields.city' },
    ],
  }
  const { errors } = (await api.call('put', path, body).expect(422)).body
  expect(errors.map(({ message: _, ...fault }: { message: string }) => fault)).toEqual([
    { pointer: '/deal/0/from', code: 'unknown_field', hint: 'title' },
    { pointer: '/deal/1/to', code: 'unknown_field' },
    { pointer: '/deal/2/to', code: 'field_does_not_fit' },
    { pointer: '/deal/3/to', code: 'read_only' },
    { pointer: '/deal/4/to', code: 'read_only' },
    { pointer: '/deal/6/to', code: 'duplicate_value' },
  ])
  await api.call('put', path, { dael: [] }).expect(422)
  await api.call('put', path, { deal: [{ from: 'title' }] }).expect(422)
  const { key } = await aUser(api.db)
  await api.as(key)('put', path, {}).expect(403)
  await api.as(key)('delete', path).expect(403)
})

it('leaves out user fields that the caller does not see', async () => {
  const { userId, key } = await aUser(api.db)
  const { body: role } = await api
    .call('post', '/v1/roles', { name: 'Lead readers', permissions: [{ type: 'lead', operations: { read: 'all' } }] })
    .expect(201)
  await api.call('put', `/v1/roles/${role.id}/members`, { userIds: [userId] }).expect(200)
  // The caller does not see the deals, nor their user fields.
  const withoutCity = { ...byDefault, deal: byDefault.deal.filter(({ to }) => to !== 'userFields.city') }
  expect((await api.as(key)('get', path).expect(200)).body).toEqual(withoutCity)
  await api.call('patch', `/v1/roles/${role.id}`, {
    permissions: ['lead', 'deal'].map((type) => ({ type, operations: { read: 'all' } })),
  })
  expect((await api.as(key)('get', path).expect(200)).body).toEqual(byDefault)
  await api.call('put', '/v1/types/lead/fields/city/visibility', { restricted: true }).expect(200)
  expect((await api.as(key)('get', path).expect(200)).body).toEqual(withoutCity)
  expect((await api.call('get', path).expect(200)).body).toEqual(byDefault)
})

it('keeps pairs of hidden fields when somebody who does not see them replaces the map', async () => {
  await api.call('put', '/v1/types/lead/fields/city/visibility', { restricted: true }).expect(200)
  const { userId, key } = await aUser(api.db)
  const role = { name: 'Settings', settings: true, members: { userIds: [userId] } }
  await api.call('post', '/v1/roles', role).expect(201)
  const blind = api.as(key)
  const { body: shown } = await blind('get', path).expect(200)
  expect(JSON.stringify(shown)).not.toContain('userFields.city')
  expect((await blind('put', path, shown).expect(200)).body).toEqual(shown)
  expect((await api.call('get', path).expect(200)).body).toEqual(byDefault)
  const { body } = await blind('put', path, { deal: [{ from: 'userFields.city', to: 'title' }] }).expect(422)
  expect(body.errors).toMatchObject([{ pointer: '/deal/0/from', code: 'unknown_field' }])
  await api.call('put', '/v1/types/lead/fields/city/visibility', { restricted: false }).expect(200)
  await api.call('delete', path).expect(204)
})
