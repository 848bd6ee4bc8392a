import { afterAll, beforeEach, expect, it } from '@jest/globals'
import { ensureAdministrator, newAdministratorKey } from '../../src/people/administrator.ts'
import { type Api, startApi } from '../api.ts'
import { createKey } from './callers.ts'

let api: Api
let said: string[]
const opened: Api[] = []
beforeEach(async () => {
  api = await startApi()
  opened.push(api)
  said = []
})
afterAll(async () => {
  for (const { close } of opened) await close()
})

/** Returns what a server does that starts with this ADMIN_KEY. */
const start = (key?: string) => ensureAdministrator(api.db, key, (line) => said.push(line))
const [first, second] = ['the-first-administrators-key', 'the-second-administrators-key']
const me = (key: string) => api.as(key)('get', '/v1/me')

it('replaces the old ADMIN_KEY with a new one, and revokes the old one with all keys made with it', async () => {
  await start(first)
  await me(first).expect(200)
  const child = await createKey({ call: api.as(first) }, { name: 'Made with the first' })
  await start(first)
  await me(first).expect(200)
  await start(second)
  expect((await me(second).expect(200)).body).toMatchObject({ isAdmin: true, key: { name: 'ADMIN_KEY' } })
  for (const key of [first, child.key]) expect((await me(key).expect(401)).body.code).toBe('invalid_key')
  // Other keys of administrators are not affected.
  await me(api.key).expect(200)
  expect(said).toEqual([])
})

it('does not restore a revoked ADMIN_KEY, even on restart', async () => {
  await start(first)
  await start(second)
  await start(first)
  await me(first).expect(401)
  await me(second).expect(200)
  expect(said).toEqual([
    'ADMIN_KEY is ignored: the key is revoked or expired or has scopes, or its user is not an active administrator. Set a different key.',
  ])
})

it('keeps the ADMIN_KEY if the variable is no longer set', async () => {
  await start(first)
  await start()
  await me(first).expect(200)
})

it('accepts a key from the API as ADMIN_KEY, even one made with the old one', async () => {
  await start(first)
  const { key } = await createKey({ call: api.as(first) }, { name: 'Rotated' })
  await start(key)
  await me(key).expect(200)
  await me(first).expect(401)
  await start(second)
  await me(key).expect(401)
  expect(said).toEqual([])
})

it('creates another independent key for an administrator who lost theirs', async () => {
  const key = await newAdministratorKey(api.db)
  await start(first)
  await start(second)
  expect((await me(key).expect(200)).body.isAdmin).toBe(true)
})
