import { afterAll, beforeAll, expect, it } from '@jest/globals'
import type { LimitsOf } from '../../src/rights/limits.ts'
import { aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { adminRequired } from '../people/callers.ts'

const metricsKey = 'metrics-key-0123456789'
const limitsOf: LimitsOf = () => ({})
let api: JobApi
beforeAll(async () => {
  api = await startJobApi({ metricsKey, limitsOf })
})
afterAll(() => api.close())

/** Returns the values of a metric by its labels. */
async function values(name: string): Promise<Record<string, number>> {
  const { text } = await api.as(metricsKey)('get', '/metrics').expect(200)
  const lines = text.split('\n').filter((line) => new RegExp(`^${name}[{ ]`).test(line))
  return Object.fromEntries(
    lines.map((line) => {
      const [, labels = '', value] = /^\w+(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
      return [labels, Number(value)]
    }),
  )
}

it('are readable by administrators, and with a key for metrics only', async () => {
  const { headers, text } = await api.call('get', '/metrics').expect(200)
  expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
  expect(text).toMatch(/^# HELP http_request_duration_seconds /m)
  await api.as(metricsKey)('get', '/metrics').expect(200)
  await api.as(metricsKey)('get', '/v1/me').expect(401)
  await api.as(null)('get', '/metrics').expect(401)
  await api.as('another-key-0123456789')('get', '/metrics').expect(401)
  const { key } = await aUser(api.db)
  expect((await api.as(key)('get', '/metrics').expect(403)).body).toEqual(adminRequired)
})

it('count requests by operation, method and status class, and problems by code', async () => {
  await api.call('get', '/v1/companies').expect(200)
  await api.call('get', '/v1/companies').expect(200)
  await api.call('get', '/v1/companies?limit=0').expect(400)
  await api.call('get', '/nowhere/Secretov').expect(404)
  const counts = await values('http_request_duration_seconds_count')
  expect(counts['operation="listCompanies",method="GET",status="2xx"']).toBe(2)
  expect(counts['operation="listCompanies",method="GET",status="4xx"']).toBe(1)
  expect(counts['operation="unknown",method="GET",status="4xx"']).toBe(1)
  const buckets = await values('http_request_duration_seconds_bucket')
  expect(buckets['le="+Inf",operation="listCompanies",method="GET",status="2xx"']).toBe(2)
  expect(await values('http_problems_total')).toMatchObject({ 'code="malformed_request"': 1, 'code="not_found"': 1 })
})

it('show database connections and requests waiting for one', async () => {
  const held = await Promise.all(Array.from({ length: 10 }, () => api.pool.connect()))
  const waiting = api.call('get', '/v1/me').then(({ status }) => status)
  while (api.pool.waitingCount === 0) await new Promise(setImmediate)
  expect(await values('database_pool_connections')).toEqual({ 'state="idle"': 0, 'state="busy"': 10 })
  expect(await values('database_pool_size')).toEqual({ '': 10 })
  expect(await values('database_pool_waiting')).toMatchObject({ '': expect.any(Number) })
  for (const client of held) client.release()
  expect(await waiting).toBe(200)
})

it('count how often the catalogue was read', async () => {
  const before = (await values('catalogue_loads_total'))['']!
  await api.call('get', '/v1/contacts').expect(200)
  expect(await values('catalogue_loads_total')).toEqual({ '': before })
  const field = { code: 'metric', kind: 'string', label: 'Metric' }
  await api.call('post', '/v1/types/contact/fields', field).expect(201)
  // The next request reads it.
  await api.call('get', '/v1/me').expect(200)
  expect(await values('catalogue_loads_total')).toEqual({ '': before + 1 })
})

it('show waiting jobs by task', async () => {
  const file = 'Имя;Фамилия\r\nИван;Петров\r\n'
  for (let times = 0; times < 2; times++)
    await api.call('post', '/v1/contacts/import').type('text/csv').send(file).expect(202)
  expect(await values('jobs')).toMatchObject({
    'task="import",state="queued"': 2,
    'task="import",state="running"': 0,
    'task="given-up",state="queued"': 0,
  })
})

it('show the process and its event loop', async () => {
  for (const name of [
    'process_resident_memory_bytes',
    'nodejs_eventloop_lag_p99_seconds',
    'nodejs_heap_size_used_bytes',
  ])
    expect((await values(name))['']).toBeGreaterThan(0)
})
