import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { createFields } from '../fields-of-every-kind.ts'

let api: Api
let key: string
beforeAll(async () => {
  api = await startApi()
  const secret = { code: 'lawsuit', title: { en: 'Lawsuit', ru: 'Суд' }, relations: { parents: ['deal'] } }
  await api.call('post', '/v1/types', secret).expect(201)
  await createFields(api, 'lawsuit', [{ code: 'court', kind: 'string', label: 'Court' }])
  const settings = { types: ['lawsuit', 'deal'] }
  await createFields(api, 'deal', [{ code: 'about', kind: 'crm', label: 'About', settings }])
  const seller = await aUser(api.db, { lastName: 'Seller' })
  const permissions = [{ type: 'deal', operations: { read: 'all', update: 'all' } }]
  await api.call('post', '/v1/roles', { name: 'Sales', permissions, members: { userIds: [seller.userId] } }).expect(201)
  key = seller.key
})
afterAll(() => api.close())

const read = async (call: Api['call']): Promise<string> =>
  JSON.stringify((await call('get', '/v1/openapi.json').expect(200)).body)

it('has unique names of operations and tags when smart processes have similar names', async () => {
  const title = 'Deals'
  for (const type of [{ code: 'visit' }, { code: 'visitHistory', plural: 'visitHistory' }])
    await api.call('post', '/v1/types', { title, ...type }).expect(201)
  const document = JSON.parse(await read(api.call))
  const operations: { operationId: string }[] = Object.values(document.paths as object).flatMap(Object.values)
  const ids = operations.map(({ operationId }) => operationId)
  expect(ids.filter((id, index) => ids.indexOf(id) < index)).toEqual([])
  const tags = document.tags.map(({ name }: { name: string }) => name)
  expect(new Set(tags).size).toBe(tags.length)
  expect(ids).toContain('listVisitHistory')
})

it('leaves out a smart process that is closed to the caller, everywhere', async () => {
  expect(await read(api.call)).toMatch(/lawsuit/)
  const seen = await read(api.as(key))
  expect(seen).not.toMatch(/lawsuit|court/i)
  expect(JSON.parse(seen).components.schemas.DealUserFieldsInput.properties.about.properties.type.enum).toEqual([
    'deal',
  ])
})

it('is the same before and after a change of what the caller does not see', async () => {
  const before = await read(api.as(key))
  await createFields(api, 'lawsuit', [{ code: 'judge', kind: 'string', label: 'Judge' }])
  await api
    .call('post', '/v1/types', { code: 'audit', title: 'Audit', relations: { children: ['lawsuit'] } })
    .expect(201)
  expect(await read(api.as(key))).toBe(before)
})

it('describes no records to a key whose types are all closed', async () => {
  const { userId } = await aUser(api.db, { lastName: 'Former' })
  const role = {
    name: 'Past',
    permissions: [{ type: 'deal', operations: { read: 'all' } }],
    members: { userIds: [userId] },
  }
  const { body } = await api.call('post', '/v1/roles', role).expect(201)
  const scopes = [{ type: 'deal', operations: ['read'] }]
  const issued = await api.call('post', '/v1/api-keys', { name: 'Deals', userId, scopes }).expect(201)
  const permissions = [{ type: 'contact', operations: { read: 'all' } }]
  await api.call('patch', `/v1/roles/${body.id}`, { permissions }).expect(200)
  const document = JSON.parse(await read(api.as(issued.body.key)))
  expect(Object.keys(document.paths).filter((path) => /deals|contacts/.test(path))).toEqual([])
  expect(document.components.schemas.AnyRecord).toMatchObject({ not: {} })
})
