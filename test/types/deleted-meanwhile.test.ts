import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type pg from 'pg'
import { type Api, startApi } from '../api.ts'
import { until } from '../until.ts'

let api: Api
/** A connection that holds a lock while requests wait for it. */
let holder: pg.PoolClient
beforeAll(async () => {
  api = await startApi()
  holder = await api.pool.connect()
})
afterAll(async () => {
  holder.release()
  await api.close()
})

const create = async (code: string): Promise<number> =>
  (await api.call('post', '/v1/types', { code, title: code, features: [] }).expect(201)).body.number
const scope = (type: string) => ({ type, operations: ['read'] })
const waiting = (requests: number) =>
  until(async () => {
    const { rows } = await api.pool.query(
      `select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    )
    return rows.length === requests
  })

/** Sends a request that waits for a deletion of the type, and returns the response after the type is gone. */
async function whileDeleted(type: number, send: () => ReturnType<Api['call']>) {
  await holder.query('begin')
  await holder.query(`select pg_advisory_xact_lock(hashtext('record types'))`)
  const response = send().then((answer) => answer)
  await waiting(1)
  await holder.query('delete from record_type where id = $1', [type])
  await holder.query('commit')
  return await response
}

it('a field cannot link to a type that was deleted while the request waited', async () => {
  const type = await create('house')
  const field = { code: 'house', kind: 'crm', label: 'House', settings: { types: ['contact', 'house'] } }
  const { status, body } = await whileDeleted(type, () => api.call('post', '/v1/types/deal/fields', field))
  expect({ status, errors: body.errors }).toMatchObject({
    ...{ status: 422, errors: [{ pointer: '/settings/types/1', code: 'unknown_type' }] },
  })
})

it('a field that is changed does not get a type that was deleted while the request waited', async () => {
  const type = await create('yard')
  const field = { code: 'place', kind: 'crm', label: 'Place', settings: { types: ['contact'] } }
  await api.call('post', '/v1/types/deal/fields', field).expect(201)
  const change = { settings: { types: ['contact', 'yard'] } }
  const { status } = await whileDeleted(type, () => api.call('patch', '/v1/types/deal/fields/place', change))
  expect(status).toBe(422)
  const { body } = await api.call('get', '/v1/types/deal/fields/place').expect(200)
  expect(body.settings).toMatchObject({ types: ['contact'] })
})

it('a key cannot have a scope for a type that was deleted while the request waited', async () => {
  const type = await create('garden')
  const key = { name: 'k', scopes: [scope('deal'), scope('garden')] }
  const { status, body } = await whileDeleted(type, () => api.call('post', '/v1/api-keys', key))
  expect({ status, errors: body.errors }).toMatchObject({
    ...{ status: 422, errors: [{ pointer: '/scopes/1/type', code: 'unknown_value' }] },
  })
})

it('a type cannot have a parent that was deleted while the request waited', async () => {
  const type = await create('street')
  const child = { code: 'lamp', title: 'Lamp', relations: { parents: ['street'] } }
  const { status, body } = await whileDeleted(type, () => api.call('post', '/v1/types', child))
  expect({ status, errors: body.errors }).toMatchObject({
    ...{ status: 422, errors: [{ pointer: '/relations/parents/0', code: 'unknown_type' }] },
  })
})

it('a key that is replaced while its type is deleted has no scope for the type', async () => {
  await create('park')
  const key = { name: 'k', scopes: [scope('park'), scope('deal')] }
  const { body: old } = await api.call('post', '/v1/api-keys', key).expect(201)
  await holder.query('begin')
  // The rotation waits for the user after it has read the old key.
  await holder.query('select from "user" where id = $1 for no key update', [api.userId])
  const rotated = api.call('post', `/v1/api-keys/${old.id}/rotate`, {}).then((answer) => answer)
  await waiting(1)
  const deleted = api.call('delete', '/v1/types/park').then((answer) => answer)
  await waiting(2)
  await holder.query('commit')
  expect((await deleted).status).toBe(204)
  const { body } = await rotated
  expect((await api.call('get', `/v1/api-keys/${body.id}`).expect(200)).body.scopes).toEqual([scope('deal')])
})
