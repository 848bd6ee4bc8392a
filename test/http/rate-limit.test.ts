import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import pg from 'pg'
import { networkOf } from '../../src/http/rate-limit.ts'
import { mostUnknownKeys } from '../../src/rights/authenticate.ts'
import { type Api, aUser, startApi } from '../api.ts'

describe('the rate limit of a key', () => {
  let api: Api
  beforeAll(async () => {
    api = await startApi({ rateLimit: 5 })
  })
  afterAll(() => api.close())

  it('is in the headers of every response, and refuses requests over it until the window ends', async () => {
    const paths = ['/v1/me', '/v1/contacts', '/v1/contacts/999', '/v1/contacts?limit=0', '/v1/limits']
    for (const [index, path] of paths.entries()) {
      const { status, headers } = await api.call('get', path)
      expect(status).not.toBe(429)
      expect(headers['ratelimit-policy']).toBe('"default";q=5;w=60')
      expect(headers.ratelimit).toMatch(new RegExp(`^"default";r=${4 - index};t=(60|5\\d)$`))
    }
    const { headers, body } = await api.call('get', '/v1/me').expect(429)
    expect(headers.ratelimit).toMatch(/^"default";r=0;t=\d+$/)
    const seconds = Number(headers['retry-after'])
    expect(seconds).toBeGreaterThan(0)
    expect(seconds).toBeLessThanOrEqual(60)
    expect(body).toMatchObject({ code: 'too_many_requests', detail: `Try again in ${seconds} seconds.` })
  })

  it('refuses an exhausted key without a database query, however the header is written', async () => {
    const query = jest.spyOn(pg.Client.prototype, 'query')
    await api.call('get', '/v1/me').expect(429)
    await api.as(null)('get', '/v1/me').set('authorization', `bearer   ${api.key}`).expect(429)
    expect(query).not.toHaveBeenCalled()
    query.mockRestore()
  })

  it('is counted for each key separately', async () => {
    const { key } = await aUser(api.db, { isAdmin: true })
    const { headers } = await api.as(key)('get', '/v1/me').expect(200)
    expect(headers.ratelimit).toMatch(/^"default";r=4;/)
  })
})

it('has no rate limit and sends no rate limit headers when none is configured', async () => {
  const api = await startApi({ rateLimit: 0 })
  const { headers } = await api.call('get', '/v1/me').expect(200)
  expect(Object.keys(headers).filter((name) => name.startsWith('ratelimit'))).toEqual([])
  await api.close()
})

describe('the limit of invalid keys per IP address', () => {
  let api: Api
  beforeAll(async () => {
    api = await startApi({ trustProxy: true })
  })
  afterAll(() => api.close())

  const from = (address: string, key: string | null) => api.as(key)('get', '/v1/me').set('x-forwarded-for', address)

  it('stops guessing of keys, and then does not reveal whether a key is valid', async () => {
    for (let tries = 0; tries < mostUnknownKeys; tries++) await from('192.0.2.1', `guess-${tries}`).expect(401)
    const { headers, body } = await from('192.0.2.1', 'guess').expect(429)
    expect(body.code).toBe('too_many_requests')
    expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    await from('192.0.2.1', api.key).expect(429)
    await from('192.0.2.2', api.key).expect(200)
  })

  it('limits how often the database is queried, however many keys are tried', async () => {
    for (let tries = 0; tries < mostUnknownKeys; tries++) await from('192.0.2.6', `guess-${tries}`).expect(401)
    await from('192.0.2.6', 'guess').expect(429)
    const query = jest.spyOn(pg.Client.prototype, 'query')
    for (let tries = 0; tries < 20; tries++) await from('192.0.2.6', `guess-${tries}`).expect(429)
    expect(query).not.toHaveBeenCalled()
    query.mockRestore()
  })

  it('does not count requests without a key', async () => {
    for (let tries = 0; tries <= mostUnknownKeys; tries++) await from('192.0.2.3', null).expect(401)
  })
})

it('still accepts a key that was recently valid, on any server, from an address with many invalid keys', async () => {
  const api = await startApi()
  const other = await startApi({ database: { ...api, close: async () => {} } })
  const me = (key: string) => api.as(key)('get', '/v1/me')
  const [here, elsewhere, unused] = await Promise.all(Array.from({ length: 3 }, () => aUser(api.db)))
  await me(here!.key).expect(200)
  await other.as(elsewhere!.key)('get', '/v1/me').expect(200)
  for (let tries = 0; tries < mostUnknownKeys; tries++) await me(`guess-${tries}`).expect(401)
  await me('guess').expect(429)
  for (const { key, userId } of [here!, elsewhere!]) expect((await me(key).expect(200)).body.id).toBe(userId)
  // All other keys get the same response, valid or not.
  await me(unused!.key).expect(429)
  await api.as(null)('get', '/v1/me').expect(429)
  await other.as(elsewhere!.key)('delete', `/v1/api-keys/${elsewhere!.id}`).expect(204)
  await me(elsewhere!.key).expect(401)
  await me(elsewhere!.key).expect(429)
  await other.app.close()
  await api.close()
})

it.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['2001:db8:1:2::', '2001:db8:1:2::/64'],
])('%s belongs to the network %s', (address, network) => {
  expect(networkOf(address)).toBe(network)
})
