import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { createFields } from '../fields-of-every-kind.ts'
import { apply, attempt, read } from '../model/calls.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ work: true })
})
afterAll(() => api.close())

const create = async (code: string, rest: object = {}) =>
  await api.call('post', '/v1/types', { code, title: code, ...rest }).expect(201)
const link = (code: string, ...types: string[]) => ({ code, kind: 'crm', label: code, settings: { types } })
const fieldsOf = async (type: string) =>
  (await api.call('get', `/v1/types/${type}/fields`).expect(200)).body.data.filter(
    ({ system }: { system: boolean }) => !system,
  )

describe('a type that fields allow', () => {
  beforeAll(async () => {
    await create('visit')
    await createFields(api, 'visit', [link('previous', 'visit')])
    await createFields(api, 'deal', [link('only', 'visit'), link('either', 'contact', 'visit')])
  })
  const uses = [
    { type: 'deal', field: 'userFields.only', deleted: true },
    { type: 'deal', field: 'userFields.either', deleted: false },
  ]

  it('is deleted only with force, and the fields are named', async () => {
    const loss = await api.call('delete', '/v1/types/visit?dryRun=true').expect(200)
    expect(loss.body).toEqual({ records: 0, fields: 1, children: 0, uses })
    const refused = await api.call('delete', '/v1/types/visit').expect(409)
    expect(refused.body).toMatchObject({
      code: 'type_in_use',
      detail:
        'User fields of other types can link to records of the type visit: 2. Pass `force=true` to remove the type from them.',
      uses,
    })
  })

  it('is deleted by a model only if the fields are deleted too, or no longer allow it', async () => {
    const refused = await attempt(api, { delete: ['types.visit'] }).expect(200)
    expect(refused.body.refused).toMatchObject([{ pointer: '/delete/0', code: 'part_in_use' }])
    const half = await attempt(api, { delete: ['types.visit', 'types.deal.fields.only'] }).expect(200)
    expect(half.body.refused).toMatchObject([{ pointer: '/delete/0', code: 'part_in_use' }])
    const types = [{ code: 'deal', fields: [link('either', 'contact')] }]
    const both = await attempt(api, { types, delete: ['types.visit', 'types.deal.fields.only'] }).expect(200)
    expect(both.body).toMatchObject({ deleted: ['types.deal.fields.only', 'types.visit'], refused: [] })
    const again = { types: [{ code: 'deal', fields: [link('new', 'visit')] }], delete: ['types.visit'] }
    expect((await attempt(api, again).expect(200)).body.refused).toMatchObject([
      { pointer: '/types/0/fields/0/settings/types/0', code: 'unknown_type' },
      { pointer: '/delete/0', code: 'part_in_use' },
    ])
  })

  it('takes the fields with it that allow no other type, so that the model can be applied elsewhere', async () => {
    await api.call('delete', '/v1/types/visit?force=true').expect(204)
    expect(await fieldsOf('deal')).toMatchObject([{ code: 'either', settings: { types: ['contact'] } }])
    const empty = await startApi()
    try {
      expect((await apply(empty, await read(api)).expect(200)).body.created).toEqual(['types.deal.fields.either'])
    } finally {
      await empty.close()
    }
  })
})

it('is deleted by a model together with a type whose fields link to it', async () => {
  for (const code of ['house', 'owner']) await create(code)
  await createFields(api, 'house', [link('owners', 'owner')])
  await createFields(api, 'owner', [link('houses', 'house')])
  await createFields(api, 'deal', [link('house', 'house'), link('subject', 'owner', 'contact')])
  const types = [{ code: 'deal', fields: [link('subject', 'contact')] }]
  const names = ['types.deal.fields.house', 'types.house', 'types.owner']
  expect((await apply(api, { types, delete: names }).expect(200)).body.deleted).toEqual(names)
})

it('leaves no scopes in keys that a later type of the same code would have', async () => {
  await create('ticket')
  const scope = (type: string) => ({ type, operations: ['read'] })
  const issue = async (...types: string[]) =>
    (await api.call('post', '/v1/api-keys', { name: 'k', scopes: types.map(scope) }).expect(201)).body
  const [only, both] = [await issue('ticket'), await issue('ticket', 'deal')]
  await api.call('delete', '/v1/types/ticket').expect(204)
  const scopesOf = async ({ id }: { id: number }) =>
    (await api.call('get', `/v1/api-keys/${id}`).expect(200)).body.scopes
  expect([await scopesOf(only), await scopesOf(both)]).toEqual([[], [scope('deal')]])
  await create('ticket')
  for (const { key } of [only, both]) await api.as(key)('get', '/v1/types/ticket/items').expect(403)
})
