import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { aUser, startApi } from '../api.ts'
import { type Callers, createKey, problem, startWithCallers } from './callers.ts'

let callers: Callers
beforeAll(async () => {
  callers = await startWithCallers()
})
afterAll(() => callers.api.close())

const invalid = problem(401, 'invalid_key', 'The API key does not exist or was revoked.')
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

/** Creates a key with another key. */
async function madeWith(key: string, body: object = {}) {
  return await createKey({ call: callers.api.as(key) }, { name: 'Child', ...body })
}

it('returns the key that a key was made with', async () => {
  const { api } = callers
  const parent = await createKey(api, { name: 'Parent' })
  const child = await madeWith(parent.key)
  const { body } = await api.as(child.key)('get', `/v1/api-keys/${child.id}`).expect(200)
  expect(body.parentId).toBe(parent.id)
  const { data } = (await api.call('get', '/v1/api-keys?limit=500').expect(200)).body
  const parents = data.map((one: { id: number; parentId: number | null }) => [one.id, one.parentId])
  expect(parents).toContainEqual([child.id, parent.id])
})

it('lets no key outlive its parent key', async () => {
  const { api, reader } = callers
  const expiresAt = inAnHour()
  const parent = await createKey(api, { name: 'Parent', expiresAt })
  for (const later of [new Date(Date.parse(expiresAt) + 1).toISOString(), null]) {
    const { body } = await api.as(parent.key)('post', '/v1/api-keys', { name: 'x', expiresAt: later }).expect(422)
    expect(body.errors).toEqual([
      {
        ...{ pointer: '/expiresAt', code: 'outlives_parent' },
        message: `Must not be later than ${expiresAt}, when the key that creates this one expires.`,
      },
    ])
  }
  const sooner = new Date(Date.parse(expiresAt) - 1).toISOString()
  expect(await madeWith(parent.key, { expiresAt: sooner })).toMatchObject({ expiresAt: sooner })
  expect(await madeWith(parent.key, { expiresAt })).toMatchObject({ expiresAt })
  // The default expiry is the latest possible one, also for a key of another user.
  const child = await madeWith(parent.key, { userId: reader.userId })
  expect(child).toMatchObject({ userId: reader.userId, expiresAt })
  expect(await madeWith(child.key)).toMatchObject({ expiresAt })
})

it('revokes all descendants of a revoked key from the next request on', async () => {
  const { api, reader } = callers
  const parent = await createKey(api, { name: 'Parent' })
  const child = await madeWith(parent.key, { userId: reader.userId })
  const grandchild = await madeWith(child.key)
  const other = await createKey(api, { name: 'Other' })
  await api.call('delete', `/v1/api-keys/${parent.id}?dryRun=true`).expect(200)
  await api.as(grandchild.key)('get', '/v1/me').expect(200)
  // A key may revoke itself.
  await api.as(parent.key)('delete', `/v1/api-keys/${parent.id}`).expect(204)
  for (const { id, key } of [parent, child, grandchild]) {
    expect((await api.as(key)('get', '/v1/me').expect(401)).body).toEqual(invalid)
    await api.call('get', `/v1/api-keys/${id}`).expect(404)
  }
  await api.as(other.key)('get', '/v1/me').expect(200)
})

it('leaves no key valid that is made while its parent key is revoked', async () => {
  const { api } = callers
  for (let round = 0; round < 10; round++) {
    const parent = await createKey(api, { name: 'Parent' })
    const child = await madeWith(parent.key)
    const making = Array.from({ length: 4 }, () => api.as(child.key)('post', '/v1/api-keys', { name: 'Racer' }))
    const [revoked, ...made] = await Promise.all([api.call('delete', `/v1/api-keys/${parent.id}`), ...making])
    expect(revoked!.status).toBe(204)
    for (const { status, body } of made) {
      expect([201, 401]).toContain(status)
      if (status === 201) await api.as(body.key)('get', '/v1/me').expect(401)
    }
  }
})

it('limits the active keys of a user, whoever creates them', async () => {
  const api = await startApi()
  const { people } = (await api.call('get', '/v1/limits').expect(200)).body
  const { userId } = await aUser(api.db)
  await api.pool.query(
    `insert into api_key (user_id, name, prefix, hash) select $1, 'key', 'kt_', 'hash ' || n from generate_series(1, $2) n`,
    [userId, people.keys - 3],
  )
  const make = (body = {}) => api.call('post', '/v1/api-keys', { name: 'x', userId, ...body })
  const ended = await createKey(api, { name: 'x', userId, expiresAt: inAnHour() })
  const full = problem(422, 'limit_reached', `At most ${people.keys} are allowed.`)
  // Only one of the concurrent requests gets the last key.
  const answers = await Promise.all([make(), make(), make()])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 422, 422])
  expect((await make().expect(422)).body).toEqual(full)
  await api.pool.query('update api_key set expires_at = now() where id = $1', [ended.id])
  const { body } = await make().expect(201)
  expect((await make().expect(422)).body).toEqual(full)
  await api.call('delete', `/v1/api-keys/${body.id}`).expect(204)
  await make().expect(201)
  await api.call('post', '/v1/api-keys', { name: 'x' }).expect(201)
  await api.close()
})
