import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { adminRequired, type Callers, createKey, problem, startWithCallers } from './callers.ts'

let callers: Callers
beforeAll(async () => {
  callers = await startWithCallers()
})
afterAll(() => callers.api.close())

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3,6}Z$/)

describe('A new key', () => {
  it('is shown once and works immediately', async () => {
    const { api } = callers
    const answer = await api.call('post', '/v1/api-keys', { name: 'Website' }).expect(201)
    const { key, ...rest } = answer.body
    expect(key).toMatch(/^kt_[\w-]{43}$/)
    expect(rest).toEqual({
      ...{ id: expect.any(Number), userId: api.userId, name: 'Website', prefix: key.slice(0, 8) },
      ...{ createdBy: api.userId, parentId: api.keyId, createdAt: instant },
      ...{ expiresAt: null, lastUsedAt: null, scopes: null, replacedBy: null },
    })
    expect(answer.headers.location).toBe(`/v1/api-keys/${rest.id}`)
    expect(answer.headers['cache-control']).toBe('no-store')
    const { body } = await api.as(key)('get', `/v1/api-keys/${rest.id}`).expect(200)
    expect(body).toEqual({ ...rest, lastUsedAt: instant })
  })

  it('for another user needs an administrator', async () => {
    const { api, reader, outsider, asReader } = callers
    const made = await api.call('post', '/v1/api-keys', { name: 'Phone', userId: reader.userId }).expect(201)
    expect(made.body).toMatchObject({ userId: reader.userId, createdBy: api.userId })
    const { body } = await asReader('post', '/v1/api-keys', { name: 'Phone', userId: outsider.userId }).expect(403)
    expect(body).toEqual(adminRequired)
    await asReader('post', '/v1/api-keys', { name: 'Phone', userId: reader.userId }).expect(201)
  })

  it('needs a name, an existing user and a future expiry', async () => {
    const { api } = callers
    const { body } = await api.call('post', '/v1/api-keys', { names: 'Website', expiresAt: 'tomorrow' }).expect(422)
    expect(new Set(body.errors)).toEqual(
      new Set([
        { pointer: '/name', code: 'required', message: 'This value is required.' },
        {
          ...{ pointer: '/names', code: 'unknown_field', hint: 'name' },
          message: 'There is no field names. Did you mean name?',
        },
        {
          ...{ pointer: '/expiresAt', code: 'invalid_datetime' },
          message: 'Must be a timestamp such as 2026-01-31T09:00:00Z.',
        },
      ]),
    )
    const late = { name: 'Late', userId: 999_999, expiresAt: new Date().toISOString() }
    const answer = await api.call('post', '/v1/api-keys', late).set('accept-language', 'ru').expect(422)
    expect(answer.body.errors).toEqual([
      { pointer: '/expiresAt', code: 'not_in_future', message: 'Укажите время в будущем.' },
      { pointer: '/userId', code: 'not_found_reference', message: 'Запись «Пользователь» 999999 не найдена.' },
    ])
    const blank = await api.call('post', '/v1/api-keys', { name: '  ' }).expect(422)
    expect(blank.body.errors).toMatchObject([{ pointer: '/name', code: 'pattern_mismatch' }])
  })

  it('expires at its expiry time', async () => {
    const { api } = callers
    const { id, key } = await createKey(api, { name: 'Short', expiresAt: new Date(Date.now() + 60_000).toISOString() })
    await api.as(key)('get', '/v1/me').expect(200)
    await api.pool.query('update api_key set expires_at = now() where id = $1', [id])
    const { body } = await api.as(key)('get', '/v1/me').expect(401)
    expect(body).toEqual(problem(401, 'expired_key', 'The API key or token has expired. Use a new one.'))
  })
})

describe('A revoked key', () => {
  it('stops working and returns 404', async () => {
    const { api } = callers
    const { id, key } = await createKey(api, { name: 'Lost' })
    const answer = await api.call('delete', `/v1/api-keys/${id}`).expect(204)
    expect(answer.text).toBe('')
    const { body } = await api.as(key)('get', '/v1/me').expect(401)
    expect(body).toEqual(problem(401, 'invalid_key', 'The API key does not exist or was revoked.'))
    for (const method of ['get', 'delete'] as const) {
      const gone = await api.call(method, `/v1/api-keys/${id}`).expect(404)
      expect(gone.body).toEqual(problem(404, 'key_not_found', `There is no API key ${id}.`))
    }
    const { data } = (await api.call('get', '/v1/api-keys?limit=500')).body as { data: { id: number }[] }
    expect(data.some((one) => one.id === id)).toBe(false)
  })

  it("must be one's own, unless an administrator revokes it", async () => {
    const { api, asOutsider, outsider } = callers
    const own = await createKey({ call: asOutsider }, { name: 'Own' })
    await asOutsider('delete', `/v1/api-keys/${own.id}`).expect(204)
    const { id } = await createKey(api, { name: 'Chief' })
    for (const method of ['get', 'delete'] as const) {
      const { body } = await asOutsider(method, `/v1/api-keys/${id}`).expect(404)
      expect(body).toEqual(problem(404, 'key_not_found', `There is no API key ${id}.`))
    }
    const other = await createKey({ call: asOutsider }, { name: 'Other', userId: outsider.userId })
    await api.call('delete', `/v1/api-keys/${other.id}`).expect(204)
  })
})

describe('The list of keys', () => {
  it("returns one's own keys, and all keys to administrators", async () => {
    const { asOutsider, outsider, api } = callers
    const { body } = await asOutsider('get', '/v1/api-keys').expect(200)
    expect(body).toEqual({
      data: [
        {
          ...{ id: outsider.id, userId: outsider.userId, name: 'test', prefix: outsider.prefix, createdBy: null },
          ...{ parentId: null, createdAt: instant, expiresAt: null, lastUsedAt: instant },
          ...{ scopes: null, replacedBy: null },
        },
      ],
      page: { next: null, prev: null },
    })
    const all = (await api.call('get', '/v1/api-keys?limit=500').expect(200)).body.data as { userId: number }[]
    expect(new Set(all.map(({ userId }) => userId)).size).toBe(3)
  })

  it('is paged', async () => {
    const { api } = callers
    const first = (await api.call('get', '/v1/api-keys?limit=1')).body
    const second = (await api.call('get', `/v1/api-keys?limit=1&cursor=${first.page.next}`).expect(200)).body
    expect(second.data[0].id).toBeGreaterThan(first.data[0].id)
    const back = await api.call('get', `/v1/api-keys?limit=1&cursor=${second.page.prev}`).expect(200)
    expect(back.body).toEqual(first)
  })
})
