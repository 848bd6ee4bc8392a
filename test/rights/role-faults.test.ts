import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
let deals: number
let invoices: number
beforeAll(async () => {
  api = await startApi()
  ;[deals, invoices] = await Promise.all(
    ['deal', 'invoice'].map(async (type) => (await api.call('get', `/v1/types/${type}/pipelines`)).body.data[0].id),
  )
})
afterAll(() => api.close())

interface Fault {
  pointer: string
  code: string
  message: string
}

async function faultsOf(body: unknown): Promise<Fault[]> {
  const answer = await api.call('post', '/v1/roles', body).set('content-type', 'application/json')
  expect(answer.status).toBe(422)
  return answer.body.errors
}
const briefly = (faults: Fault[]) => faults.map(({ pointer, code }) => `${pointer} ${code}`).sort()
const read = { operations: { read: 'all' } }

it('names an unknown type, operation and level with the nearest name', async () => {
  const faults = await faultsOf({
    name: 'Sales',
    permissions: [{ type: 'deel', operations: { raed: 'own', update: 'departement' } }],
  })
  const levels = ['none', 'own', 'department', 'subdepartments', 'opened', 'all']
  const operations = ['read', 'add', 'update', 'delete', 'export', 'import', 'automation', 'move']
  const at = (name: string) => faults.find(({ pointer }) => pointer === `/permissions/0/${name}`)
  expect(faults).toHaveLength(3)
  expect(at('type')).toEqual({
    ...{ pointer: '/permissions/0/type', code: 'unknown_type', hint: 'deal' },
    allowed: ['lead', 'deal', 'contact', 'company', 'quote', 'invoice'],
    message: 'There is no type deel. Did you mean deal?',
  })
  expect(at('operations/raed')).toEqual({
    ...{ pointer: '/permissions/0/operations/raed', code: 'unknown_operation', hint: 'read', allowed: operations },
    message: 'There is no operation raed. Did you mean read?',
  })
  expect(at('operations/update')).toEqual({
    ...{ pointer: '/permissions/0/operations/update', code: 'unknown_value', hint: 'department', allowed: levels },
    message: 'Must be one of the allowed values. Did you mean department?',
  })
})

it('returns the faults of pipelines and stages', async () => {
  const faults = await faultsOf({
    name: 'Sales',
    permissions: [
      { type: 'deal', pipelineId: invoices, ...read },
      { type: 'deal', pipelineId: 9999, stageId: 'WON', ...read },
      { type: 'deal', pipelineId: deals, stageId: 'WIN', ...read },
      { type: 'contact', pipelineId: deals, ...read },
      { type: 'contact', stageId: 'WON', ...read },
    ],
  })
  expect(faults).toEqual([
    {
      ...{ pointer: '/permissions/0/pipelineId', code: 'pipeline_of_other_type', allowed: [String(deals)] },
      message: `The pipeline ${invoices} belongs to records of another type: invoice.`,
    },
    {
      ...{ pointer: '/permissions/1/pipelineId', code: 'unknown_pipeline', allowed: [String(deals)] },
      message: 'There is no pipeline 9999.',
    },
    {
      ...{ pointer: '/permissions/2/stageId', code: 'unknown_stage', hint: 'WON', allowed: expect.any(Array) },
      message: 'There is no stage WIN in this pipeline. Did you mean WON?',
    },
    {
      ...{ pointer: '/permissions/3/pipelineId', code: 'no_stages' },
      message: 'Records of the type contact have no pipelines and stages.',
    },
    {
      ...{ pointer: '/permissions/4/stageId', code: 'no_stages' },
      message: 'Records of the type contact have no pipelines and stages.',
    },
  ])
})

it('needs the pipeline of a stage as soon as the type has several', async () => {
  const role = { name: 'Sales', permissions: [{ type: 'invoice', stageId: 'P', ...read }] }
  const made = await api.call('post', '/v1/roles?dryRun=true', role).expect(201)
  expect(made.body.permissions).toMatchObject([{ pipelineId: invoices, stageId: 'P' }])
  await api.call('post', '/v1/types/invoice/pipelines', { name: 'Retail' }).expect(201)
  expect(briefly(await faultsOf(role))).toEqual(['/permissions/0/pipelineId required'])
})

it('refuses permissions that stand twice, also if only one names the pipeline', async () => {
  const faults = await faultsOf({
    name: 'Sales',
    permissions: [
      { type: 'deal', stageId: 'WON', ...read },
      { type: 'deal', ...read },
      { type: 'deal', pipelineId: deals, stageId: 'WON', operations: { add: 'own' } },
      { type: 'deal', pipelineId: null, ...read },
    ],
  })
  expect(faults).toEqual([
    {
      ...{ pointer: '/permissions/2', code: 'repeated_permission' },
      message: 'These permissions already stand at /permissions/0.',
    },
    {
      ...{ pointer: '/permissions/3', code: 'repeated_permission' },
      message: 'These permissions already stand at /permissions/1.',
    },
  ])
})

describe('Fields in a role', () => {
  const elsewhere = (pointer: string, path = '/v1/types/deal/fields/{field}/visibility') => ({
    ...{ pointer, code: 'fields_not_in_roles' },
    message: `Roles do not decide about fields. Only user fields can be hidden: with PUT ${path}.`,
  })

  it.each([
    ['fields', { fields: { amount: 'none' } }, '/permissions/0/fields'],
    ['field', { field: 'userFields.margin' }, '/permissions/0/field'],
    ['hiddenFields', { hiddenFields: ['amount'] }, '/permissions/0/hiddenFields'],
    ['the code of a field', { amount: 'none' }, '/permissions/0/amount'],
  ])('are refused with the right endpoint: %s', async (_, more, pointer) => {
    expect(await faultsOf({ name: 'Sales', permissions: [{ type: 'deal', ...read, ...more }] })).toEqual([
      elsewhere(pointer),
    ])
  })

  it('are refused as operations and as a member of the role', async () => {
    const permissions = [{ type: 'deal', operations: { read: 'all', amount: 'none' } }]
    const faults = await faultsOf({ name: 'Sales', permissions, hiddenFields: ['amount'] })
    expect(faults).toEqual([
      elsewhere('/hiddenFields', '/v1/types/{code}/fields/{field}/visibility'),
      elsewhere('/permissions/0/operations/amount'),
    ])
  })
})

it('returns all faults of a body at once', async () => {
  const faults = await faultsOf({
    ...{ nam: 'Sales', settings: 'yes' },
    permissions: [
      { type: 5, ...read },
      { type: 'deal', stageId: 'WIN', operations: {} },
      { type: 'deal', pipelineId: 'three', operations: { read: 'al' } },
      { type: 'lead' },
      null,
      { type: 'quote', pipelineId: deals, operations: 'all' },
    ],
    members: { userIds: [api.userId, 98], departments: [{ id: 99 }, { id: 1 }, { id: 1 }], groupIds: [97], roles: [] },
  })
  expect(briefly(faults)).toEqual([
    ...['/members/departments/0 not_found_reference', '/members/departments/2 duplicate_value'],
    ...['/members/groupIds/0 not_found_reference', '/members/roles unknown_field'],
    ...['/members/userIds/1 not_found_reference', '/nam unknown_field', '/name required'],
    ...[
      '/permissions/0/type invalid_type',
      '/permissions/1/operations too_few',
      '/permissions/1/stageId unknown_stage',
    ],
    ...['/permissions/2/operations/read unknown_value', '/permissions/2/pipelineId invalid_type'],
    ...['/permissions/3/operations required', '/permissions/4 invalid_type', '/permissions/5/operations invalid_type'],
    ...['/permissions/5/pipelineId pipeline_of_other_type', '/settings invalid_type'],
  ])
})

it('refuses bodies of another shape', async () => {
  expect(briefly(await faultsOf('[]'))).toEqual([' invalid_type'])
  expect(briefly(await faultsOf('null'))).toEqual([' required'])
  expect(briefly(await faultsOf({ name: 'X', permissions: {}, members: [] }))).toEqual([
    '/members invalid_type',
    '/permissions invalid_type',
  ])
  expect(briefly(await faultsOf({ name: '', members: { userIds: 'me', departments: [1], groupIds: [1, 1] } }))).toEqual(
    [
      ...['/members/departments/0 invalid_type', '/members/groupIds duplicate_value'],
      ...['/members/userIds invalid_type', '/name pattern_mismatch', '/name too_short'],
    ],
  )
  const { body } = await api.call('get', '/v1/roles/zero').expect(400)
  expect(body.errors).toMatchObject([{ parameter: 'id' }])
})

it('reports a hundred faults of a thousand, whatever they are', async () => {
  const permissions = Array.from({ length: 1000 }, (_, index) => ({ type: index, ...read }))
  expect(await faultsOf({ name: 'X', permissions, members: { userIds: ['a'] } })).toHaveLength(100)
  const unknown = permissions.map(({ type }) => ({ type: `type ${type}`, ...read }))
  expect(await faultsOf({ name: 'X', permissions: unknown })).toHaveLength(100)
})

it('takes 1,000 permissions and 10,000 members, and no more', async () => {
  const stages = Array.from({ length: 97 }, (_, index) => ({ id: `S${index}`, name: `S${index}` }))
  const ends = [{ id: 'WON', name: 'Won', semantic: 'success' }]
  const pipelines: number[] = []
  for (let made = 0; made < 11; made++) {
    const body = { name: 'Long', stages: [...stages, ...ends] }
    pipelines.push((await api.call('post', '/v1/types/deal/pipelines', body).expect(201)).body.id)
  }
  const cells = pipelines.flatMap((pipelineId) => [...stages, ...ends].map(({ id }) => ({ pipelineId, stageId: id })))
  const permissions = cells.slice(0, 1000).map((cell) => ({ type: 'deal', ...cell, ...read }))
  const { rows } = await api.pool.query<{ id: number }>(
    `insert into "user" (last_name) select 'Many' from generate_series(1, 10000) returning id`,
  )
  const userIds = rows.map(({ id }) => id)
  const { body } = await api.call('post', '/v1/roles', { name: 'Large', permissions, members: { userIds } }).expect(201)
  expect(body.permissions).toEqual(permissions)
  expect(body.members.userIds).toEqual(userIds)
  const wanted = { name: 'X', permissions: cells.slice(0, 1001).map((cell) => ({ type: 'deal', ...cell, ...read })) }
  expect(briefly(await faultsOf({ ...wanted, members: { userIds: [...userIds, api.userId] } }))).toEqual([
    '/members/userIds too_many',
    '/permissions too_many',
  ])
})
