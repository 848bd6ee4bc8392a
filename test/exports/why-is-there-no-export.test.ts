import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { aContact } from '../seed.ts'
import { exportedText } from './exported.ts'

let api: Api
let manager: Api['call']
let managerId: number
beforeAll(async () => {
  api = await startApi()
  const user = await aUser(api.db)
  managerId = user.userId
  manager = api.as(user.key)
  const features = ['roles', 'automation']
  await api.call('post', '/v1/plans', { code: 'basic', name: 'Basic', features }).expect(201)
  await aContact(api, { lastName: 'Petrov' })
})
afterEach(async () => {
  await usePlan('default')
})
afterAll(() => api.close())

const usePlan = (plan: string) => api.call('patch', '/v1/settings', { plan }).expect(200)
const path = '/v1/contacts/export?fields=lastName&mode=raw'

/** Gives the manager a role with the given levels for contacts. */
async function giveRole(operations: Record<string, string>): Promise<void> {
  const permissions = [{ type: 'contact', operations }]
  const members = { userIds: [managerId], departments: [], groupIds: [] }
  await api.call('post', '/v1/roles', { name: JSON.stringify(operations), permissions, members }).expect(201)
}

it('because the plan does not include exports', async () => {
  await usePlan('basic')
  const { body } = await api.call('get', path).set('accept-language', 'ru').expect(403)
  expect(body).toMatchObject({ code: 'plan_feature_required', feature: 'export' })
  await usePlan('default')
  expect(await exportedText(api.call, path.slice('/v1/'.length))).toBe('lastName\r\nPetrov\r\n')
})

it('because the employee lacks the right to export this type of records, until a role gives it', async () => {
  await giveRole({ read: 'all' })
  const { body } = await manager('get', path).set('accept-language', 'en').expect(403)
  expect(body).toMatchObject({
    code: 'export_right_required',
    detail: 'You need the permission "export" for "contact".',
  })
  await giveRole({ export: 'all' })
  expect(await exportedText(manager, path.slice('/v1/'.length))).toBe('lastName\r\nPetrov\r\n')
})

it.each(['board', 'calendar'])('because records are viewed as a %s, not as a list', async (view) => {
  const { body } = await manager('get', `${path}&view=${view}`).expect(422)
  expect(body).toMatchObject({
    code: 'export_requires_list_view',
    view,
    errors: [{ parameter: 'view', code: 'unknown_value', allowed: ['list'] }],
  })
  expect(await exportedText(manager, `${path.slice('/v1/'.length)}&view=list`)).toBe('lastName\r\nPetrov\r\n')
})

it('because of the plan first, then the right, then the view', async () => {
  const { key } = await aUser(api.db)
  const asStranger = api.as(key)
  const codeOf = async (call: Api['call']) => (await call('get', `${path}&view=board`)).body.code
  await giveRoleTo(key)
  await usePlan('basic')
  expect([await codeOf(asStranger), await codeOf(manager)]).toEqual(['plan_feature_required', 'plan_feature_required'])
  await usePlan('default')
  expect([await codeOf(asStranger), await codeOf(manager)]).toEqual([
    'export_right_required',
    'export_requires_list_view',
  ])
})

/** Lets the user of a key read contacts. */
async function giveRoleTo(key: string): Promise<void> {
  const { id } = (await api.as(key)('get', '/v1/me')).body
  const permissions = [{ type: 'contact', operations: { read: 'all' } }]
  const members = { userIds: [id], departments: [], groupIds: [] }
  await api.call('post', '/v1/roles', { name: 'Reader', permissions, members }).expect(201)
}
