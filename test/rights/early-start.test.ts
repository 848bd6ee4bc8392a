import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { sentBy } from '../statements.ts'

let api: Api
let user: { userId: number; key: string }
let id: number
beforeAll(async () => {
  api = await startApi()
  const { body } = await api.call('post', '/v1/contacts', { lastName: 'Read' }).expect(201)
  id = body.id
})
afterAll(() => api.close())
beforeEach(async () => {
  user = await aUser(api.db, { isAdmin: true })
  // From now on the server knows the caller.
  await as('get', `/v1/contacts/${id}`).expect(200)
})

const as: Api['call'] = (...request) => api.as(user.key)(...request)
const revoke = () => api.pool.query('update api_key set revoked_at = now() where user_id = $1', [user.userId])
const count = async () => (await api.call('post', '/v1/contacts/count', {}).expect(200)).body.total

describe('A key that was revoked after its last request', () => {
  it('reads nothing', async () => {
    await revoke()
    const { body } = await as('get', `/v1/contacts/${id}`).expect(401)
    expect(body.code).toBe('invalid_key')
    await as('get', '/v1/contacts').expect(401)
    await as('get', '/v1/types/lead/pipelines/1/board?count=exact').expect(401)
  })

  it.each([
    ['creates', 'post', '/v1/contacts', { lastName: 'Nobody' }],
    ['changes', 'patch', '/v1/contacts/1', { lastName: 'Nobody' }],
    ['upserts', 'put', '/v1/contacts/external/erp/1', { lastName: 'Nobody' }],
    ['deletes', 'delete', '/v1/contacts/1', undefined],
    ['writes a batch', 'post', '/v1/contacts/batch', { operations: [{ op: 'delete', id: 1 }] }],
  ] as const)('%s nothing', async (_name, method, path, body) => {
    const before = await count()
    await revoke()
    expect((await as(method, path, body).expect(401)).body.code).toBe('invalid_key')
    expect(await count()).toBe(before)
    const { body: kept } = await api.call('get', `/v1/contacts/${id}`).expect(200)
    expect(kept.lastName).toBe('Read')
  })

  it.each([
    ['an unknown field', 'get', '/v1/contacts?fields=nothing', undefined],
    ['an unknown parameter', 'get', '/v1/contacts?nothing=1', undefined],
    ['an invalid id', 'get', '/v1/contacts/x', undefined],
    ['an invalid body', 'post', '/v1/contacts', { nothing: 1 }],
  ] as const)('does not learn about %s', async (_name, method, path, body) => {
    await revoke()
    expect((await as(method, path, body).expect(401)).body.code).toBe('invalid_key')
  })

  it('does not learn that its JSON is malformed', async () => {
    await revoke()
    const sent = as('post', '/v1/contacts').set('content-type', 'application/json').send('{"lastName":')
    expect((await sent.expect(401)).body.code).toBe('invalid_key')
  })
})

it('refuses an inactive user and an expired key at once', async () => {
  await api.pool.query('update "user" set active = false where id = $1', [user.userId])
  expect((await as('get', `/v1/contacts/${id}`).expect(401)).body.code).toBe('user_inactive')
  await api.pool.query('update "user" set active = true where id = $1', [user.userId])
  await as('get', `/v1/contacts/${id}`).expect(200)
  await api.pool.query(`update api_key set expires_at = now() - interval '1 second' where user_id = $1`, [user.userId])
  expect((await as('get', `/v1/contacts/${id}`).expect(401)).body.code).toBe('expired_key')
})

it('applies a change of rights at once, in both directions', async () => {
  const setAdmin = (isAdmin: boolean) =>
    api.pool.query('update "user" set is_admin = $2 where id = $1', [user.userId, isAdmin])
  await setAdmin(false)
  expect((await as('get', `/v1/contacts/${id}`).expect(403)).body.code).toBe('crm_unavailable')
  await as('get', `/v1/contacts/${id}`).expect(403)
  await setAdmin(true)
  await as('get', `/v1/contacts/${id}`).expect(200)
  await setAdmin(false)
  await as('post', '/v1/contacts', { lastName: 'Nobody' }).expect(403)
})

it('shows a field at once that was made after the last request of the caller', async () => {
  const field = { code: 'early', kind: 'string', label: { en: 'Early' } }
  await api.call('post', '/v1/types/contact/fields', field).expect(201)
  expect((await as('get', `/v1/contacts/${id}`).expect(200)).body.userFields).toEqual({ early: null })
  await as('patch', `/v1/contacts/${id}`, { userFields: { early: 'x' } }).expect(200)
})

it('records the use of a key once a minute', async () => {
  const used = async () =>
    (
      await api.pool.query(
        "select last_used_at > now() - interval '1 minute' as lately from api_key where user_id = $1",
        [user.userId],
      )
    ).rows[0].lately
  await api.pool.query(`update api_key set last_used_at = now() - interval '2 minutes' where user_id = $1`, [
    user.userId,
  ])
  await as('get', `/v1/contacts/${id}`).expect(200)
  expect(await used()).toBe(true)
  await as('get', `/v1/contacts/${id}`).expect(200)
  const { roundTrips } = await sentBy(() => as('get', `/v1/contacts/${id}`).expect(200))
  expect(roundTrips).toBe(1)
})
