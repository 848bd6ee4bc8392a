import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { aUser } from '../api.ts'
import { type Callers, createKey, problem, startWithCallers } from './callers.ts'

let callers: Callers
beforeAll(async () => {
  callers = await startWithCallers()
})
afterAll(() => callers.api.close())

const hour = 3_600_000
const later = (hours: number) => new Date(Date.now() + hours * hour).toISOString()
const rotate = (key: string, id: number, body?: object) =>
  callers.api.as(key)('post', `/v1/api-keys/${id}/rotate`, body)

/** Expects a time in so many hours, give or take a minute. */
function expectIn(hours: number, time: string) {
  expect(Math.abs(Date.parse(time) - Date.parse(later(hours)))).toBeLessThan(60_000)
}

it('replaces a key by one with the same user, name, scopes, expiry and parent, while both work', async () => {
  const { api, reader } = callers
  const scopes = [{ type: 'deal', operations: ['read'] }]
  const given = { name: 'Shop', userId: reader.userId, expiresAt: later(1000), scopes }
  const old = await createKey(api, given)
  const { body, headers } = await rotate(old.key, old.id).expect(201)
  const { key, ...made } = body
  expect(made).toMatchObject({ ...given, parentId: api.keyId, createdBy: reader.userId, replacedBy: null })
  expect(key).not.toBe(old.key)
  expect(headers).toMatchObject({ location: `/v1/api-keys/${made.id}`, 'cache-control': 'no-store' })
  for (const one of [old.key, key]) await api.as(one)('get', '/v1/me').expect(200)
  const replaced = (await api.call('get', `/v1/api-keys/${old.id}`).expect(200)).body
  expect(replaced.replacedBy).toBe(made.id)
  expectIn(24, replaced.expiresAt)
})

it('lets the old key expire after the overlap, and never later than before', async () => {
  const { api } = callers
  const ends = async (hours: number, overlapHours: number) => {
    const old = await createKey(api, { name: 'Old', expiresAt: later(hours) })
    const { body } = await rotate(api.key, old.id, { overlapHours }).expect(201)
    expectIn(hours, body.expiresAt)
    return (await api.call('get', `/v1/api-keys/${old.id}`).expect(200)).body.expiresAt
  }
  expectIn(168, await ends(1000, 168))
  expectIn(2, await ends(2, 168))
  const old = await createKey(api, { name: 'Leaked' })
  const { body } = await rotate(api.key, old.id, { overlapHours: 0 }).expect(201)
  expect((await api.as(old.key)('get', '/v1/me').expect(401)).body.code).toBe('expired_key')
  await api.as(body.key)('get', '/v1/me').expect(200)
})

it('moves the keys made with the old key to the new one', async () => {
  const { api } = callers
  const old = await createKey(api, { name: 'Old' })
  const child = await createKey({ call: api.as(old.key) }, { name: 'Child' })
  const { body } = await rotate(old.key, old.id).expect(201)
  expect((await api.call('get', `/v1/api-keys/${child.id}`)).body.parentId).toBe(body.id)
  await api.call('delete', `/v1/api-keys/${old.id}`).expect(204)
  await api.as(child.key)('get', '/v1/me').expect(200)
  await api.call('delete', `/v1/api-keys/${body.id}`).expect(204)
  await api.as(child.key)('get', '/v1/me').expect(401)
})

it('refuses keys that are replaced, expired, revoked or not visible', async () => {
  const { api, asOutsider } = callers
  const old = await createKey(api, { name: 'Old' })
  const { body: made } = await rotate(api.key, old.id).expect(201)
  const detail = `The key ${old.id} was already replaced by the key ${made.id}. Rotate that one.`
  expect((await rotate(api.key, old.id).expect(409)).body).toEqual(problem(409, 'key_replaced', detail))
  await api.pool.query('update api_key set expires_at = now() where id = $1', [made.id])
  const ended = problem(409, 'key_ended', `The key ${made.id} has expired. Create a new one.`)
  expect((await rotate(api.key, made.id).expect(409)).body).toEqual(ended)
  await api.call('delete', `/v1/api-keys/${made.id}`).expect(204)
  const missing = problem(404, 'key_not_found', `There is no API key ${made.id}.`)
  expect((await rotate(api.key, made.id).expect(404)).body).toEqual(missing)
  expect((await asOutsider('post', `/v1/api-keys/${api.keyId}/rotate`).expect(404)).body.code).toBe('key_not_found')
})

it('refuses to make a key that allows more or lasts longer than the key of the request', async () => {
  const { api } = callers
  const strong = await createKey(api, { name: 'Strong' })
  const short = await createKey(api, { name: 'Short', expiresAt: later(1) })
  const detail = `The key ${strong.id} allows more or lasts longer than the key of this request. Use it itself, or a key without scopes and expiry.`
  expect((await rotate(short.key, strong.id).expect(403)).body).toEqual(problem(403, 'stronger_key', detail))
  // During the overlap the old key cannot prolong its own life.
  const { body: made } = await rotate(short.key, short.id).expect(201)
  expectIn(1, made.expiresAt)
  const user = await aUser(api.db)
  const { body: renewed } = await rotate(user.key, user.id).expect(201)
  expect(renewed.expiresAt).toBeNull()
  expect((await rotate(user.key, renewed.id).expect(403)).body.code).toBe('stronger_key')
})

it('takes 0 to 168 hours, performs a dry run, and replays its response to the old key', async () => {
  const { api } = callers
  const old = await createKey(api, { name: 'Old' })
  for (const overlapHours of [-1, 169, 1.5, '24', null])
    expect((await rotate(api.key, old.id, { overlapHours }).expect(422)).body.errors).toMatchObject([
      { pointer: '/overlapHours' },
    ])
  const trial = await api.call('post', `/v1/api-keys/${old.id}/rotate?dryRun=true`).expect(201)
  await api.as(trial.body.key)('get', '/v1/me').expect(401)
  const send = () => rotate(old.key, old.id).set('idempotency-key', 'rotate-once').expect(201)
  const { body } = await send()
  expect((await send()).body).toEqual(body)
})

it('counts the new key among the keys of the user', async () => {
  const { api } = callers
  const user = await aUser(api.db)
  await api.pool.query(
    `insert into api_key (user_id, name, prefix, hash) select $1, 'key', 'kt_', 'full ' || n from generate_series(1, 99) n`,
    [user.userId],
  )
  expect((await rotate(user.key, user.id).expect(422)).body.code).toBe('limit_reached')
  // Without an overlap the old key leaves its place to the new one.
  await rotate(user.key, user.id, { overlapHours: 0 }).expect(201)
})
