import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { openTraces, type Traces } from '../../src/telemetry/traces.ts'
import { type Api, startApi } from '../api.ts'
import { type CollectedSpan, startCollector } from './collector.ts'

const [server, client, internal] = [2, 3, 1]
const [unset, failed] = [0, 2]
const caller = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }

const silent = { warn: () => {} }

/** Runs work on an API whose spans are collected, and returns the spans after the API stops. */
async function spansOf(
  work: (api: Api) => Promise<void>,
  options: Parameters<typeof startApi>[0] = {},
): Promise<CollectedSpan[]> {
  const collector = await startCollector()
  const traces = (await openTraces(collector.endpoint, silent)) as Traces
  const api = await startApi({ traces, ...options })
  await work(api)
  await api.close()
  await traces.close()
  await collector.close()
  return collector.spans
}

describe('a traced request', () => {
  let spans: CollectedSpan[]
  let own: string | undefined
  beforeAll(async () => {
    spans = await spansOf(async (api) => {
      const { body, headers } = await api.call('post', '/v1/contacts', { lastName: 'Secretov' }).expect(201)
      own = headers['x-trace-id']
      const traceparent = `00-${caller.traceId}-${caller.spanId}-01`
      await api.call('get', `/v1/contacts/${body.id}`).set('traceparent', traceparent).expect(200)
      await api
        .call('get', '/v1/contacts?filter[lastName]=Secretov')
        .set('traceparent', `00-${'a'.repeat(32)}-${caller.spanId}-00`)
      await api.pool.query('revoke select on deal from current_user')
      await api.call('get', '/v1/deals').expect(500)
      await api.as(null)('get', '/v1/deals').expect(401)
      await api.as(null)('get', '/Secretov').expect(404)
    })
  })

  it('is a span with the trace id of its log line and response', () => {
    expect(spans.find(({ name }) => name === 'createContact')).toMatchObject({
      traceId: own,
      kind: server,
      status: { code: unset },
      service: 'kartoteka',
      attributes: {
        'http.request.method': 'POST',
        'http.route': '/v1/contacts',
        'http.response.status_code': 201,
      },
    })
    expect(spans.find(({ name }) => name === 'createContact')).not.toHaveProperty('parentSpanId')
  })

  it('continues the trace of its caller, unless that trace is not sampled', () => {
    const read = spans.find(({ name }) => name === 'getContact')
    expect(read).toMatchObject({ traceId: caller.traceId, parentSpanId: caller.spanId })
    expect(spans.some(({ name }) => name === 'listContacts')).toBe(false)
  })

  it('has its statements as child spans, with SQL but no values', () => {
    const request = spans.find(({ name }) => name === 'createContact')!
    const statements = spans.filter(({ parentSpanId }) => parentSpanId === request.spanId)
    expect(statements.length).toBeGreaterThan(4)
    const write = statements.find(({ attributes }) =>
      String(attributes['db.query.text']).includes('insert into "contact"'),
    )
    expect(write).toMatchObject({ name: 'WITH', kind: client, traceId: own, status: { code: unset } })
    expect(write?.attributes['db.system.name']).toBe('postgresql')
    for (const { nanoseconds } of statements) expect(nanoseconds <= request.nanoseconds).toBe(true)
    expect(JSON.stringify(spans, (_, value) => (typeof value === 'bigint' ? Number(value) : value))).not.toContain(
      'Secretov',
    )
  })

  it('is marked as an error if it failed, with its statement, but not if it was refused', () => {
    const [broken, refused] = spans.filter(({ name }) => name === 'listDeals')
    expect(broken).toMatchObject({ status: { code: failed }, attributes: { 'error.type': 'internal_error' } })
    const statement = spans.find(
      ({ parentSpanId, status }) => parentSpanId === broken!.spanId && status.code === failed,
    )
    expect(statement?.attributes['error.type']).toBe('42501')
    expect(refused).toMatchObject({ status: { code: unset }, attributes: { 'http.response.status_code': 401 } })
    expect(spans.find(({ attributes }) => attributes['http.response.status_code'] === 404)?.name).toBe('unknown')
  })
})

it('has a span for each run of a job, with its database statements', async () => {
  let jobId = 0
  const dataDir = await mkdtemp(join(tmpdir(), 'kartoteka-traces-'))
  const spans = await spansOf(
    async (api) => {
      const file = 'Имя;Фамилия\r\nИван;Петров\r\n'
      const { body } = await api.call('post', '/v1/contacts/import').type('text/csv').send(file).expect(202)
      jobId = body.id
      await api.call('get', `/v1/jobs/${jobId}?wait=30`).expect(200)
    },
    { work: true, dataDir },
  )
  await rm(dataDir, { recursive: true })
  const run = spans.find(({ name }) => name === 'import')
  expect(run).toMatchObject({ kind: internal, status: { code: unset }, attributes: { 'kartoteka.job.id': jobId } })
  expect(spans.filter(({ parentSpanId }) => parentSpanId === run!.spanId).length).toBeGreaterThan(5)
})

describe('an unavailable collector', () => {
  let api: Api
  let traces: Traces
  const warnings: [object, string][] = []
  beforeAll(async () => {
    // Port 9 (discard) has no listener.
    traces = (await openTraces('http://127.0.0.1:9', { warn: (...told) => warnings.push(told) })) as Traces
    api = await startApi({ traces })
  })
  afterAll(() => api.close())

  it('affects no request, is logged, and does not delay the shutdown', async () => {
    await api.call('get', '/v1/contacts').expect(200)
    const begun = Date.now()
    await traces.close()
    expect(Date.now() - begun).toBeLessThan(10_000)
    expect(warnings).toEqual([[{ reason: expect.stringContaining('ECONNREFUSED') }, 'traces cannot be sent']])
  })
})

it('loads no tracing without a collector', async () => {
  expect(await openTraces(undefined, silent)).toBeUndefined()
})
