import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { adminRequired, settingsRequired } from '../people/callers.ts'

let api: Api
let holderId: number
let asHolder: Api['call']
let roleId: number
beforeAll(async () => {
  api = await startApi()
  const { userId, key } = await aUser(api.db, { lastName: 'Zimina' })
  holderId = userId
  asHolder = api.as(key)
  const { body } = await api.call('post', '/v1/roles', { name: 'CRM', settings: true, members: { userIds: [userId] } })
  roleId = body.id
})
afterAll(() => api.close())

it('manages roles and visibility, and not the users of the portal', async () => {
  const role = await asHolder('post', '/v1/roles', { name: 'Sales' }).expect(201)
  await asHolder('patch', `/v1/roles/${role.body.id}`, { name: 'Retail' }).expect(200)
  await asHolder('put', `/v1/roles/${role.body.id}/members`, { userIds: [holderId] }).expect(200)
  await asHolder('delete', `/v1/roles/${role.body.id}`).expect(204)
  const refused = await asHolder('post', '/v1/users', { lastName: 'Losev', isAdmin: true }).expect(403)
  expect(refused.body).toEqual(adminRequired)
})

it('does not show fields that are hidden from its holder', async () => {
  const field = '/v1/types/deal/fields/margin'
  await asHolder('post', '/v1/types/deal/fields', { code: 'margin', kind: 'integer', label: 'Margin' }).expect(201)
  const shared = { restricted: true, userIds: [holderId], departments: [] }
  expect((await asHolder('put', `${field}/visibility`, shared).expect(200)).body).toEqual(shared)
  const deal = await asHolder('post', '/v1/deals', { userFields: { margin: 30 } }).expect(201)
  expect(deal.body.userFields).toEqual({ margin: 30 })
  const nobody = { restricted: true, userIds: [], departments: [] }
  expect((await asHolder('put', `${field}/visibility`, { restricted: true }).expect(200)).body).toEqual(nobody)
  for (const path of [field, `${field}/visibility`]) {
    expect((await asHolder('get', path).expect(404)).body).toMatchObject({ code: 'field_not_found' })
  }
  await asHolder('put', `${field}/visibility`, { restricted: false }).expect(404)
  expect((await asHolder('get', `/v1/deals/${deal.body.id}`).expect(200)).body.userFields).toEqual({})
  expect((await api.call('get', `${field}/visibility`).expect(200)).body).toEqual(nobody)
  await api.call('put', `${field}/visibility`, shared).expect(200)
  expect((await asHolder('get', `/v1/deals/${deal.body.id}`).expect(200)).body.userFields).toEqual({ margin: 30 })
})

it('shows a field to the users of a department, and with it to those below', async () => {
  const field = '/v1/types/deal/fields/bonus'
  await api.call('post', '/v1/types/deal/fields', { code: 'bonus', kind: 'integer', label: 'Bonus' }).expect(201)
  const { body: sales } = await api.call('post', '/v1/departments', { name: 'Sales' }).expect(201)
  await api.call('patch', `/v1/users/${holderId}`, { departmentIds: [sales.id] }).expect(200)
  const seen = async (departments: object[]) => {
    await api.call('put', `${field}/visibility`, { restricted: true, departments }).expect(200)
    return (await asHolder('get', field)).status
  }
  expect(await seen([{ id: sales.id }])).toBe(200)
  expect(await seen([{ id: 1 }])).toBe(404)
  expect(await seen([{ id: 1, withSub: true }])).toBe(200)
  await api.call('patch', `/v1/users/${holderId}`, { departmentIds: [] }).expect(200)
  await asHolder('get', field).expect(404)
})

it('ends with the request after the role is taken', async () => {
  await asHolder('get', '/v1/roles').expect(200)
  await api.call('patch', `/v1/roles/${roleId}`, { settings: false }).expect(200)
  expect((await asHolder('get', '/v1/roles').expect(403)).body).toEqual(settingsRequired)
  await api.call('patch', `/v1/roles/${roleId}`, { settings: true }).expect(200)
  await asHolder('get', '/v1/roles').expect(200)
  // Its own holder can give it away.
  await asHolder('put', `/v1/roles/${roleId}/members`, {}).expect(200)
  expect((await asHolder('get', '/v1/roles').expect(403)).body).toEqual(settingsRequired)
})
