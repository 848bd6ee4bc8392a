import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { problem } from '../people/callers.ts'

let api: Api
const people: Record<string, { userId: number; key: string; call: Api['call'] }> = {}
const departments: Record<string, number> = {}
const plans: Record<string, number> = {}

/** North has two teams: Anna is in the first, Vera in the second. Boris heads the first team, Olga heads North. */
beforeAll(async () => {
  api = await startApi()
  const made = async (path: string, body: object) => (await api.call('post', `/v1/${path}`, body).expect(201)).body.id
  for (const name of ['Anna', 'Boris', 'Vera', 'Olga', 'Sasha', 'Admin', 'Outsider']) {
    const user = await aUser(api.db, { lastName: name })
    people[name] = { ...user, call: api.as(user.key) }
  }
  const idOf = (name: string) => people[name]!.userId
  departments.north = await made('departments', { name: 'North', headId: idOf('Olga') })
  departments.first = await made('departments', { name: 'First', parentId: departments.north, headId: idOf('Boris') })
  departments.second = await made('departments', { name: 'Second', parentId: departments.north })
  await api.call('patch', `/v1/users/${idOf('Anna')}`, { departmentIds: [departments.first] }).expect(200)
  await api.call('patch', `/v1/users/${idOf('Vera')}`, { departmentIds: [departments.second] }).expect(200)
  const role = (name: string, operations: object, users: string[], settings = false) =>
    made('roles', {
      ...{ name, settings, permissions: [{ type: 'deal', operations }] },
      members: { userIds: users.map(idOf) },
    })
  await role('Seller', { read: 'own' }, ['Anna', 'Boris', 'Vera', 'Olga'])
  await role('Auditor', { read: 'all' }, ['Sasha'])
  await role('Administrator', { read: 'all' }, ['Admin'], true)
  const plan = async (name: string, scope: object) => {
    plans[name] = await made('sales-plans', { month: '2026-11', type: 'deal', amount: '1', currency: 'RUB', ...scope })
  }
  await plan('company', {})
  await plan('pipeline', { pipelineId: (await api.call('get', '/v1/types/deal/pipelines')).body.data[0].id })
  for (const name of ['north', 'first', 'second']) await plan(name, { departmentId: departments[name] })
  for (const name of ['Anna', 'Boris', 'Vera', 'Olga', 'Sasha']) await plan(name, { userId: idOf(name) })
  await plan('invoices', { type: 'invoice' })
})
afterAll(() => api.close())

const everyPlan = ['company', 'pipeline', 'north', 'first', 'second', 'Anna', 'Boris', 'Vera', 'Olga', 'Sasha']

describe('The sales plans that a user reads', () => {
  it.each([
    ['Anna', ['company', 'pipeline', 'north', 'first', 'Anna']],
    ['Vera', ['company', 'pipeline', 'north', 'second', 'Vera']],
    ['Boris', ['company', 'pipeline', 'north', 'first', 'Anna', 'Boris']],
    ['Olga', ['company', 'pipeline', 'north', 'first', 'second', 'Anna', 'Boris', 'Vera', 'Olga']],
    ['Sasha', everyPlan],
    ['Admin', [...everyPlan, 'invoices']],
  ])('%s', async (name, expected) => {
    const { call } = people[name]!
    const { body } = await call('get', '/v1/sales-plans').expect(200)
    const names = Object.entries(plans).map(([plan, id]) => [id, plan] as const)
    expect(body.data.map(({ id }: { id: number }) => new Map(names).get(id))).toEqual(expected)
    for (const [plan, id] of Object.entries(plans)) {
      await call('get', `/v1/sales-plans/${id}`).expect(expected.includes(plan) ? 200 : 404)
    }
  })

  it('are none for who may not read records of the type', async () => {
    const { body } = await people.Anna!.call('get', '/v1/sales-plans?type=invoice').expect(403)
    expect(body).toMatchObject({ code: 'forbidden' })
    await people.Outsider!.call('get', '/v1/sales-plans').expect(403)
    await people.Outsider!.call('get', `/v1/sales-plans/${plans.company}`).expect(403)
    await api.call('get', '/v1/sales-plans?type=deel').expect(404)
  })
})

describe('The sales plans that a user changes', () => {
  it.each([
    ['Anna', []],
    ['Boris', ['first', 'Anna', 'Boris']],
    ['Olga', ['north', 'first', 'second', 'Anna', 'Boris', 'Vera', 'Olga']],
    ['Sasha', []],
    ['Admin', [...everyPlan, 'invoices']],
  ])('%s', async (name, expected) => {
    const { call } = people[name]!
    for (const [plan, id] of Object.entries(plans)) {
      const may = (expected as string[]).includes(plan)
      const { status: sight } = await call('get', `/v1/sales-plans/${id}`)
      const refused = sight === 404 ? 404 : 403
      const change = await call('patch', `/v1/sales-plans/${id}?dryRun=true`, { amount: '2' })
      const removal = await call('delete', `/v1/sales-plans/${id}?dryRun=true`)
      expect([plan, change.status, removal.status]).toEqual([plan, may ? 200 : refused, may ? 200 : refused])
    }
  })

  it('are those that the user may create', async () => {
    const { Boris, Anna, Vera } = people
    const plan = { month: '2026-12', type: 'deal', amount: '1', currency: 'RUB' }
    const detail =
      'You need the settings right, or to be the head of the department that the plan is for, or of a department of its user.'
    const forbidden = problem(403, 'sales_plan_forbidden', detail)
    const attempts = [
      ...[{}, { userId: Vera!.userId }, { departmentId: departments.north }].map((scope) => [scope, 403] as const),
      ...[{ userId: Anna!.userId }, { departmentId: departments.first }].map((scope) => [scope, 201] as const),
    ]
    for (const [scope, status] of attempts) {
      const answer = await Boris!.call('post', '/v1/sales-plans?dryRun=true', { ...plan, ...scope }).expect(status)
      if (status === 403) expect(answer.body).toEqual(forbidden)
    }
    const mixed = attempts.map(([scope]) => ({ ...plan, ...scope }))
    await Boris!.call('post', '/v1/sales-plans/batch', { plans: mixed.slice(3) }).expect(200)
    expect((await Boris!.call('post', '/v1/sales-plans/batch', { plans: mixed }).expect(403)).body).toEqual(forbidden)
    const { body } = await Boris!.call('post', '/v1/sales-plans', { ...plan, type: 'invoice', userId: Anna!.userId })
    expect(body).toMatchObject({ status: 403, code: 'forbidden' })
  })

  it('are none with a key that has scopes', async () => {
    const scopes = [{ type: 'deal', operations: ['read'] }]
    const { body } = await api.call('post', '/v1/api-keys', { name: 'Reports', scopes }).expect(201)
    const call = api.as(body.key)
    const list = await call('get', '/v1/sales-plans').expect(200)
    expect(list.body.data.length).toBeGreaterThanOrEqual(everyPlan.length)
    const refused = await call('patch', `/v1/sales-plans/${plans.company}`, { amount: '2' }).expect(403)
    expect(refused.body).toMatchObject({ code: 'insufficient_scope' })
  })
})
