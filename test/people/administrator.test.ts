import { afterAll, beforeEach, expect, it } from '@jest/globals'
import { ensureAdministrator, newAdministratorKey } from '../../src/people/administrator.ts'
import { type Api, startApi } from '../api.ts'
import { madeKey } from './callers.ts'

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

/** What a server does that starts with this ADMIN_KEY. */
const start = (key?: string) => ensureAdministrator(api.db, key, (line) => said.push(line))
const [first, second] = ['the-first-administrators-key', 'the-second-administrators-key']
const me = (key: string) => api.as(key)('get', '/v1/me')

it('takes a new ADMIN_KEY in the place of the old one, which ends with all that was made with it', async () => {
  await start(first)
  await me(first).expect(200)
  const child = await madeKey({ call: api.as(first) }, { name: 'Made with the first' })
  await start(first)
  await me(first).expect(200)
  await start(second)
  expect((await me(second).expect(200)).body).toMatchObject({ isAdmin: true, key: { name: 'ADMIN_KEY' } })
  for (const key of [first, child.key]) expect((await me(key).expect(401)).body.code).toBe('invalid_key')
  // Other keys of administrators have nothing to do with it.
  await me(api.key).expect(200)
  expect(said).toEqual([])
})

it('does not bring a revoked ADMIN_KEY back, be it started again with it', async () => {
  await start(first)
  await start(second)
  await start(first)
  await me(first).expect(401)
  await me(second).expect(200)
  expect(said).toEqual([
    'ADMIN_KEY is ignored: the key is revoked or expired, or its user is not an active administrator. Set a different key.',
  ])
})

it('keeps the ADMIN_KEY where none is given any more', async () => {
  await start(first)
  await start()
  await me(first).expect(200)
})

it('takes a key that the API has made as ADMIN_KEY, even one made with the old one', async () => {
  await start(first)
  const { key } = await madeKey({ call: api.as(first) }, { name: 'Rotated' })
  await start(key)
  await me(key).expect(200)
  await me(first).expect(401)
  await start(second)
  await me(key).expect(401)
  expect(said).toEqual([])
})

it('makes another key for who lost theirs, which stands on its own', async () => {
  const key = await newAdministratorKey(api.db)
  await start(first)
  await start(second)
  expect((await me(key).expect(200)).body.isAdmin).toBe(true)
})
