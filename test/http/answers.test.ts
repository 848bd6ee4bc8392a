import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { Problem } from '../../src/errors/problem.ts'
import type { App } from '../../src/http/foundation.ts'
import { batchLines, openLog } from '../../src/http/log.ts'
import { exampleApp } from './example-app.ts'

const thrown: Record<string, unknown> = {
  bug: new TypeError('secret of the house'),
  text: 'just text',
  refused: Object.assign(new AggregateError([], ''), { code: 'ECONNREFUSED' }),
  stopped: Object.assign(new Error('terminating connection'), { code: '57P01' }),
  starting: Object.assign(new Error('the database system is starting up'), { code: '57P03' }),
  broken: Object.assign(new Error('connection failure'), { code: '08006' }),
  cut: new Error('Connection terminated unexpectedly'),
  wrapped: new Error('query failed', { cause: new Error('Connection terminated due to connection timeout') }),
  full: new Error('timeout exceeded when trying to connect'),
  crowded: Object.assign(new Error('too many clients'), { code: '53300' }),
  slow: Object.assign(new Error('canceling statement'), { code: '57014' }),
  deadlock: Object.assign(new Error('deadlock detected'), { code: '40P01' }),
  constraint: Object.assign(new Error('duplicate key value violates "secret_key"'), {
    code: '23505',
    detail: 'a=secret',
  }),
  told: new Problem('external_id_taken', { source: '1c', key: 'A-7' }, { extra: { id: 5 }, headers: { 'x-own': '1' } }),
}

let app: App
let lines = ''
let waiting = () => {}

beforeAll(async () => {
  const log = openLog('info', { write: (line) => (lines += line) })
  app = await exampleApp({ log }, (server) => {
    for (const [name, error] of Object.entries(thrown)) {
      server.get(`/throw/${name}`, async () => {
        throw error
      })
    }
    server.get('/wait', () => {
      waiting()
      return new Promise(() => {})
    })
  })
})

afterAll(() => app.close())

describe('a problem response', () => {
  it('is application/problem+json with every documented member', async () => {
    const answer = await request(app.server).get('/pets/7').expect(404)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.headers['content-language']).toBe('en')
    expect(answer.headers['x-trace-id']).toBe(answer.body.traceId)
    expect(answer.body).toEqual({
      type: '/docs/errors#record_not_found',
      title: 'Record not found',
      status: 404,
      code: 'record_not_found',
      detail: 'There is no pet 7.',
      instance: '/pets/7',
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
  })

  it('is in Russian when Accept-Language prefers it', async () => {
    const answer = await request(app.server)
      .get('/pets/7')
      .set('accept-language', 'de, ru-RU;q=0.9, en;q=0.8')
      .expect(404)
    expect(answer.headers['content-language']).toBe('ru')
    expect(answer.body).toMatchObject({ code: 'record_not_found', detail: 'Запись «pet» 7 не найдена.' })
  })

  it('uses the trace id of the request', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const answer = await request(app.server).get('/pets/7').set('traceparent', traceparent)
    expect(answer.body.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736')
  })

  it('has ids as data and its own headers', async () => {
    const answer = await request(app.server).get('/throw/told').expect(409)
    expect(answer.body).toMatchObject({ code: 'external_id_taken', id: 5 })
    expect(answer.headers['x-own']).toBe('1')
  })

  it('has the status and headers but no body for HEAD', async () => {
    const answer = await request(app.server).head('/pets/7').expect(404)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.text).toBeUndefined()
  })
})

describe('an internal error', () => {
  it.each(['bug', 'text', 'constraint'])('returns a problem that does not reveal the cause: %s', async (name) => {
    const answer = await request(app.server).get(`/throw/${name}`).expect(500)
    expect(answer.body).toMatchObject({ status: 500, code: 'internal_error' })
    expect(answer.text).not.toMatch(/secret|duplicate|just text| at /)
  })

  it.each(['refused', 'stopped', 'starting', 'broken', 'cut', 'wrapped'])(
    'has a Retry-After header if the database is unavailable: %s',
    async (name) => {
      const answer = await request(app.server).get(`/throw/${name}`).expect(503)
      expect(answer.body.code).toBe('database_unavailable')
      expect(answer.headers['retry-after']).toBe('2')
    },
  )

  it.each([
    ['crowded', 503, 'overloaded'],
    ['full', 503, 'overloaded'],
    ['slow', 503, 'timeout'],
    ['deadlock', 409, 'write_conflict'],
  ])('maps a database error to its status and code: %s', async (name, status, code) => {
    const answer = await request(app.server).get(`/throw/${name}`).expect(status)
    expect(answer.body.code).toBe(code)
  })
})

describe('the log', () => {
  const logged = () =>
    lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))

  it('records internal errors with their trace id, but no secrets, SQL or client errors', async () => {
    lines = ''
    const answer = await request(app.server).get('/throw/constraint').set('authorization', 'Bearer hidden')
    await request(app.server).get('/pets/7?secret=1')
    await request(app.server).get('/nowhere')
    expect(logged().map(({ msg }) => msg)).toEqual([
      'request failed',
      'request completed',
      'request completed',
      'request completed',
    ])
    const { traceId } = answer.body
    expect(logged()[0]).toMatchObject({ traceId, err: { code: '23505', detail: '[Redacted]' } })
    expect(lines).not.toMatch(/hidden|a=secret|secret=1/)
  })

  it('has one line per request with route, status and duration, but no IP address and no request data', async () => {
    lines = ''
    await request(app.server).get('/throw/constraint')
    await request(app.server).get('/pets/7').set('user-agent', 'Secretov')
    await request(app.server).get('/Secretov')
    await request(app.server).get('/pets/%zz')
    const common = { level: 30, time: expect.any(Number), pid: expect.any(Number), hostname: expect.any(String) }
    const line = { ...common, traceId: expect.stringMatching(/^[0-9a-f]{32}$/), method: 'GET', ms: expect.any(Number) }
    expect(logged().filter(({ msg }) => msg === 'request completed')).toEqual([
      { ...line, operation: '/throw/constraint', status: 500, code: 'internal_error', msg: 'request completed' },
      { ...line, operation: '/pets/:id', status: 404, id: 7, code: 'record_not_found', msg: 'request completed' },
      { ...line, operation: 'unknown', status: 404, code: 'not_found', msg: 'request completed' },
      { ...line, operation: 'unknown', status: 400, code: 'malformed_request', msg: 'request completed' },
    ])
    expect(lines).not.toMatch(/Secretov|127\.0\.0\.1/)
  })

  it('records a client that disconnected early', async () => {
    lines = ''
    const gone = request(app.server).get('/wait')
    const left = gone.then(
      () => 'answered',
      () => 'left',
    )
    await new Promise<void>((resolve) => (waiting = resolve))
    gone.abort()
    while (!lines) await new Promise(setImmediate)
    expect(await Promise.race([left, 'left'])).toBe('left')
    expect(logged()).toMatchObject([{ operation: '/wait', msg: 'client disconnected' }])
    expect(logged()[0]).not.toHaveProperty('status')
  })

  it('is written in batches, one per turn of the event loop', async () => {
    const written: string[] = []
    const { write } = batchLines((text) => written.push(text))
    write('1')
    write('2')
    expect(written).toEqual([])
    await new Promise(setImmediate)
    write('3')
    await new Promise(setImmediate)
    expect(written).toEqual(['12', '3'])
  })
})
