import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { allowsOperation, type Scopes, scopeOperations } from '../../src/people/scopes.ts'
import { aContact, aDeal } from '../seed.ts'
import { type Callers, createKey, problem, startWithCallers, unavailable } from './callers.ts'

let callers: Callers
beforeAll(async () => {
  callers = await startWithCallers()
})
afterAll(() => callers.api.close())

const deals: Scopes = [{ type: 'deal', operations: ['read', 'update'] }]
const dealsAndReading: Scopes = [...deals, { type: '*', operations: ['read'] }]

/** Creates a key with another key and returns how to call with it. */
async function child(key: string, body: object) {
  const made = await createKey({ call: callers.api.as(key) }, { name: 'Child', ...body })
  return { ...made, call: callers.api.as(made.key) }
}

/** Returns the faults of a key that another key may not create. */
async function faultsOf(key: string, body: object) {
  const answer = await callers.api
    .as(key)('post', '/v1/api-keys', { name: 'Child', ...body })
    .expect(422)
  return answer.body.errors
}

it('allows the operations that a scope names for the type or for all types', () => {
  expect(allowsOperation(null, 'deal', 'delete')).toBe(true)
  expect(allowsOperation([], 'deal', 'read')).toBe(false)
  expect(allowsOperation(dealsAndReading, 'deal', 'update')).toBe(true)
  expect(allowsOperation(dealsAndReading, 'contact', 'read')).toBe(true)
  expect(allowsOperation(dealsAndReading, 'contact', 'update')).toBe(false)
  expect(allowsOperation(dealsAndReading, 'deal', 'move')).toBe(false)
})

describe('A new key', () => {
  it('shows its scopes, in /v1/me too', async () => {
    const { api } = callers
    const { id, call, ...made } = await child(api.key, { scopes: dealsAndReading })
    expect(made).toMatchObject({ scopes: dealsAndReading, replacedBy: null })
    expect((await call('get', '/v1/me').expect(200)).body.key).toMatchObject({ id, scopes: dealsAndReading })
    expect((await api.call('get', `/v1/api-keys/${id}`).expect(200)).body).toMatchObject({ scopes: dealsAndReading })
    expect((await api.call('get', '/v1/me').expect(200)).body.key).toMatchObject({ scopes: null })
  })

  it('only reads with the short form `readOnly`', async () => {
    const { api } = callers
    const reading = [{ type: '*', operations: ['read'] }]
    expect(await child(api.key, { readOnly: true })).toMatchObject({ scopes: reading })
    expect(await child(api.key, { readOnly: false })).toMatchObject({ scopes: null })
    const scoped = await child(api.key, { scopes: deals })
    expect(await child(scoped.key, { readOnly: true })).toMatchObject({
      scopes: [{ type: 'deal', operations: ['read'] }],
    })
    expect(await faultsOf(api.key, { readOnly: true, scopes: deals })).toEqual([
      { pointer: '/readOnly', code: 'not_allowed_here', message: 'This is not allowed here.' },
    ])
  })

  it('has by default the scopes of the key that creates it, and never more', async () => {
    const { api } = callers
    const parent = await child(api.key, { scopes: deals })
    expect(await child(parent.key, {})).toMatchObject({ scopes: deals })
    const narrower = [{ type: 'deal', operations: ['update'] }]
    expect(await child(parent.key, { scopes: narrower })).toMatchObject({ scopes: narrower })
    const message = 'The key that creates this one does not allow this.'
    const beyond = (pointer: string) => ({ pointer, code: 'beyond_own_scopes', message })
    expect(await faultsOf(parent.key, { scopes: null })).toEqual([beyond('/scopes')])
    expect(
      await faultsOf(parent.key, {
        scopes: [
          { type: 'deal', operations: ['read', 'delete'] },
          { type: 'contact', operations: ['read'] },
          { type: '*', operations: ['read'] },
        ],
      }),
    ).toEqual([beyond('/scopes/0'), beyond('/scopes/1'), beyond('/scopes/2')])
    const writer = await child(api.key, { scopes: [{ type: 'deal', operations: ['add'] }] })
    expect(await faultsOf(writer.key, { readOnly: true })).toEqual([beyond('/readOnly')])
  })

  it('names only record types that are open to its creator, each once, with known operations', async () => {
    const { api, outsider, asOutsider } = callers
    const allowed = ['*', 'contact', 'company', 'lead', 'deal', 'quote', 'invoice']
    const faults = await faultsOf(api.key, {
      scopes: [
        { type: 'deals', operations: ['read'] },
        { type: 'lead', operations: ['read'] },
        { type: 'lead', operations: ['add'] },
      ],
    })
    expect(faults).toEqual([
      {
        ...{ pointer: '/scopes/0/type', code: 'unknown_value', allowed: expect.arrayContaining(allowed) },
        ...{ hint: 'deal', message: 'Must be one of the allowed values. Did you mean deal?' },
      },
      { pointer: '/scopes/2/type', code: 'duplicate_value', message: 'The same value appears twice.' },
    ])
    const bad = [{ type: 'lead', operations: ['write'] }, { type: 'lead', operations: [] }, { type: 'lead' }]
    const shape = await faultsOf(api.key, { scopes: bad })
    expect(shape.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`)).toEqual([
      '/scopes/0/operations/0 unknown_value',
      '/scopes/1/operations too_few',
      '/scopes/2/operations required',
    ])
    const { body } = await asOutsider('post', '/v1/api-keys', { name: 'Closed', scopes: deals }).expect(403)
    expect(body).toEqual(unavailable)
    expect(await child(outsider.key, { readOnly: true })).toMatchObject({ userId: outsider.userId })
  })
})

describe('A key with scopes', () => {
  it('sees and revokes only itself and the keys made with it', async () => {
    const { api } = callers
    const parent = await child(api.key, { scopes: deals })
    const made = await child(parent.key, {})
    const { data } = (await parent.call('get', '/v1/api-keys').expect(200)).body
    expect(data.map(({ id }: { id: number }) => id)).toEqual([parent.id, made.id])
    for (const method of ['get', 'delete'] as const) {
      const { body } = await parent.call(method, `/v1/api-keys/${api.keyId}`).expect(404)
      expect(body).toEqual(problem(404, 'key_not_found', `There is no API key ${api.keyId}.`))
    }
    await parent.call('delete', `/v1/api-keys/${made.id}`).expect(204)
  })

  it('never administers, also for an administrator', async () => {
    const { api, reader } = callers
    const { call } = await child(api.key, { scopes: [{ type: '*', operations: [...scopeOperations] }] })
    const requests = [
      ['post', '/v1/users', { lastName: 'Nobody' }],
      ['get', `/v1/users/${reader.userId}`],
      ['patch', '/v1/settings', { recycleBinDays: 1 }],
      ['patch', '/v1/settings', { crmEnabled: false }],
      ['post', '/v1/api-keys', { name: 'Nobody', userId: reader.userId }],
      ['post', '/v1/roles', { name: 'Nobody', permissions: [] }],
      ['post', '/v1/plans', { code: 'none', name: 'None', features: [] }],
      ['post', '/v1/departments', { name: 'Nowhere', parentId: 1 }],
      ['post', '/v1/types/deal/fields', { code: 'none', kind: 'string', label: 'None' }],
      ['post', '/v1/types/deal/pipelines', { name: 'None' }],
      ['get', '/v1/audit'],
    ] as const
    const detail = 'The scopes of this API key do not allow this: administration.'
    const refused = problem(403, 'insufficient_scope', detail, { missing: 'administration' })
    for (const [method, path, body] of requests)
      expect([path, (await call(method, path, body)).body]).toEqual([path, refused])
    const { body } = await call('get', '/v1/users').expect(200)
    expect(body.data[0]).toEqual({ id: expect.any(Number), firstName: 'Test', lastName: 'User', active: true })
  })

  it('writes nothing at all if it only reads, but can rotate itself', async () => {
    const { api } = callers
    const deal = await aDeal(api)
    const operations = ['read', 'export']
    const { id, call } = await child(api.key, { scopes: [{ type: '*', operations }] })
    const detail = 'The scopes of this API key do not allow this: write.'
    const refused = problem(403, 'insufficient_scope', detail, { missing: 'write' })
    for (const [method, path, body] of [
      ['post', '/v1/deals', { title: 'New' }],
      ['patch', `/v1/deals/${deal.id}`, { title: 'Changed' }],
      ['post', '/v1/batch', { operations: [{ op: 'delete', type: 'deal', id: deal.id }] }],
      ['patch', '/v1/me', { language: 'ru' }],
      ['post', '/v1/jobs/1/cancel'],
      ['delete', '/v1/recycle-bin/D_1'],
    ] as const)
      expect([path, (await call(method, path, body)).body]).toEqual([path, refused])
    const upload = call('post', '/v1/files?name=a.txt').set('content-type', 'text/plain')
    expect((await upload.send('a').expect(403)).body).toEqual(refused)
    const filter = { field: 'id', op: 'eq', value: deal.id }
    expect((await call('post', '/v1/deals/search', { filter }).expect(200)).body.data).toHaveLength(1)
    await call('get', '/v1/deals/export').expect(200)
    expect((await call('post', `/v1/api-keys/${id}/rotate`).expect(201)).body.scopes).toEqual([
      { type: '*', operations },
    ])
  })

  it('reads and writes only what its scopes allow', async () => {
    const { api } = callers
    const deal = await aDeal(api)
    const contact = await aContact(api)
    const { call } = await child(api.key, { scopes: [{ type: 'deal', operations: ['read', 'add'] }] })
    await call('get', `/v1/deals/${deal.id}`).expect(200)
    await call('post', '/v1/deals', { title: 'New' }).expect(201)
    const path = `/v1/deals/${deal.id}`
    const refused = (operation: string) => {
      const detail = `The scopes of this API key do not allow this: deal.${operation}.`
      return problem(403, 'insufficient_scope', detail, { missing: `deal.${operation}` })
    }
    expect((await call('patch', path, { title: 'Changed' })).body).toEqual(refused('update'))
    expect((await call('delete', path)).body).toEqual(refused('delete'))
    const operations = [{ op: 'update', id: deal.id, data: { title: 'Changed' } }]
    const { body } = await call('post', '/v1/deals/batch', { atomic: false, operations }).expect(207)
    expect(body.results[0].problem).toMatchObject({ code: 'insufficient_scope', missing: 'deal.update' })
    const mover = await child(api.key, { scopes: [{ type: 'deal', operations: ['read', 'update'] }] })
    expect((await mover.call('post', '/v1/deals', { title: 'New' })).body).toEqual(refused('add'))
    expect((await mover.call('patch', path, { stageId: 'WON' })).body).toEqual(refused('move'))
    for (const [method, at] of [
      ['get', `/v1/contacts/${contact.id}`],
      ['get', '/v1/contacts'],
      ['post', '/v1/contacts'],
      ['get', '/v1/deals/export'],
      ['get', '/v1/contacts/export'],
    ] as const)
      expect([at, (await call(method, at, method === 'post' ? { lastName: 'New' } : undefined)).status]).toEqual([
        at,
        403,
      ])
    const { data } = (await call('get', '/v1/deals?expand=contacts').expect(200)).body
    expect(data.length).toBeGreaterThan(0)
    const found = (await call('get', '/v1/search?q=ivan').expect(200)).body.data as { type: string }[]
    expect(found.filter(({ type }) => type !== 'deal')).toEqual([])
  })
})
