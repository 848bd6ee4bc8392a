import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { aDeal } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const idOf = async (path: string, body: object) => (await api.call('post', path, body).expect(201)).body.id as number
const change = (path: string, body: object) => api.call('patch', path, body).expect(200)

/** Creates a user of departments and groups, and returns the user's requests. */
async function aMember(memberships: object) {
  const { userId, key } = await aUser(api.db, { lastName: 'Member' })
  await change(`/v1/users/${userId}`, memberships)
  return api.as(key)
}

/** Gives members a role with which they read all deals. */
async function readingRole(members: object) {
  const permissions = [{ type: 'deal', operations: { read: 'all' } }]
  return await idOf('/v1/roles', { name: 'Reading', permissions, members })
}

/** Returns the status of reading a deal, also from a second server. */
async function statusOf(call: Api['call'], path: string, other: Api): Promise<number> {
  const { status, request } = await call('get', path)
  const again = await other.as(String(request.getHeader('authorization')).slice(7))('get', path)
  expect(again.status).toBe(status)
  return status
}

it('moves the rights of a department with it, on every server from the next request on', async () => {
  const { db, pool, connection } = api
  const other = await startApi({ database: { db, pool, connection, close: async () => {} } })
  const deal = `/v1/deals/${(await aDeal(api)).id}`
  const sales = await idOf('/v1/departments', { name: 'Sales' })
  const service = await idOf('/v1/departments', { name: 'Service' })
  const retail = await idOf('/v1/departments', { name: 'Retail', parentId: service })
  const shop = await idOf('/v1/departments', { name: 'Shop', parentId: retail })
  const call = await aMember({ departmentIds: [shop] })
  await readingRole({ departments: [{ id: sales, withSub: true }] })
  expect(await statusOf(call, deal, other)).toBe(403)
  await change(`/v1/departments/${retail}`, { parentId: sales })
  expect(await statusOf(call, deal, other)).toBe(200)
  await change(`/v1/departments/${shop}`, { parentId: service })
  expect(await statusOf(call, deal, other)).toBe(403)
  await change(`/v1/departments/${shop}`, { parentId: retail })
  await api.call('delete', `/v1/departments/${retail}`).expect(204)
  expect(await statusOf(call, deal, other)).toBe(200)
  await api.call('delete', `/v1/departments/${shop}`).expect(204)
  expect(await statusOf(call, deal, other)).toBe(200)
  await api.call('delete', `/v1/departments/${sales}`).expect(204)
  expect(await statusOf(call, deal, other)).toBe(403)
  await other.close()
})

it('gives a head the rights of a member, and no more', async () => {
  const deal = `/v1/deals/${(await aDeal(api)).id}`
  const call = await aMember({ departmentIds: [] })
  const { id } = (await call('get', '/v1/me')).body
  const sales = await idOf('/v1/departments', { name: 'Sales' })
  await readingRole({ departments: [{ id: sales }] })
  await call('get', deal).expect(403)
  await change(`/v1/departments/${sales}`, { headId: id })
  await call('get', deal).expect(200)
  await call('patch', deal, { title: 'A' }).expect(403)
  await call('get', `/v1/departments/${sales}`).expect(200)
})

it('gives and takes rights through a group', async () => {
  const deal = `/v1/deals/${(await aDeal(api)).id}`
  const group = await idOf('/v1/groups', { name: 'Project' })
  const call = await aMember({ departmentIds: [] })
  const { id } = (await call('get', '/v1/me')).body
  await readingRole({ groupIds: [group] })
  await call('get', deal).expect(403)
  await change(`/v1/groups/${group}`, { userIds: { add: [id] } })
  await call('get', deal).expect(200)
  expect((await call('get', '/v1/me')).body.groupIds).toEqual([group])
  await change(`/v1/users/${id}`, { groupIds: [] })
  await call('get', deal).expect(403)
  await change(`/v1/users/${id}`, { groupIds: [group] })
  await call('get', deal).expect(200)
  await api.call('delete', `/v1/groups/${group}`).expect(204)
  await call('get', deal).expect(403)
})

it('keeps rights as they are when a user hides the CRM in the menu', async () => {
  const deal = `/v1/deals/${(await aDeal(api)).id}`
  const group = await idOf('/v1/groups', { name: 'Hidden' })
  await readingRole({ groupIds: [group] })
  const call = await aMember({ groupIds: [group] })
  await call('patch', '/v1/me', { crmHidden: true }).expect(200)
  await call('get', deal).expect(200)
})

it('leaves nobody in a department that is deleted meanwhile, and no dismissed user as a head', async () => {
  for (let round = 0; round < 5; round++) {
    const department = await idOf('/v1/departments', { name: 'Closing' })
    const { userId } = await aUser(api.db, { lastName: 'Moved' })
    const answers = await Promise.all([
      api.call('patch', `/v1/users/${userId}`, { departmentIds: [department] }),
      api.call('post', '/v1/users', { lastName: 'New', departmentIds: [department] }),
      api.call('post', '/v1/departments', { name: 'Below', parentId: department }),
      api.call('post', '/v1/roles', { name: 'Reading', members: { departments: [{ id: department }] } }),
      api.call('delete', `/v1/departments/${department}`),
    ])
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => ![200, 201, 204, 422].includes(status))).toEqual([])
    expect(statuses.at(-1)).toBe(204)
    expect((await api.call('get', `/v1/users?departmentId=${department}`)).body.data).toEqual([])
    const head = await idOf('/v1/departments', { name: 'Headed' })
    await Promise.all([
      api.call('patch', `/v1/departments/${head}`, { headId: userId }),
      api.call('patch', `/v1/users/${userId}`, { active: false }),
    ])
    expect((await api.call('get', `/v1/departments/${head}`)).body.headId).toBeNull()
  }
})
