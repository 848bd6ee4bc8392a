import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Callers, createKey, createUser, problem, startWithCallers } from './callers.ts'

let callers: Callers
beforeAll(async () => {
  callers = await startWithCallers()
})
afterAll(() => callers.api.close())

it('returns the caller without a role, with the language and time zone of the instance', async () => {
  const { outsider, asOutsider } = callers
  const { body } = await asOutsider('get', '/v1/me').expect(200)
  expect(body).toEqual({
    id: outsider.userId,
    firstName: 'Test',
    lastName: 'Outsider',
    email: null,
    active: true,
    isAdmin: false,
    departmentIds: [],
    groupIds: [],
    language: 'en',
    timeZone: 'Europe/Moscow',
    crmHidden: false,
    key: { id: outsider.id, name: 'test', prefix: outsider.prefix, expiresAt: null, scopes: null },
  })
})

it("returns the user's own language and time zone, and the expiry of the key", async () => {
  const { api } = callers
  const { id } = await createUser(api, {
    ...{ firstName: 'Anna', email: 'anna@example.com', isAdmin: true, departmentIds: [1] },
    ...{ language: 'ru', timeZone: 'Asia/Omsk' },
  })
  const key = await createKey(api, { name: ' Phone ', userId: id, expiresAt: '2999-01-31T12:00:00+03:00' })
  const { body } = await api.as(key.key)('get', '/v1/me').expect(200)
  expect(body).toEqual({
    ...{ id, firstName: 'Anna', lastName: null, email: 'anna@example.com', active: true, isAdmin: true },
    ...{ departmentIds: [1], groupIds: [], language: 'ru', timeZone: 'Asia/Omsk', crmHidden: false },
    key: { id: key.id, name: 'Phone', prefix: key.prefix, expiresAt: '2999-01-31T09:00:00.000Z', scopes: null },
  })
})

it('requires a key and accepts no parameters', async () => {
  const { api } = callers
  const { body } = await api.as(null)('get', '/v1/me').expect(401)
  expect(body).toEqual(
    problem(401, 'authentication_required', 'Send your API key in the header: Authorization: Bearer …'),
  )
  const answer = await api.call('get', '/v1/me?labels=all').expect(400)
  expect(answer.body.errors).toEqual([
    { parameter: 'labels', code: 'unknown_parameter', message: 'There is no parameter labels.' },
  ])
})

describe('A change of the caller', () => {
  it('sets and clears language, time zone and crmHidden, and refuses nothing afterwards', async () => {
    const { api, reader, asReader } = callers
    const before = (await asReader('get', '/v1/me').expect(200)).body
    const rights = async () => (await api.db.selectFrom('local.revision').select('rights').execute())[0]!.rights
    const version = await rights()
    const change = { language: 'ru', timeZone: 'Asia/Omsk', crmHidden: true }
    const { body } = await asReader('patch', '/v1/me', change).expect(200)
    expect(body).toEqual({ ...before, ...change })
    expect((await asReader('get', '/v1/me').expect(200)).body).toEqual(body)
    expect((await asReader('get', '/v1/deals/999').expect(404)).body.title).toBe('Запись не найдена')
    const cleared = await asReader('patch', '/v1/me', { language: null, timeZone: '', crmHidden: false }).expect(200)
    expect(cleared.body).toEqual(before)
    const user = (await api.call('get', `/v1/users/${reader.userId}`)).body
    expect(user).toMatchObject({ language: null, timeZone: null })
    // The rights of nobody changed, so no server reads them again.
    expect(await rights()).toBe(version)
  })

  it('is open to users without a role', async () => {
    const { asOutsider } = callers
    expect((await asOutsider('patch', '/v1/me', { crmHidden: true }).expect(200)).body.crmHidden).toBe(true)
    expect((await asOutsider('get', '/v1/me').expect(200)).body.crmHidden).toBe(true)
  })

  it('changes nothing else', async () => {
    const { api, outsider } = callers
    const wrong = { isAdmin: true, active: false, departmentIds: [1], groupIds: [1], firstName: 'A', crmHiden: true }
    const { body } = await callers.asOutsider('patch', '/v1/me', { ...wrong, timeZone: 'Mars' }).expect(422)
    expect(body.errors.map(({ pointer, code, hint }: Record<string, string>) => [pointer, code, hint])).toEqual([
      ...Object.keys(wrong).map((name) => [`/${name}`, 'unknown_field', name === 'crmHiden' ? 'crmHidden' : undefined]),
      ['/timeZone', 'invalid_time_zone', undefined],
    ])
    const { body: user } = await api.call('get', `/v1/users/${outsider.userId}`)
    expect(user).toMatchObject({ isAdmin: false, departmentIds: [], firstName: 'Test' })
    const values = await callers.asOutsider('patch', '/v1/me', { language: 'de', crmHidden: null }).expect(422)
    expect(values.body.errors.map(({ pointer, code }: Record<string, string>) => [pointer, code])).toEqual([
      ['/language', 'unknown_value'],
      ['/crmHidden', 'invalid_type'],
    ])
    await callers.asOutsider('patch', '/v1/me', {}).expect(422)
  })

  it('is not for a key with scopes', async () => {
    const scopes = [{ type: '*', operations: ['read'] }]
    const { key } = await createKey(callers.api, { name: 'Reports', scopes })
    const { body } = await callers.api.as(key)('patch', '/v1/me', { crmHidden: true }).expect(403)
    expect(body.code).toBe('insufficient_scope')
  })
})
