import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'

/** A company with a sales department, one below it, a head, two managers and an administrator. */
interface Company {
  sales: number
  retail: number
  group: number
  pipelineId: number
  head: number
  manager: number
  retailer: number
}

let api: Api
let there: Company
beforeAll(async () => {
  api = await startApi()
  const department = async (name: string, parent: number) =>
    (
      await api.pool.query(`insert into department (name, parent_id) values ($1, $2) returning id`, [
        ...[JSON.stringify({ en: name, ru: name }), parent],
      ])
    ).rows[0].id as number
  const sales = await department('Sales', 1)
  const retail = await department('Retail', sales)
  const member = async (lastName: string, departmentId: number) => {
    const { userId } = await aUser(api.db, { lastName })
    await api.pool.query('insert into user_department values ($1, $2)', [userId, departmentId])
    return userId
  }
  const group = await api.pool.query(`insert into user_group (name) values ('{"en": "A", "ru": "A"}') returning id`)
  there = {
    ...{ sales, retail, group: group.rows[0].id },
    pipelineId: (await api.call('get', '/v1/types/deal/pipelines')).body.data[0].id,
    ...{ head: await member('Head', sales), manager: await member('Manager', sales) },
    retailer: await member('Retailer', retail),
  }
  await api.pool.query('insert into user_group_member values ($1, $2)', [there.group, there.manager])
  await api.pool.query('insert into user_department values ($1, $2)', [api.userId, sales])
})
afterAll(() => api.close())

const everywhere = { pipelineId: null, stageId: null }
const effect = (userId: number, type: string, operation: string, before: string, after: string) => ({
  ...{ userId, type, ...everywhere, operation, before, after },
})

async function aRole(body: object) {
  return (await api.call('post', '/v1/roles', { name: 'Role', ...body }).expect(201)).body as { id: number }
}
/** Sends a request as a dry run and returns whose levels it would change. */
async function tried(method: 'post' | 'patch' | 'put' | 'delete', path: string, body?: object) {
  const answer = await api.call(method, `${path}?dryRun=true`, body)
  expect([answer.status, answer.body.effects?.length]).toEqual([method === 'post' ? 201 : 200, expect.any(Number)])
  const { effects, effectsTotal } = answer.body
  expect(effectsTotal).toBe(effects.length)
  return effects
}
async function gone(...roles: { id: number }[]) {
  for (const { id } of roles) await api.call('delete', `/v1/roles/${id}`).expect(204)
}

it('says what a new role changes for each of its users, and creates nothing', async () => {
  const { sales, head, manager, retailer } = there
  const permissions = [{ type: 'deal', operations: { read: 'department', add: 'own', delete: 'none' } }]
  const before = (await api.call('get', '/v1/roles')).body
  const effects = await tried('post', '/v1/roles', {
    name: 'Sales',
    permissions,
    members: { departments: [{ id: sales }] },
  })
  expect(effects).toEqual([
    effect(head, 'deal', 'read', 'none', 'department'),
    effect(head, 'deal', 'add', 'none', 'own'),
    effect(manager, 'deal', 'read', 'none', 'department'),
    effect(manager, 'deal', 'add', 'none', 'own'),
  ])
  expect((await api.call('get', '/v1/roles')).body).toEqual(before)
  const members = { departments: [{ id: sales, withSub: true }], userIds: [head] }
  const all = await tried('post', '/v1/roles', { name: 'Sales', permissions, members })
  expect(all.map(({ userId }: { userId: number }) => userId)).toEqual([
    head,
    head,
    manager,
    manager,
    retailer,
    retailer,
  ])
})

it('compares over all roles of a user: the largest counts', async () => {
  const { head, manager, group } = there
  const wide = await aRole({
    permissions: [{ type: 'deal', operations: { read: 'all', update: 'own' } }],
    members: { userIds: [head] },
  })
  const narrow = await aRole({
    permissions: [{ type: 'deal', operations: { read: 'own', update: 'own' } }],
    members: { userIds: [head], groupIds: [group] },
  })
  const path = `/v1/roles/${narrow.id}`
  const permissions = [{ type: 'deal', operations: { read: 'department', update: 'department' } }]
  expect(await tried('patch', path, { permissions })).toEqual([
    effect(head, 'deal', 'update', 'own', 'department'),
    effect(manager, 'deal', 'read', 'own', 'department'),
    effect(manager, 'deal', 'update', 'own', 'department'),
  ])
  expect(await tried('delete', path)).toEqual([
    effect(manager, 'deal', 'read', 'own', 'none'),
    effect(manager, 'deal', 'update', 'own', 'none'),
  ])
  expect(await tried('put', `${path}/members`, { userIds: [there.retailer] })).toEqual([
    ...[effect(manager, 'deal', 'read', 'own', 'none'), effect(manager, 'deal', 'update', 'own', 'none')],
    effect(there.retailer, 'deal', 'read', 'none', 'own'),
    effect(there.retailer, 'deal', 'update', 'none', 'own'),
  ])
  expect(await tried('patch', path, { name: 'Another' })).toEqual([])
  expect(await tried('post', `${path}/clone`)).toEqual([])
  await gone(wide, narrow)
})

it('names the stages and pipelines where a level changes, as few as can be', async () => {
  const { manager, pipelineId } = there
  const stages = [
    { id: 'NEW', name: 'New' },
    { id: 'WON', name: 'Won', semantic: 'success' },
  ]
  const { body: second } = await api.call('post', '/v1/types/deal/pipelines', { name: 'Retail', stages }).expect(201)
  const members = { userIds: [manager] }
  const role = await aRole({ members, permissions: [{ type: 'deal', operations: { update: 'own' } }] })
  const path = `/v1/roles/${role.id}`
  const turn = (spot: object, before: string, after: string) => ({
    ...{ userId: manager, type: 'deal', operation: 'update', before, after, ...everywhere, ...spot },
  })
  const inherited = { type: 'deal', operations: { update: 'own' } }
  const onStage = { type: 'deal', pipelineId, stageId: 'WON', operations: { update: 'none' } }
  expect(await tried('patch', path, { permissions: [inherited, onStage] })).toEqual([
    turn({ pipelineId, stageId: 'WON' }, 'own', 'none'),
  ])
  const onPipeline = { type: 'deal', pipelineId: second.id, operations: { update: 'all' } }
  expect(await tried('patch', path, { permissions: [inherited, onPipeline] })).toEqual([
    turn({ pipelineId: second.id }, 'own', 'all'),
  ])
  const both = { type: 'deal', operations: { update: 'all' } }
  expect(await tried('patch', path, { permissions: [both] })).toEqual([turn({}, 'own', 'all')])
  // A level for a stage goes before what another role gives for the type, also when it is smaller.
  const other = { name: 'Won is closed', members, permissions: [{ ...onStage, operations: { update: 'none' } }] }
  expect(await tried('post', '/v1/roles', other)).toEqual([turn({ pipelineId, stageId: 'WON' }, 'own', 'none')])
  const unsaid = { ...other, permissions: [{ ...onStage, operations: { read: 'none' } }] }
  expect(await tried('post', '/v1/roles', unsaid)).toEqual([])
  await gone(role)
  await api.call('delete', `/v1/types/deal/pipelines/${second.id}`).expect(204)
})

it('shows that the right to change settings gives everything', async () => {
  const { manager } = there
  const role = await aRole({
    permissions: [{ type: 'deal', operations: { read: 'all' } }],
    members: { userIds: [manager] },
  })
  const effects = await tried('patch', `/v1/roles/${role.id}`, { settings: true })
  expect(effects[0]).toEqual({ ...effect(manager, '', 'settings', 'none', 'all'), type: null })
  // Eight operations on six types, without those that were `all` already.
  expect(effects).toHaveLength(1 + 6 * 8 - 1)
  expect(effects).toContainEqual(effect(manager, 'contact', 'export', 'none', 'all'))
  await gone(role)
})

it('leaves out portal administrators and inactive users', async () => {
  const { userId } = await aUser(api.db)
  await api.call('patch', `/v1/users/${userId}`, { active: false }).expect(200)
  const permissions = [{ type: 'deal', operations: { read: 'all' } }]
  const members = { userIds: [userId, api.userId] }
  expect(await tried('post', '/v1/roles', { name: 'Nobody', permissions, members })).toEqual([])
})

it('is quick for ten thousand users, and shows a thousand effects', async () => {
  const { rows } = await api.pool.query<{ id: number }>(
    `insert into department (name, parent_id) values ('{"en": "Large", "ru": "Large"}', 1) returning id`,
  )
  await api.pool.query(
    `with many as (insert into "user" (last_name) select 'Many' from generate_series(1, 10000) returning id)
     insert into user_department select id, $1 from many`,
    [rows[0]!.id],
  )
  const body = {
    name: 'Large',
    permissions: [{ type: 'deal', operations: { read: 'all', add: 'all' } }],
    members: { departments: [{ id: rows[0]!.id }] },
  }
  const from = performance.now()
  const answer = await api.call('post', '/v1/roles?dryRun=true', body).expect(201)
  expect(performance.now() - from).toBeLessThan(4_000)
  expect([answer.body.effects.length, answer.body.effectsTotal]).toEqual([1_000, 20_000])
})

it('has no effects in a response that is not a dry run', async () => {
  const { body } = await api.call('post', '/v1/roles', { name: 'Plain' }).expect(201)
  expect(Object.keys(body)).toEqual(['id', 'name', 'settings', 'permissions', 'members'])
  await api.call('delete', `/v1/roles/${body.id}`).expect(204)
})
