import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { until } from '../until.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

/** Returns the milliseconds of each part of a `Server-Timing` header. */
function parts(header: string | undefined): Record<string, number> {
  expect(header).toMatch(/^read;dur=\d+\.\d\d, db;dur=\d+\.\d\d, write;dur=\d+\.\d\d, total;dur=\d+\.\d\d$/)
  return Object.fromEntries([...header!.matchAll(/(\w+);dur=([\d.]+)/g)].map(([, name, time]) => [name, Number(time)]))
}

it('tells a caller who asks how long the parts of a request took', async () => {
  const { id } = (await api.call('post', '/v1/contacts', { lastName: 'Timed' }).expect(201)).body
  const plain = await api.call('get', `/v1/contacts/${id}`).expect(200)
  expect(plain.headers).not.toHaveProperty('server-timing')

  const timed = await api.call('get', `/v1/contacts/${id}?timing=true`).expect(200)
  expect(timed.body).toEqual(plain.body)
  const { read, db, write, total } = parts(timed.headers['server-timing'])
  expect(Math.min(read!, db!, write!)).toBeGreaterThan(0)
  // Each of the four is rounded.
  expect(read! + db! + write!).toBeLessThan(total! + 0.02)

  const refused = await api.call('get', `/v1/contacts/${id}?timing=false`).expect(200)
  expect(refused.headers).not.toHaveProperty('server-timing')
})

it('counts a wait in the database', async () => {
  const { id } = (await api.call('post', '/v1/contacts', { lastName: 'Locked' }).expect(201)).body
  const other = await api.pool.connect()
  await other.query('begin')
  await other.query('select from contact where id = $1 for update', [id])
  const change = api.call('patch', `/v1/contacts/${id}?timing=true`, { comment: 'late' }).then((answer) => answer)
  const waits = "select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
  await until(async () => (await api.pool.query(waits)).rowCount === 1)
  const seen = performance.now()
  for (let queries = 0; queries < 100; queries++) await api.pool.query(waits)
  const waited = performance.now() - seen
  await other.query('commit')
  other.release()

  const { status, headers } = await change
  expect(status).toBe(200)
  expect(parts(headers['server-timing']).db).toBeGreaterThan(waited)
})

it.each([
  ['/v1/contacts?limit=1&timing=true', 200],
  ['/v1/contacts/export?timing=true', 200],
  ['/v1/contacts/999999?timing=true', 404],
  ['/v1/types?timing=true', 200],
  ['/health/live?timing=true', 200],
])('works on every route: %s', async (path, status) => {
  parts((await api.call('get', path).expect(status)).headers['server-timing'])
})

it('refuses another value, and knows the name', async () => {
  const { body } = await api.call('get', '/v1/contacts/1?timing=yes').expect(400)
  expect(body.errors).toMatchObject([{ parameter: 'timing', allowed: ['true', 'false'] }])
  const misspelled = await api.call('get', '/v1/contacts/1?timng=true').expect(400)
  expect(misspelled.body.errors).toMatchObject([{ parameter: 'timng', code: 'unknown_parameter', hint: 'timing' }])
})
