import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, aDeal } from '../seed.ts'
import { until } from '../until.ts'
import { onlyReads } from './only-reads.ts'

let api: Api
let ids: Record<'contact' | 'deal' | 'file' | 'key' | 'bulk' | 'queued', number>
beforeAll(async () => {
  api = await startApi({ work: true })
  const { call } = api
  const idOf = async (path: string, body?: object) => (await call('post', path, body)).body.id as number
  const [contact, deal, gone] = [await aContact(api), await aDeal(api), await aContact(api)]
  await call('delete', `/v1/contacts/${gone.id}`).expect(204)
  const file = await call('post', '/v1/files?name=a.txt').set('content-type', 'text/plain').send('text').expect(201)
  const bulk = await idOf('/v1/contacts/bulk', { ids: [contact.id], set: { opened: false } })
  await call('get', `/v1/jobs/${bulk}?wait=30`).expect(200)
  await call('post', '/v1/types/contact/fields', { code: 'city', kind: 'string', label: 'City' }).expect(201)
  await call('patch', `/v1/contacts/${contact.id}`, { userFields: { city: 'Omsk' } }).expect(200)
  // The job that builds the indexes of the field notes it in the row of the field.
  await until(async () => (await call('get', '/v1/types/contact/fields/city')).body.indexState === 'ready')
  const { rows } = await api.pool.query(`insert into local.job (type, created_by) values ('import', $1) returning id`, [
    api.userId,
  ])
  ids = {
    ...{ contact: contact.id, deal: deal.id, file: file.body.id, bulk, queued: Number(rows[0].id) },
    key: await idOf('/v1/api-keys', { name: 'Shop' }),
  }
})
afterAll(() => api.close())

it('is a parameter of every write operation', () => {
  const { paths } = JSON.parse(readFileSync('openapi/openapi.json', 'utf8')) as { paths: Record<string, object> }
  const without = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations as Record<string, { parameters?: { name?: string }[] }>)
      .filter(([method, { parameters = [] }]) => method !== 'get' && !parameters.some(({ name }) => name === 'dryRun'))
      .map(([method]) => `${method} ${path}`),
  )
  expect(without.filter((one) => !onlyReads(one))).toEqual([])
})

it('does everything, returns the result, and leaves everything unchanged', async () => {
  const tried: [status: number, method: 'post' | 'patch' | 'put' | 'delete', path: string, body?: object][] = [
    [201, 'post', '/v1/contacts', { lastName: 'Zimina' }],
    [200, 'patch', `/v1/contacts/${ids.contact}`, { lastName: 'Zimina' }],
    [201, 'put', '/v1/contacts/external/erp/1', { lastName: 'Zimina' }],
    [200, 'post', '/v1/batch', { operations: [{ op: 'delete', type: 'deal', id: ids.deal }] }],
    [200, 'delete', `/v1/deals/${ids.deal}`],
    [200, 'post', '/v1/contacts/bulk', { ids: [ids.contact], delete: true }],
    [200, 'post', `/v1/jobs/${ids.bulk}/revert`],
    [200, 'post', `/v1/jobs/${ids.queued}/cancel`],
    [200, 'delete', '/v1/recycle-bin'],
    [201, 'post', '/v1/users', { lastName: 'Losev', email: 'losev@vector.example' }],
    [200, 'patch', `/v1/users/${api.userId}`, { firstName: 'Root' }],
    [201, 'post', '/v1/api-keys', { name: 'Bot' }],
    [200, 'delete', `/v1/api-keys/${ids.key}`],
    [200, 'patch', '/v1/settings', { recycleBinDays: 5 }],
    [201, 'post', '/v1/types/contact/fields', { code: 'size', kind: 'integer', label: 'Size' }],
    [200, 'patch', '/v1/types/contact/fields/city', { label: 'Town' }],
    [200, 'delete', '/v1/types/contact/fields/city'],
    [200, 'delete', `/v1/files/${ids.file}`],
  ]
  const before = await contents()
  for (const [status, method, path, body] of tried) {
    const answer = await api.call(method, `${path}?dryRun=true`, body).set('idempotency-key', 'once').expect(status)
    expect([path, answer.headers.location]).toEqual([path, undefined])
  }
  const file = await api
    .call('post', '/v1/files?name=b.txt&dryRun=true')
    .set('content-type', 'text/plain')
    .send('more')
    .expect(201)
  expect(file.body).toMatchObject({ name: 'b.txt', size: 4 })
  expect(await contents()).toEqual(before)
})

it('returns what a revert of a job and emptying the bin would do', async () => {
  const revert = await api.call('post', `/v1/jobs/${ids.bulk}/revert?dryRun=true`).expect(200)
  expect(revert.body).toEqual({ matched: 1, denied: 0, missing: 0, done: 1, failed: 0, left: 0 })
  await api.call('post', `/v1/jobs/${ids.queued}/revert?dryRun=true`).expect(409)
  const bin = await api.call('delete', '/v1/recycle-bin?dryRun=true').expect(200)
  expect(bin.body).toEqual({ records: 1 })
})

it('makes an import report every row and keep none', async () => {
  const text = 'Имя;Фамилия;Дата рождения\r\nАнна;Орлова;01.02.1990\r\nОлег;Зимин;31.02.1990\r\n;;\r\n'
  const upload = (query: string) =>
    api.call('post', `/v1/contacts/import${query}`).set('content-type', 'text/csv').send(text).expect(202)
  const end = async ({ body }: { body: { id: number } }) =>
    (await api.call('get', `/v1/jobs/${body.id}?wait=30`).expect(200)).body
  const count = async () => (await api.call('post', '/v1/contacts/count', {}).expect(200)).body.total
  const before = await count()
  const started = await upload('?dryRun=true')
  expect(started.headers.location).toBe(`/v1/jobs/${started.body.id}`)
  const tried = await end(started)
  expect(await count()).toBe(before)
  const done = await end(await upload(''))
  expect(await count()).toBe(before + 2)
  expect(tried).toMatchObject({ status: done.status, result: { ...done.result, dryRun: true } })
  const faults = async (id: number) => (await api.call('get', `/v1/jobs/${id}/errors`).expect(200)).body.data
  const [row, ...more] = await faults(done.id)
  expect(row.recordId).toEqual(expect.any(Number))
  // A dry run creates no record that could be named.
  expect(await faults(tried.id)).toEqual([{ ...row, recordId: null }, ...more])
})

/** Returns a digest of all rows of each table. */
async function contents(): Promise<Record<string, string>> {
  const { rows: tables } = await api.pool.query<{ name: string }>(
    `select format('%I', relname) as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace`,
  )
  // Every request records the use of its key.
  const shown = (name: string) => (name === 'api_key' ? `to_jsonb(t) - 'last_used_at'` : 'to_jsonb(t)')
  const digests = tables.map(async ({ name }) => {
    const { rows } = await api.pool.query(
      `select coalesce(md5(string_agg((${shown(name)})::text, '|' order by (${shown(name)})::text)), '') as digest from ${name} t`,
    )
    return [name, String(rows[0].digest)] as const
  })
  return Object.fromEntries(await Promise.all(digests))
}
