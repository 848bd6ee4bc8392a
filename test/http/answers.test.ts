import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import type { App } from '../../src/http/foundation.ts'
import { Problem } from '../../src/http/problem.ts'
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

beforeAll(async () => {
  const logTo = { write: (line: string) => (lines += line) }
  app = await exampleApp({ logLevel: 'info', logTo }, (server) => {
    for (const [name, error] of Object.entries(thrown)) {
      server.get(`/throw/${name}`, async () => {
        throw error
      })
    }
  })
})

afterAll(() => app.close())

describe('an answer about a problem', () => {
  it('is problem+json with everything a program or a person needs', async () => {
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

  it('speaks Russian to those who prefer it', async () => {
    const answer = await request(app.server)
      .get('/pets/7')
      .set('accept-language', 'de, ru-RU;q=0.9, en;q=0.8')
      .expect(404)
    expect(answer.headers['content-language']).toBe('ru')
    expect(answer.body).toMatchObject({ code: 'record_not_found', detail: 'Нет записи pet 7.' })
  })

  it('takes the trace id of the caller', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const answer = await request(app.server).get('/pets/7').set('traceparent', traceparent)
    expect(answer.body.traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736')
  })

  it('carries ids as data and headers of its own', async () => {
    const answer = await request(app.server).get('/throw/told').expect(409)
    expect(answer.body).toMatchObject({ code: 'external_id_taken', id: 5 })
    expect(answer.headers['x-own']).toBe('1')
  })

  it('to HEAD has the status and headers without the body', async () => {
    const answer = await request(app.server).head('/pets/7').expect(404)
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8')
    expect(answer.text).toBeUndefined()
  })
})

describe('a mishap of the server', () => {
  it.each(['bug', 'text', 'constraint'])('is answered without a word of what happened: %s', async (name) => {
    const answer = await request(app.server).get(`/throw/${name}`).expect(500)
    expect(answer.body).toMatchObject({ status: 500, code: 'internal_error' })
    expect(answer.text).not.toMatch(/secret|duplicate|just text| at /)
  })

  it.each(['refused', 'stopped', 'starting', 'broken', 'cut', 'wrapped', 'full'])(
    'with the database away says when to come again: %s',
    async (name) => {
      const answer = await request(app.server).get(`/throw/${name}`).expect(503)
      expect(answer.body.code).toBe('database_unavailable')
      expect(answer.headers['retry-after']).toBe('2')
    },
  )

  it.each([
    ['crowded', 503, 'overloaded'],
    ['slow', 503, 'timeout'],
    ['deadlock', 409, 'write_conflict'],
  ])('of the database is told apart: %s', async (name, status, code) => {
    const answer = await request(app.server).get(`/throw/${name}`).expect(status)
    expect(answer.body.code).toBe(code)
  })
})

describe('the log', () => {
  it('has mishaps under their trace id, without secrets, queries and the caller’s own faults', async () => {
    lines = ''
    const answer = await request(app.server).get('/throw/constraint').set('authorization', 'Bearer hidden')
    await request(app.server).get('/pets/7?secret=1')
    await request(app.server).get('/nowhere')
    const logged = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(logged.map(({ msg }) => msg)).toEqual(['request failed', 'answered', 'answered', 'answered'])
    expect(logged[0]).toMatchObject({ traceId: answer.body.traceId, err: { code: '23505', detail: '[Redacted]' } })
    expect(logged[1]).toMatchObject({ req: { method: 'GET', path: '/throw/constraint' }, res: { statusCode: 500 } })
    expect(lines).not.toMatch(/hidden|a=secret|secret=1/)
  })
})
