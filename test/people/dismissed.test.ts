import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { aContact, aDeal } from '../seed.ts'
import { createKey, createUser, problem } from './callers.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ work: true })
})
afterAll(() => api.close())

const change = (id: number, body: object) => api.call('patch', `/v1/users/${id}`, body)
const dismiss = (id: number) => change(id, { active: false }).expect(200)

/** Returns an administrator with a key, who can own records. */
const anEmployee = (lastName: string) => aUser(api.db, { isAdmin: true, lastName })

describe('A dismissed user', () => {
  it('cannot sign in with any key until the user is active again', async () => {
    const { userId, key } = await anEmployee('Away')
    const second = await createKey(api, { name: 'Second', userId })
    await api.as(key)('get', '/v1/deals').expect(200)
    await dismiss(userId)
    const refused = problem(401, 'user_inactive', 'The user of this key is not active.')
    for (const one of [key, second.key]) {
      for (const path of ['/v1/me', '/v1/deals', '/v1/users']) {
        expect((await api.as(one)('get', path).expect(401)).body).toEqual(refused)
      }
      await api.as(one)('patch', '/v1/me', { crmHidden: true }).expect(401)
    }
    await change(userId, { active: true }).expect(200)
    await api.as(key)('get', '/v1/deals').expect(200)
  })

  it('keeps records, departments, groups and a name that can be read', async () => {
    const { userId } = await anEmployee('Keeper')
    const { body: department } = await api.call('post', '/v1/departments', { name: 'Sales', headId: userId })
    const { body: group } = await api.call('post', '/v1/groups', { name: 'Project', userIds: [userId] })
    const deal = await aDeal(api, { title: 'Kept', responsibleId: userId })
    await dismiss(userId)
    const { body } = await api.call('get', `/v1/deals/${deal.id}?expand=responsible`).expect(200)
    expect(body).toMatchObject({ responsibleId: userId, version: deal.version })
    expect(body.expanded.responsible).toMatchObject({ id: userId, lastName: 'Keeper', active: false })
    const found = await api.call('get', '/v1/deals?filter[responsible.lastName]=Keeper&fields=title').expect(200)
    expect(found.body.data).toEqual([{ id: deal.id, title: 'Kept' }])
    const user = (await api.call('get', `/v1/users/${userId}`).expect(200)).body
    expect(user).toMatchObject({ active: false, departmentIds: [department.id], groupIds: [group.id] })
    const listed = (await api.call('get', `/v1/users?active=false&departmentId=${department.id}`)).body.data
    expect(listed.map(({ id }: { id: number }) => id)).toEqual([userId])
  })

  it('heads no department, and cannot be made a head', async () => {
    const { id } = await createUser(api, { firstName: 'Head' })
    const headOf = async (department: number) =>
      (await api.call('get', `/v1/departments/${department}`).expect(200)).body.headId
    const { body: department } = await api.call('post', '/v1/departments', { name: 'Service', headId: id }).expect(201)
    await dismiss(id)
    expect(await headOf(department.id)).toBeNull()
    const again = await api.call('patch', `/v1/departments/${department.id}`, { headId: id }).expect(422)
    expect(again.body.errors).toEqual([
      { pointer: '/headId', code: 'dismissed_user', message: `The user ${id} is not active.` },
    ])
    await change(id, { active: true }).expect(200)
    expect(await headOf(department.id)).toBeNull()
    await api.call('patch', `/v1/departments/${department.id}`, { headId: id }).expect(200)
    await change(id, { departmentIds: [] }).expect(200)
    expect(await headOf(department.id)).toBeNull()
  })

  it('hands over all records in bulk', async () => {
    const { userId, key } = await anEmployee('Leaver')
    const heir = await anEmployee('Heir')
    const deals = [await aDeal(api, { responsibleId: userId }), await aDeal(api, { responsibleId: userId })]
    const contact = await aContact(api, { responsibleId: userId })
    await dismiss(userId)
    const handover = { filter: { field: 'responsibleId', value: userId }, set: { responsibleId: heir.userId } }
    for (const plural of ['deals', 'contacts']) {
      const { body: job } = await api.call('post', `/v1/${plural}/bulk`, handover).expect(202)
      const { body } = await api.call('get', `/v1/jobs/${job.id}?wait=30`).expect(200)
      expect(body).toMatchObject({ status: 'completed', progress: { done: plural === 'deals' ? 2 : 1 } })
    }
    for (const { id } of deals) {
      expect((await api.call('get', `/v1/deals/${id}`)).body.responsibleId).toBe(heir.userId)
    }
    expect((await api.call('get', `/v1/contacts/${contact.id}`)).body.responsibleId).toBe(heir.userId)
    const left = await api.call('get', `/v1/deals?filter[responsibleId]=${userId}&count=exact`).expect(200)
    expect(left.body).toMatchObject({ data: [], total: 0 })
    await api.as(key)('get', '/v1/me').expect(401)
  })

  it('cannot be deleted', async () => {
    const { id } = await createUser(api, { firstName: 'Kept' })
    const { body } = await api.call('delete', `/v1/users/${id}`).expect(405)
    expect(body).toMatchObject({ code: 'method_not_allowed', detail: expect.stringContaining('PATCH') })
  })
})
