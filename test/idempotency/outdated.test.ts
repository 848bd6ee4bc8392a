import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { startJobApi } from '../jobs.ts'
import { problem } from '../people/callers.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const outdated = problem(
  ...([409, 'answer_outdated'] as const),
  'The request was completed, but rights, fields or settings have changed since, so its response is not returned again. To repeat it, use a new Idempotency-Key.',
)
let keys = 0
/** Returns a function that sends the same request with the same Idempotency-Key each time. */
function repeatable(method: 'post' | 'patch', path: string, body: object, as = api.call) {
  const key = `outdated-${++keys}`
  return () => as(method, path, body).set('idempotency-key', key)
}

it('does not return a response again after rights, fields or settings have changed', async () => {
  const { userId } = await aUser(api.db)
  const changes = [
    () => api.call('patch', `/v1/users/${userId}`, { isAdmin: true }).expect(200),
    () => api.call('post', '/v1/types/deal/fields', { code: 'colour', kind: 'string', label: 'Colour' }).expect(201),
    () => api.call('patch', '/v1/settings', { recycleBinDays: 31 }).expect(200),
    () => api.pool.query('update department set head_id = null'),
  ]
  for (const change of changes) {
    const create = repeatable('post', '/v1/contacts', { lastName: 'Once' })
    const { body, headers } = await create().expect(201)
    expect((await create().expect(201)).headers['idempotency-replayed']).toBe('true')
    await change()
    const refused = await create().expect(409)
    expect(refused.body).toEqual(outdated)
    expect(refused.headers.location).toBe(headers.location)
    // It was not performed again.
    expect((await api.call('get', '/v1/contacts?sort=-id&limit=1')).body.data[0].id).toBe(body.id)
  }
})

it('returns a response again after the index of a field has become ready', async () => {
  const jobs = await startJobApi()
  try {
    const field = { code: 'motto', kind: 'string', label: 'Motto', searchable: true }
    const create = () =>
      jobs.call('post', '/v1/types/contact/fields', field).set('idempotency-key', 'index').expect(201)
    const { body } = await create()
    await jobs.work()
    const { body: ready } = await jobs.call('get', '/v1/types/contact/fields/motto').expect(200)
    expect(ready.indexState).toBe('ready')
    const again = await create()
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(again.body).toEqual(body)
    await jobs.call('post', '/v1/contacts', { lastName: 'Index', userFields: { motto: 'sapere' } }).expect(201)
    const { body: found } = await jobs.call('get', '/v1/contacts?q=sapere').expect(200)
    expect(found.data).toMatchObject([{ lastName: 'Index' }])
  } finally {
    await jobs.close()
  }
})

it('returns the response of a write that itself changed them, until others change them', async () => {
  const email = 'once@example.com'
  const writes = [
    repeatable('post', '/v1/users', { lastName: 'Once', email }),
    repeatable('patch', `/v1/users/${api.userId}`, { language: 'en' }),
    repeatable('post', '/v1/types/deal/fields', { code: 'size', kind: 'string', label: 'Size' }),
    repeatable('patch', '/v1/settings', { recycleBinDays: 32 }),
  ]
  for (const write of writes) {
    const { body } = await write()
    const again = await write()
    expect(again.body).toEqual(body)
    expect(again.headers['idempotency-replayed']).toBe('true')
  }
  expect((await writes[0]!().expect(409)).body).toEqual(outdated)
})

it('does not return a response to a key of the same user with other scopes', async () => {
  const scopes = [{ type: 'contact', operations: ['add'] }]
  const { body } = await api.call('post', '/v1/api-keys', { name: 'Form', scopes }).expect(201)
  const create = () => ['post', '/v1/contacts', { lastName: 'Once' }] as const
  await api
    .call(...create())
    .set('idempotency-key', 'scoped')
    .expect(201)
  expect(
    (
      await api
        .as(body.key)(...create())
        .set('idempotency-key', 'scoped')
        .expect(409)
    ).body,
  ).toEqual(outdated)
})
