import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { aUser } from '../api.ts'
import {
  type Callers,
  createUser,
  problem,
  settingsRequired,
  startWithCallers,
  unavailable,
} from '../people/callers.ts'

let callers: Callers
beforeAll(async () => {
  callers = await startWithCallers()
})
afterAll(() => callers.api.close())

const call: Callers['api']['call'] = (...request) => callers.api.call(...request)
const aRole = async (body: object) => (await call('post', '/v1/roles', { name: 'Role', ...body }).expect(201)).body
const nobody = { userIds: [], departments: [], groupIds: [] }
const everywhere = { pipelineId: null, stageId: null }

it('comes with four roles that a company can start with', async () => {
  const { body } = await call('get', '/v1/roles').expect(200)
  const named = (
    body.data as { name: string; settings: boolean; permissions: { type: string; operations: object }[] }[]
  ).map(({ name, settings, permissions }) => ({ name, settings, ...permissions.find(({ type }) => type === 'deal') }))
  const none = { delete: 'none', export: 'none', import: 'none', automation: 'none', move: 'none' }
  const below = 'subdepartments'
  expect(named.map(({ operations, ...rest }) => ({ ...rest, ...operations }))).toEqual([
    {
      ...{ name: 'Administrator', settings: true, type: 'deal', ...everywhere, read: 'all', add: 'all', update: 'all' },
      ...{ delete: 'all', export: 'all', import: 'all', automation: 'all', move: 'all' },
    },
    {
      ...{ name: 'Head of department', settings: false, type: 'deal', ...everywhere, read: below, add: 'all' },
      ...{ update: below, delete: below, export: below, import: 'all', automation: 'none', move: below },
    },
    {
      ...{ name: 'Manager', settings: false, type: 'deal', ...everywhere, read: 'own', add: 'own', update: 'own' },
      ...{ ...none, import: 'own', move: 'own' },
    },
    {
      ...{ name: 'Observer', settings: false, type: 'deal', ...everywhere },
      ...none,
      read: 'all',
      add: 'none',
      update: 'none',
    },
  ])
  const { data } = (await call('get', '/v1/roles?labels=all')).body
  expect(data.map((role: { name: object }) => role.name)).toContainEqual({ en: 'Manager', ru: 'Менеджер' })
  const [{ permissions, members }] = data
  expect(members).toEqual(nobody)
  expect(permissions.map(({ type }: { type: string }) => type)).toEqual([
    ...['lead', 'deal', 'contact', 'company', 'quote', 'invoice'],
  ])
  // Contacts have no stages.
  expect(Object.keys(permissions[2].operations)).toEqual([
    ...['read', 'add', 'update', 'delete', 'export', 'import', 'automation'],
  ])
})

it('creates a role with everything that the body has, in one order', async () => {
  const { id: userId } = await createUser(callers.api, { lastName: 'Zimin' })
  const [{ id: pipelineId }] = (await call('get', '/v1/types/deal/pipelines')).body.data
  const created = await call('post', '/v1/roles', {
    name: { en: 'Sales', ru: 'Продажи' },
    settings: true,
    permissions: [
      { type: 'invoice', operations: { export: 'all', read: 'opened' } },
      { type: 'deal', stageId: 'WON', operations: { update: 'none' } },
      { type: 'deal', stageId: 'NEW', pipelineId, operations: { update: 'all' } },
      { type: 'deal', operations: { move: 'own', add: 'own', read: 'department' } },
      { type: 'deal', pipelineId, stageId: null, operations: { read: 'subdepartments' } },
    ],
    members: { userIds: [userId, callers.reader.userId], departments: [{ id: 1 }] },
  }).expect(201)
  const { id } = created.body
  expect(created.headers.location).toBe(`/v1/roles/${id}`)
  expect(created.body).toEqual({
    ...{ id, name: 'Sales', settings: true },
    permissions: [
      { type: 'deal', ...everywhere, operations: { read: 'department', add: 'own', move: 'own' } },
      { type: 'deal', pipelineId, stageId: null, operations: { read: 'subdepartments' } },
      { type: 'deal', pipelineId, stageId: 'NEW', operations: { update: 'all' } },
      { type: 'deal', pipelineId, stageId: 'WON', operations: { update: 'none' } },
      { type: 'invoice', ...everywhere, operations: { read: 'opened', export: 'all' } },
    ],
    members: { ...nobody, userIds: [callers.reader.userId, userId], departments: [{ id: 1, withSub: false }] },
  })
  expect((await call('get', `/v1/roles/${id}`).expect(200)).body).toEqual(created.body)
  const russian = await call('get', `/v1/roles/${id}`).set('accept-language', 'ru').expect(200)
  expect(russian.body.name).toBe('Продажи')
  // A role that was read can be sent back.
  const { id: _, ...same } = created.body
  expect((await call('patch', `/v1/roles/${id}`, same).expect(200)).body).toEqual(created.body)
})

it('has no permissions and no members by default', async () => {
  const role = await aRole({ name: 'Empty' })
  expect(role).toEqual({ id: role.id, name: 'Empty', settings: false, permissions: [], members: nobody })
})

it('changes what the body names, and keeps the rest', async () => {
  const role = await aRole({
    permissions: [{ type: 'lead', operations: { read: 'all' } }],
    members: { userIds: [callers.reader.userId], departments: [{ id: 1, withSub: true }] },
  })
  const path = `/v1/roles/${role.id}`
  const named = await call('patch', path, { name: 'Leads' }).expect(200)
  expect(named.body).toEqual({ ...role, name: 'Leads' })
  const left = await call('patch', path, { members: { userIds: [] } }).expect(200)
  expect(left.body.members).toEqual({ ...nobody, departments: [{ id: 1, withSub: true }] })
  const permissions = [{ type: 'deal', ...everywhere, operations: { read: 'own' } }]
  expect((await call('patch', path, { permissions, settings: true }).expect(200)).body).toEqual({
    ...{ ...left.body, settings: true, permissions },
  })
  const empty = await call('patch', path, {}).expect(422)
  expect(empty.body.errors).toEqual([{ pointer: '', code: 'too_few', message: 'At least 1 are required.' }])
})

it('replaces all members', async () => {
  const { id } = await aRole({ members: { userIds: [callers.reader.userId] } })
  const group = await callers.api.db
    .insertInto('user_group')
    .values({ name: '{"en": "Closers", "ru": "Closers"}' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const given = { departments: [{ id: 1, withSub: true }], groupIds: [group.id] }
  const { body } = await call('put', `/v1/roles/${id}/members`, given).expect(200)
  expect(body.members).toEqual({ userIds: [], ...given })
  expect((await call('put', `/v1/roles/${id}/members`, {}).expect(200)).body.members).toEqual(nobody)
})

it('writes only what differs, so that a change of nothing changes no version', async () => {
  const version = async () => (await callers.api.pool.query('select rights from local.revision')).rows[0].rights
  const { id, ...role } = await aRole({
    permissions: [{ type: 'deal', operations: { read: 'own', add: 'own' } }],
    members: { departments: [{ id: 1 }] },
  })
  const before = await version()
  await call('patch', `/v1/roles/${id}`, role).expect(200)
  await call('put', `/v1/roles/${id}/members`, role.members).expect(200)
  expect(await version()).toBe(before)
  await call('patch', `/v1/roles/${id}`, { members: { departments: [{ id: 1, withSub: true }] } }).expect(200)
  expect(await version()).toBeGreaterThan(before)
})

it('clones a role without its members', async () => {
  const role = await aRole({
    ...{ name: { en: 'Sales', ru: 'Продажи' }, settings: true },
    permissions: [{ type: 'deal', stageId: 'WON', operations: { read: 'all' } }],
    members: { userIds: [callers.reader.userId] },
  })
  const copy = await call('post', `/v1/roles/${role.id}/clone`).expect(201)
  const { id } = copy.body
  expect(copy.headers.location).toBe(`/v1/roles/${id}`)
  expect(copy.body).toEqual({ ...role, id, name: 'Sales (copy)', members: nobody })
  const { body } = await call('get', `/v1/roles/${id}?labels=all`)
  expect(body.name).toEqual({ en: 'Sales (copy)', ru: 'Продажи (копия)' })
  const named = await call('post', `/v1/roles/${role.id}/clone`, { name: 'Second line' }).expect(201)
  expect(named.body.name).toBe('Second line')
  const long = await aRole({ name: 'n'.repeat(200) })
  const short = await call('post', `/v1/roles/${long.id}/clone`, {}).expect(201)
  expect(short.body.name).toBe(`${'n'.repeat(193)} (copy)`)
  await call('patch', `/v1/roles/${short.body.id}`, { name: short.body.name }).expect(200)
})

it('compares two roles, levels side by side', async () => {
  const [{ id: pipelineId }] = (await call('get', '/v1/types/deal/pipelines')).body.data
  const first = await aRole({
    settings: true,
    permissions: [
      { type: 'deal', operations: { read: 'all', add: 'own', export: 'none' } },
      { type: 'deal', stageId: 'WON', operations: { update: 'none' } },
    ],
  })
  const second = await aRole({
    permissions: [
      { type: 'contact', operations: { read: 'own', delete: 'none' } },
      { type: 'deal', operations: { read: 'department', add: 'own' } },
    ],
  })
  const compare = (id: number, other: number) => call('get', `/v1/roles/${id}/compare?with=${other}`)
  const deal = { type: 'deal', ...everywhere }
  expect((await compare(first.id, second.id).expect(200)).body).toEqual({
    ...{ id: first.id, with: second.id, settings: { value: true, withValue: false } },
    permissions: [
      { ...deal, operation: 'read', level: 'all', withLevel: 'department' },
      { type: 'deal', pipelineId, stageId: 'WON', operation: 'update', level: 'none', withLevel: null },
      { type: 'contact', ...everywhere, operation: 'read', level: 'none', withLevel: 'own' },
    ],
  })
  const same = (await compare(first.id, first.id).expect(200)).body
  expect(same).toEqual({ id: first.id, with: first.id, settings: null, permissions: [] })
  const unknown = await compare(first.id, 9999).expect(400)
  expect(unknown.body.errors).toEqual([
    { parameter: 'with', code: 'not_found_reference', message: 'There is no role 9999.' },
  ])
  const missing = await call('get', `/v1/roles/${first.id}/compare`).expect(400)
  expect(missing.body.errors).toMatchObject([{ parameter: 'with', code: 'required' }])
})

it('deletes any role, also one that came with the instance', async () => {
  const observer = (await call('get', '/v1/roles')).body.data.find(({ name }: { name: string }) => name === 'Observer')
  await call('patch', `/v1/roles/${observer.id}`, { name: 'Auditor' }).expect(200)
  const { id } = await aRole({ members: { departments: [{ id: 1 }] } })
  for (const gone of [observer.id, id]) {
    await call('delete', `/v1/roles/${gone}`).expect(204)
    const { body } = await call('get', `/v1/roles/${gone}`).expect(404)
    expect(body).toEqual(problem(404, 'role_not_found', `There is no role ${gone}.`))
    await call('delete', `/v1/roles/${gone}`).expect(404)
  }
})

it('pages the list', async () => {
  const first = await call('get', '/v1/roles?limit=2').expect(200)
  expect(first.body.data).toHaveLength(2)
  const next = await call('get', `/v1/roles?limit=2&cursor=${first.body.page.next}`).expect(200)
  expect(next.body.data[0].id).toBeGreaterThan(first.body.data[1].id)
})

it('is for administrators', async () => {
  const { api, asOutsider } = callers
  // The other reader has a role with the settings right by now.
  const { key } = await aUser(api.db, { lastName: 'Reader' })
  const [{ id }] = (await call('get', '/v1/roles')).body.data
  for (const as of [api.as(key), asOutsider]) {
    for (const answer of [
      ...[as('get', '/v1/roles'), as('get', `/v1/roles/${id}`), as('get', `/v1/roles/${id}/compare?with=${id}`)],
      ...[as('post', '/v1/roles', {}), as('patch', `/v1/roles/${id}`, { name: 'X' }), as('delete', `/v1/roles/${id}`)],
      ...[as('put', `/v1/roles/${id}/members`, {}), as('post', `/v1/roles/${id}/clone`)],
    ])
      expect((await answer.expect(403)).body).toEqual(settingsRequired)
  }
  expect((await asOutsider('get', '/v1/types').expect(403)).body).toEqual(unavailable)
})

it('can be read, but not changed, without the plan feature', async () => {
  const { id } = await aRole({})
  await call('post', '/v1/plans', { code: 'basic', name: 'Basic', features: ['export'] }).expect(201)
  await call('patch', '/v1/settings', { plan: 'basic' }).expect(200)
  await call('get', `/v1/roles/${id}`).expect(200)
  const refused = await Promise.all([
    ...[call('post', '/v1/roles', { name: 'X' }), call('patch', `/v1/roles/${id}`, { name: 'X' })],
    ...[call('put', `/v1/roles/${id}/members`, {}), call('post', `/v1/roles/${id}/clone`)],
    call('delete', `/v1/roles/${id}`),
  ])
  expect(refused.map(({ status, body }) => `${status} ${body.code}`)).toEqual(
    Array(5).fill('403 plan_feature_required'),
  )
  await call('patch', '/v1/settings', { plan: 'default' }).expect(200)
})
