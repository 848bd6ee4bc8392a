import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { buildApp } from '../../src/app.ts'
import { pruneAuditTask } from '../../src/audit/prune.ts'
import { instanceSecret } from '../../src/database/instance-secret.ts'
import { aUser, testOptions } from '../api.ts'
import { adminRequired, type Callers, createKey, createUser, startWithCallers } from '../people/callers.ts'
import { aContact } from '../seed.ts'
import { sentBy } from '../statements.ts'

let callers: Callers
beforeAll(async () => {
  callers = await startWithCallers()
})
afterAll(() => callers.api.close())
beforeEach(async () => {
  // Stores what is pending.
  await entries()
  await callers.api.pool.query('truncate audit')
})

interface Entry {
  id: number
  event: string
  details: object
}

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$/)

/** Reads the audit log, the oldest entry first. */
async function entries(query = ''): Promise<Entry[]> {
  return (await callers.api.call('get', `/v1/audit?${query}`).expect(200)).body.data.reverse()
}

/** Returns an entry with its usual values. */
const entry = (values: object) => ({
  ...{ id: expect.any(Number), at: instant, userId: callers.api.userId, keyId: callers.api.keyId },
  ...{ resource: null, code: null, details: {}, count: 1, ...values },
})

describe('Refusals', () => {
  it('are in the log, equal ones once with their number', async () => {
    const { asReader, reader, api } = callers
    for (let times = 0; times < 3; times++) await asReader('get', `/v1/users/${reader.userId}`).expect(403)
    const change = { email: 'hidden@example.com' }
    await asReader('patch', `/v1/users/${reader.userId}?dryRun=true`, change).expect(403)
    await api.call('get', '/v1/users/999999').expect(404)
    const refused = { event: 'refused', userId: reader.userId, keyId: reader.id, route: '/v1/users/{id}' }
    expect(await entries()).toEqual([
      entry({ ...refused, method: 'GET', code: 'admin_required', count: 3 }),
      entry({ ...refused, method: 'PATCH', code: 'admin_required' }),
    ])
  })

  it('say what was missing', async () => {
    const { api } = callers
    const plan = (features: string[]) => api.call('patch', '/v1/plans/default', { features }).expect(200)
    await plan([])
    await api.call('get', '/v1/deals/export').expect(403)
    await plan(['fieldVisibility', 'export', 'roles', 'autoMerge', 'recurring', 'automation'])
    const [refused] = await entries('event=refused')
    const details = { feature: 'export' }
    expect(refused).toEqual(
      entry({ event: 'refused', method: 'GET', route: '/v1/deals/export', code: 'plan_feature_required', details }),
    )
  })

  it('of keys that exist or existed are in the log, of unknown keys not', async () => {
    const { api } = callers
    const { userId, id, key } = await aUser(api.db)
    const me = (token: string | null) => api.as(token)('get', '/v1/me').expect(401)
    await api.pool.query('update api_key set expires_at = now() where id = $1', [id])
    await me(key)
    await api.pool.query('update api_key set expires_at = null, revoked_at = now() where id = $1', [id])
    await me(key)
    await me(`${key}x`)
    await me(null)
    const refused = { event: 'refused', userId, keyId: id, method: 'GET', route: '/v1/me' }
    expect(await entries()).toEqual([
      entry({ ...refused, code: 'expired_key' }),
      entry({ ...refused, code: 'invalid_key' }),
    ])
  })

  it('of a flood are one entry, and cost no statement each', async () => {
    const { asOutsider } = callers
    const flood = () => Promise.all(Array.from({ length: 200 }, () => asOutsider('get', '/v1/users/1').expect(403)))
    const { statements } = await sentBy(flood)
    expect(statements.filter(({ text }) => text.includes('into audit')).length).toBeLessThanOrEqual(1)
    const found = (await entries()) as (Entry & { count: number })[]
    expect(found.length).toBeLessThanOrEqual(2)
    expect(found.reduce((sum, { count }) => sum + count, 0)).toBe(200)
  })
})

it('stores refusals when the server closes, also after a flood of unknown keys', async () => {
  const { api, outsider } = callers
  const { db, pool } = api
  const app = await buildApp({ ...testOptions, trustProxy: true, db, pool, secret: await instanceSecret(db) })
  const send = (key: string, address = '192.0.2.1') =>
    app.inject({
      ...{ method: 'GET', url: '/v1/users/1' },
      headers: { authorization: `Bearer ${key}`, 'x-forwarded-for': address },
    })
  const guesses = Array.from({ length: 600 }, (_, n) => send(`kt_guess-${n}`, `198.51.${100 + (n % 20)}.1`))
  expect(new Set((await Promise.all(guesses)).map(({ statusCode }) => statusCode))).toEqual(new Set([401]))
  expect((await send(outsider.key)).statusCode).toBe(403)
  await app.close()
  const found = await api.pool.query('select user_id, code, count from audit')
  expect(found.rows).toEqual([{ user_id: outsider.userId, code: 'admin_required', count: 1 }])
})

describe('Changes of rights and settings', () => {
  it('are in the log with the names of what changed, without values', async () => {
    const { api } = callers
    const { id } = await createUser(api, { lastName: 'Logged', email: 'logged@example.com' })
    await api.call('patch', `/v1/users/${id}`, { language: 'ru' }).expect(200)
    const key = await createKey(api, { name: 'Logged', userId: id })
    await api.call('delete', `/v1/api-keys/${key.id}`).expect(204)
    await api.call('patch', '/v1/settings', { recycleBinDays: 40 }).expect(200)
    await aContact(api)
    const user = { event: 'user.changed', resource: `/v1/users/${id}` }
    const ofKey = { event: 'key.changed', resource: `/v1/api-keys/${key.id}` }
    expect(await entries()).toEqual([
      entry({ ...user, method: 'POST', route: '/v1/users', details: { members: 'lastName, email' } }),
      entry({ ...user, method: 'PATCH', route: '/v1/users/{id}', details: { members: 'language' } }),
      entry({ ...ofKey, method: 'POST', route: '/v1/api-keys', details: { members: 'name, userId' } }),
      entry({ ...ofKey, method: 'DELETE', route: '/v1/api-keys/{id}' }),
      entry({
        ...{ event: 'settings.changed', method: 'PATCH', route: '/v1/settings', resource: '/v1/settings' },
        details: { members: 'recycleBinDays' },
      }),
    ])
    const { rows } = await api.pool.query('select audit::text as text from audit')
    for (const { text } of rows) expect(text).not.toMatch(/Logged|logged@|kt_|"ru"/)
  })

  it('are in the log for roles, departments, plans and the visibility of fields', async () => {
    const { api } = callers
    const field = { code: 'secret', kind: 'string', label: 'Secret' }
    await api.call('post', '/v1/types/deal/fields', field).expect(201)
    const visibility = '/v1/types/deal/fields/secret/visibility'
    await api.call('put', visibility, { restricted: true, userIds: [api.userId], departments: [] }).expect(200)
    const { headers } = await api.call('post', '/v1/roles', { name: 'Logged', permissions: [] }).expect(201)
    const role = headers.location!
    await api.call('put', `${role}/members`, { userIds: [], departments: [], groupIds: [] }).expect(200)
    await api.call('delete', role).expect(204)
    await api.call('post', '/v1/departments', { name: 'Logged', parentId: 1 }).expect(201)
    await api.call('patch', '/v1/plans/default', { name: 'All' }).expect(200)
    const found = (await entries()) as (Entry & { method: string; route: string; resource: string })[]
    expect(found.map(({ event, method, route, resource }) => [event, method, route, resource])).toEqual([
      ['visibility.changed', 'PUT', '/v1/types/{code}/fields/{field}/visibility', visibility],
      ['role.changed', 'POST', '/v1/roles', role],
      ['role.changed', 'PUT', '/v1/roles/{id}/members', `${role}/members`],
      ['role.changed', 'DELETE', '/v1/roles/{id}', role],
      ['department.changed', 'POST', '/v1/departments', expect.stringMatching(/^\/v1\/departments\/\d+$/)],
      ['plan.changed', 'PATCH', '/v1/plans/{code}', '/v1/plans/default'],
    ])
  })

  it('are not in the log if they failed, for a dry run, or when a response is only returned again', async () => {
    const { api } = callers
    await api.call('post', '/v1/users?dryRun=true', { lastName: 'Tried' }).expect(201)
    await api.call('patch', '/v1/users/999999', { lastName: 'Nobody' }).expect(404)
    await api.call('post', '/v1/users', {}).expect(422)
    const make = () => api.call('post', '/v1/users', { lastName: 'Once' }).set('idempotency-key', 'audited')
    await make().expect(201)
    await make().expect(201)
    expect(await entries()).toEqual([expect.objectContaining({ event: 'user.changed', method: 'POST' })])
  })

  it('are in the log for every operation under the paths of people, settings and plans', async () => {
    const { paths } = (await callers.api.as(null)('get', '/openapi.json')).body
    const { changeEventOf } = await import('../../src/audit/events.ts')
    const writes = Object.entries<object>(paths).filter(([, methods]) =>
      Object.keys(methods).some((method) => ['post', 'patch', 'put', 'delete'].includes(method)),
    )
    const logged = writes.map(([path]) => path).filter((path) => changeEventOf(path))
    const prefix = /^\/v1\/(users|departments|groups|roles|api-keys|settings|plans)\b|\/visibility$/
    expect(logged).toEqual(writes.map(([path]) => path).filter((path) => prefix.test(path)))
  })
})

it('has an entry for every export, with the number of rows', async () => {
  const { api, asOutsider } = callers
  await api.call('delete', '/v1/contacts/1')
  const { total } = (await api.call('get', '/v1/contacts?count=exact')).body
  for (const lastName of ['One', 'Two']) await aContact(api, { lastName })
  await api.call('get', '/v1/contacts/export?q=nobody').expect(200)
  await api.call('get', '/v1/contacts/export').expect(200)
  await asOutsider('get', '/v1/contacts/export').expect(403)
  const exported = { event: 'exported', method: 'GET', route: '/v1/contacts/export' }
  expect(await entries('event=exported')).toEqual([
    entry({ ...exported, details: { type: 'contact', format: 'csv', rows: 0 } }),
    entry({ ...exported, details: { type: 'contact', format: 'csv', rows: total + 2 } }),
  ])
})

describe('The audit log', () => {
  it('is for administrators only', async () => {
    expect((await callers.asReader('get', '/v1/audit').expect(403)).body).toEqual(adminRequired)
  })

  it('is paged, newest first, and filtered by event, user and time', async () => {
    const { api, reader } = callers
    await api.pool.query(
      `insert into audit (at, event, user_id, key_id, method, route) select '2026-01-01T00:00:00Z'::timestamptz + n * interval '1 day',
        case when n % 2 = 0 then 'refused' else 'exported' end, case when n % 3 = 0 then $1::bigint else $2 end, 1, 'GET', '/v1/me'
      from generate_series(0, 9) n`,
      [reader.userId, api.userId],
    )
    const first = (await api.call('get', '/v1/audit?limit=4')).body
    const days = (data: { at: string }[]) => data.map(({ at }) => Number(at.slice(8, 10)) - 1)
    expect(days(first.data)).toEqual([9, 8, 7, 6])
    const second = (await api.call('get', `/v1/audit?limit=4&cursor=${first.page.next}`)).body
    expect(days(second.data)).toEqual([5, 4, 3, 2])
    const found = async (query: string) => days((await api.call('get', `/v1/audit?${query}`).expect(200)).body.data)
    expect(await found(`event=refused&userId=${reader.userId}`)).toEqual([6, 0])
    expect(await found('from=2026-01-03T00:00:00Z&to=2026-01-05T03:00:00%2B03:00')).toEqual([4, 3, 2])
    const wrong = await api.call('get', `/v1/audit?event=refused&cursor=${first.page.next}`).expect(400)
    expect(wrong.body.code).toBe('cursor_mismatch')
  })

  it('refuses unknown events, users and times', async () => {
    const { body } = await callers.api.call('get', '/v1/audit?event=refusal&userId=x&from=today&til=1').expect(400)
    expect(
      body.errors.map(({ parameter, code }: { parameter: string; code: string }) => `${parameter} ${code}`).sort(),
    ).toEqual(['event unknown_value', 'from invalid_datetime', 'til unknown_parameter', 'userId invalid_integer'])
    for (const time of ['2026-12-31T23:59:60Z', '0000-01-01T00:00:00Z']) {
      const answer = await callers.api.call('get', `/v1/audit?from=${time}`).expect(400)
      expect(answer.body.errors).toMatchObject([{ parameter: 'from', code: 'invalid_datetime' }])
    }
  })

  it('keeps entries for twelve months', async () => {
    const { api } = callers
    await api.pool.query(
      `insert into audit (at, event, user_id, key_id, method, route)
      select now() - age::interval, 'refused', 1, 1, 'GET', '/v1/me' from unnest(array['366 days', '300 days']) as age`,
    )
    await pruneAuditTask.run({ db: api.db }, {}, new AbortController().signal)
    expect(await entries()).toHaveLength(1)
  })
})
