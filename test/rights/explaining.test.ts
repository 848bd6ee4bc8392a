import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { createKey, settingsRequired } from '../people/callers.ts'
import { aDeal } from '../seed.ts'

interface Company {
  manager: Awaited<ReturnType<typeof aUser>>
  other: Awaited<ReturnType<typeof aUser>>
  /** The department of both, and the group of the manager. */
  sales: number
  group: number
  pipelineId: number
  /** The roles of the manager, by a department and by the group. */
  managers: number
  closed: number
}

let api: Api
let there: Company
let asManager: Api['call']
beforeAll(async () => {
  api = await startApi()
  const idOf = async (path: string, body: object) => (await api.call('post', path, body).expect(201)).body.id as number
  const manager = await aUser(api.db, { lastName: 'Manager' })
  const other = await aUser(api.db, { lastName: 'Other' })
  const sales = await idOf('/v1/departments', { name: 'Sales' })
  for (const { userId } of [manager, other]) {
    await api.call('patch', `/v1/users/${userId}`, { departmentIds: [sales] }).expect(200)
  }
  const group = await api.pool.query(`insert into user_group (name) values ('{"en": "A", "ru": "A"}') returning id`)
  await api.pool.query('insert into user_group_member values ($1, $2)', [group.rows[0].id, manager.userId])
  const pipelineId = (await api.call('get', '/v1/types/deal/pipelines')).body.data[0].id
  const managers = await idOf('/v1/roles', {
    name: { en: 'Managers', ru: 'Менеджеры' },
    permissions: [
      { type: 'deal', operations: { read: 'department', add: 'own', update: 'own', move: 'own' } },
      { type: 'contact', operations: { read: 'opened' } },
    ],
    members: { departments: [{ id: 1, withSub: true }] },
  })
  const closed = await idOf('/v1/roles', {
    name: 'Closed',
    permissions: [{ type: 'deal', stageId: 'WON', operations: { update: 'none' } }],
    members: { groupIds: [group.rows[0].id], userIds: [manager.userId] },
  })
  there = { manager, other, sales, group: group.rows[0].id, pipelineId, managers, closed }
  asManager = api.as(manager.key)
})
afterAll(() => api.close())

type Explained = Record<string, { allowed: boolean; level: string; limitedByKey: boolean; roles: object[] }>
const briefly = (operations: Explained) =>
  Object.fromEntries(Object.entries(operations).map(([name, { allowed, level }]) => [name, `${allowed} ${level}`]))
const closedToAll = { delete: 'false none', export: 'false none', import: 'false none', automation: 'false none' }

describe('Access to a record', () => {
  let dealId: number
  beforeEach(async () => {
    dealId = (await aDeal(api, { responsibleId: there.manager.userId, opened: false })).id as number
  })

  it('says what the caller may do, and which role gives it', async () => {
    const { body } = await asManager('get', `/v1/deals/${dealId}/access`).expect(200)
    const { operations, ...rest } = body
    expect(rest).toEqual({
      ...{ userId: there.manager.userId, administrator: false, settings: false, reason: null },
      relation: { responsible: true, observer: false, department: true, subdepartments: true, opened: false },
    })
    expect(briefly(operations)).toEqual({
      ...{ read: 'true department', add: 'true own', update: 'true own', ...closedToAll, move: 'true own' },
    })
    const own = { level: 'own', from: 'type', counts: true }
    expect(operations.update).toEqual({
      ...{ allowed: true, level: 'own', limitedByKey: false },
      roles: [{ id: there.managers, name: 'Managers', ...own }],
    })
    expect(operations.delete.roles).toEqual([])
    const russian = await asManager('get', `/v1/deals/${dealId}/access`).set('accept-language', 'ru')
    expect(russian.body.operations.update.roles[0].name).toBe('Менеджеры')
  })

  it('says which role withholds an operation in a stage', async () => {
    await api.call('patch', `/v1/deals/${dealId}`, { stageId: 'WON' }).expect(200)
    const { body } = await asManager('get', `/v1/deals/${dealId}/access`).expect(200)
    expect(body.operations.update).toEqual({
      ...{ allowed: false, level: 'none', limitedByKey: false },
      roles: [
        { id: there.managers, name: 'Managers', level: 'own', from: 'type', counts: false },
        { id: there.closed, name: 'Closed', level: 'none', from: 'stage', counts: true },
      ],
    })
    await asManager('patch', `/v1/deals/${dealId}`, { title: 'X' }).expect(403)
  })

  it('explains the access of a colleague to administrators, and to nobody else', async () => {
    const path = `/v1/deals/${dealId}/access?user=${there.other.userId}`
    const { body } = await api.call('get', path).expect(200)
    expect(body).toMatchObject({
      ...{ userId: there.other.userId, administrator: false, reason: null },
      relation: { responsible: false, observer: false, department: true, subdepartments: true, opened: false },
    })
    expect(briefly(body.operations)).toEqual({
      ...{ read: 'true department', add: 'false own', update: 'false own', ...closedToAll, move: 'false own' },
    })
    expect((await asManager('get', path).expect(403)).body).toEqual(settingsRequired)
    const unknown = await api.call('get', `/v1/deals/${dealId}/access?user=9999`).expect(400)
    expect(unknown.body.errors).toMatchObject([{ parameter: 'user', code: 'not_found_reference' }])
  })

  it('shows that administrators may do everything', async () => {
    const { body } = await api.call('get', `/v1/deals/${dealId}/access`).expect(200)
    expect(body).toMatchObject({ administrator: true, settings: true, reason: null })
    expect(new Set(Object.values(briefly(body.operations)))).toEqual(new Set(['true all']))
  })

  it('allows nothing to inactive users, whatever their roles give', async () => {
    const { userId } = await aUser(api.db)
    await api.call('patch', `/v1/users/${userId}`, { active: false, departmentIds: [there.sales] }).expect(200)
    const { body } = await api.call('get', `/v1/deals/${dealId}/access?user=${userId}`).expect(200)
    expect(body.reason).toBe('user_inactive')
    expect(briefly(body.operations)).toMatchObject({ read: 'false department', update: 'false own' })
  })

  it('names what the scopes of a key refuse', async () => {
    const scopes = [{ type: 'deal', operations: ['read'] }]
    const { key } = await createKey(api, { name: 'Reader', userId: there.manager.userId, scopes })
    const { body } = await api.as(key)('get', `/v1/deals/${dealId}/access`).expect(200)
    const { read, update } = body.operations
    expect([read.allowed, read.limitedByKey, update.allowed, update.limitedByKey]).toEqual([true, false, false, true])
  })

  it('is 404 for a record that the caller may not read, as for one that does not exist', async () => {
    const hidden = await aDeal(api, { responsibleId: api.userId })
    const answers = await Promise.all(
      [hidden.id, 9999].map((id) => asManager('get', `/v1/deals/${id}/access`).expect(404)),
    )
    const shown = answers.map(({ body }) => ({ ...body, detail: '', instance: '', traceId: '' }))
    expect(shown[0]).toEqual(shown[1])
    expect((await asManager('get', '/v1/companies/1/access').expect(403)).body.code).toBe('forbidden')
  })

  it('works for types without stages', async () => {
    const contact = await api.call('post', '/v1/contacts', { lastName: 'Losev', opened: true }).expect(201)
    const { body } = await asManager('get', `/v1/contacts/${contact.body.id}/access`).expect(200)
    expect(body.relation.opened).toBe(true)
    expect(body.operations.read).toMatchObject({ allowed: true, level: 'opened' })
    expect(body.operations.update).toMatchObject({ allowed: false, level: 'none' })
  })
})

describe('Access of a user', () => {
  const available = { available: true, reason: null, hiddenInMenu: false }
  const noRole = { ...available, available: false, reason: 'no_role' }

  it('shows the roles, through what the user has them, and the levels over all of them', async () => {
    const { manager, managers, closed, group, pipelineId } = there
    const { body } = await asManager('get', '/v1/me/access').expect(200)
    const { permissions, ...rest } = body
    expect(rest).toEqual({
      ...{ userId: manager.userId, administrator: false, settings: false, crm: available },
      roles: [
        { id: managers, name: 'Managers', through: [{ departmentId: 1, withSub: true }] },
        { id: closed, name: 'Closed', through: [{ user: true }, { groupId: group }] },
      ],
    })
    const none = { delete: 'none', export: 'none', import: 'none', automation: 'none' }
    const ofDeals = { read: 'department', add: 'own', update: 'own', ...none, move: 'own' }
    const everywhere = { pipelineId: null, stageId: null }
    expect(permissions.filter(({ type }: { type: string }) => type === 'deal')).toEqual([
      { type: 'deal', ...everywhere, operations: ofDeals },
      { type: 'deal', pipelineId, stageId: 'WON', operations: { ...ofDeals, update: 'none' } },
    ])
    expect(permissions.map(({ type }: { type: string }) => type)).toEqual([
      ...['lead', 'deal', 'deal', 'contact', 'company', 'quote', 'invoice'],
    ])
  })

  it('says why there is no CRM: no role, switched off, or an inactive user', async () => {
    const outsider = await aUser(api.db)
    const as = api.as(outsider.key)
    expect((await as('get', '/v1/me/access').expect(200)).body.crm).toEqual(noRole)
    await asManager('patch', '/v1/me', { crmHidden: true }).expect(200)
    expect((await asManager('get', '/v1/me/access')).body.crm).toEqual({ ...available, hiddenInMenu: true })
    await api.call('patch', '/v1/settings', { crmEnabled: false }).expect(200)
    const off = (await asManager('get', '/v1/me/access').expect(200)).body.crm
    expect(off).toEqual({ available: false, reason: 'switched_off', hiddenInMenu: true })
    await api.call('patch', '/v1/settings', { crmEnabled: true }).expect(200)
    await api.call('patch', `/v1/users/${outsider.userId}`, { active: false }).expect(200)
    const path = `/v1/me/access?user=${outsider.userId}`
    expect((await api.call('get', path).expect(200)).body.crm).toEqual({ ...noRole, reason: 'user_inactive' })
  })

  it('explains other users to administrators only', async () => {
    const path = `/v1/me/access?user=${there.manager.userId}`
    const { body } = await api.call('get', path).expect(200)
    expect(body).toEqual((await asManager('get', path).expect(200)).body)
    const other = `/v1/me/access?user=${there.other.userId}`
    expect((await asManager('get', other).expect(403)).body).toEqual(settingsRequired)
    expect((await api.call('get', '/v1/me/access?user=9999').expect(400)).body.errors).toMatchObject([
      { parameter: 'user', code: 'not_found_reference' },
    ])
    await api.call('get', '/v1/me/access?users=1').expect(400)
  })

  it('shows that the settings right gives everything', async () => {
    const { userId, key } = await aUser(api.db)
    const role = await api.call('post', '/v1/roles', { name: 'CRM', settings: true, members: { userIds: [userId] } })
    const { body } = await api.as(key)('get', '/v1/me/access').expect(200)
    expect(body).toMatchObject({ administrator: false, settings: true, crm: available })
    expect(body.permissions).toHaveLength(6)
    const { id } = await aDeal(api)
    const explained = await api.as(key)('get', `/v1/deals/${id}/access`).expect(200)
    expect(explained.body.operations.delete).toEqual({
      ...{ allowed: true, level: 'all', limitedByKey: false },
      roles: [{ id: role.body.id, name: 'CRM', level: 'all', from: 'settings', counts: true }],
    })
  })

  it('names a pipeline as a whole if all its stages differ alike', async () => {
    const stages = [
      { id: 'NEW', name: 'New' },
      { id: 'WON', name: 'Won', semantic: 'success' },
    ]
    const pipeline = await api.call('post', '/v1/types/deal/pipelines', { name: 'Short', stages }).expect(201)
    const { userId, key } = await aUser(api.db)
    const permissions = [
      { type: 'deal', operations: { read: 'own' } },
      { type: 'deal', pipelineId: pipeline.body.id, operations: { read: 'all' } },
    ]
    await api.call('post', '/v1/roles', { name: 'Short', permissions, members: { userIds: [userId] } }).expect(201)
    const { body } = await api.as(key)('get', '/v1/me/access').expect(200)
    const ofDeals = body.permissions.filter(({ type }: { type: string }) => type === 'deal')
    expect(ofDeals).toMatchObject([
      { pipelineId: null, stageId: null, operations: { read: 'own' } },
      { pipelineId: pipeline.body.id, stageId: null, operations: { read: 'all' } },
    ])
  })
})
