import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { mostUnknownKeys } from '../../src/rights/authenticate.ts'
import { type Api, aUser, startApi } from '../api.ts'
import { problem } from './callers.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ trustProxy: true })
})
afterAll(() => api.close())

const invalid = problem(401, 'invalid_key', 'The API key does not exist or was revoked.')
const unnamed = problem(401, 'authentication_required', 'Send your API key in the header: Authorization: Bearer …')
/** Sends a header from an address of its own. */
const send = (header: string, address: string) =>
  api.as(null)('get', '/v1/me').set('authorization', header).set('x-forwarded-for', address)

it.each([
  ['a part of a key', () => `Bearer ${api.key.slice(0, -1)}`],
  ['a key with a tail', () => `Bearer ${api.key}x`],
  ['another case', () => `Bearer ${api.key.toLowerCase()}`],
  ['a key of 10 kB', () => `Bearer kt_${'x'.repeat(10_000)}`],
  ['two keys', () => `Bearer ${api.key} ${api.key}`],
  ['no key', () => 'Bearer'],
  ['SQL', () => `Bearer ';drop--table`],
  ['letters beyond ASCII', () => 'Bearer kt_\u00e9\u00ff'],
])('refuses %s', async (_name, header) => {
  const { body, headers } = await send(header(), '192.0.2.10').expect(401)
  expect(body).toEqual(invalid)
  expect(headers['www-authenticate']).toBe('Bearer')
})

it('names Bearer to a caller who sends a key in another way', async () => {
  const refused = problem(
    401,
    'unsupported_scheme',
    'Use Bearer. Send your API key in the header: Authorization: Bearer …',
  )
  for (const header of [`Basic ${Buffer.from(`${api.key}:`).toString('base64')}`, api.key, `Token ${api.key}`]) {
    const { body, headers } = await send(header, '192.0.2.10').expect(401)
    expect([body, headers['www-authenticate']]).toEqual([refused, 'Bearer'])
  }
})

it('asks for a key if there is none', async () => {
  expect((await api.as(null)('get', '/v1/me').expect(401)).body).toEqual(unnamed)
})

it('refuses the keys of inactive users, and expired and revoked keys', async () => {
  const user = await aUser(api.db)
  const as = () => api.as(user.key)('get', '/v1/me')
  await as().expect(200)
  await api.call('patch', `/v1/users/${user.userId}`, { active: false }).expect(200)
  expect((await as().expect(401)).body.code).toBe('user_inactive')
  await api.call('patch', `/v1/users/${user.userId}`, { active: true }).expect(200)
  await as().expect(200)
  await api.pool.query('update api_key set expires_at = now() where id = $1', [user.id])
  expect((await as().expect(401)).body.code).toBe('expired_key')
  await api.call('delete', `/v1/api-keys/${user.id}`).expect(204)
  expect((await as().expect(401)).body).toEqual(invalid)
})

it('slows guessing down per address, but not the good keys of others there', async () => {
  const { key } = await aUser(api.db)
  const address = '192.0.2.20'
  await send(`Bearer ${key}`, address).expect(200)
  for (let tries = 0; tries < mostUnknownKeys; tries++) await send(`Bearer kt_guess-${tries}`, address).expect(401)
  const { body, headers } = await send('Bearer kt_guess', address).expect(429)
  expect(body.code).toBe('too_many_requests')
  expect(Number(headers['retry-after'])).toBeGreaterThan(0)
  await send(`Bearer ${key}`, address).expect(200)
  await send('Bearer kt_guess', '192.0.2.21').expect(401)
})
