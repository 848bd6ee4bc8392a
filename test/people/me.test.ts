import { afterAll, beforeAll, expect, it } from '@jest/globals'
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
    ...{ departmentIds: [1], groupIds: [], language: 'ru', timeZone: 'Asia/Omsk' },
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
