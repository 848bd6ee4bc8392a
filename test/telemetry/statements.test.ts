import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { connect } from '../../src/database/connect.ts'
import { openLog } from '../../src/http/log.ts'
import { runTraced } from '../../src/telemetry/job.ts'
import { type Api, startApi } from '../api.ts'
import { freshDatabase } from '../database.ts'

let api: Api
let lines = ''
beforeAll(async () => {
  const log = openLog('info', { write: (line) => (lines += line) })
  // With this setting every statement counts as slow.
  api = await startApi({ log, slowStatementMs: 0 })
})
afterAll(() => api.close())
beforeEach(() => {
  lines = ''
})

interface Line {
  msg: string
  operation: string
  traceId: string
  ms: number
  sql: string
}

/** Returns the slow statements in the log. */
function slow(): Line[] {
  const all = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  return all.filter(({ msg }) => msg === 'slow statement')
}

it('logs a slow statement with its operation and the trace id of its request, without values', async () => {
  const { body, headers } = await api.call('post', '/v1/contacts', { lastName: 'Secretov' }).expect(201)
  const traceId = headers['x-trace-id']
  expect(slow().length).toBeGreaterThan(4)
  for (const line of slow()) expect(line).toMatchObject({ operation: 'createContact', traceId, ms: expect.any(Number) })
  expect(lines).not.toContain('Secretov')
  expect(slow().some(({ sql }) => /insert into "contact"/.test(sql))).toBe(true)

  lines = ''
  await api.call('get', `/v1/contacts/${body.id}`).expect(200)
  expect(slow().map(({ operation }) => operation)).toEqual(['getContact', 'getContact'])
})

it('distinguishes concurrent requests', async () => {
  const paths = { '/v1/contacts': 'listContacts', '/v1/deals': 'listDeals', '/v1/users': 'listUsers' }
  const answers = await Promise.all(
    Object.entries(paths).flatMap(([path, operation]) =>
      Array.from({ length: 5 }, async () => ({
        operation,
        headers: (await api.call('get', path).expect(200)).headers,
      })),
    ),
  )
  const expected = new Map(answers.map(({ operation, headers }) => [headers['x-trace-id'], operation]))
  expect(slow().length).toBe(30)
  for (const { traceId, operation } of slow()) expect(operation).toBe(expected.get(traceId))
})

it('includes the pages of an export that are read while earlier ones are sent', async () => {
  const comment = 'long '.repeat(1_800)
  await Promise.all(
    Array.from({ length: 250 }, () => api.call('post', '/v1/companies', { title: 'Exported', comment }).expect(201)),
  )
  lines = ''
  await api.call('get', '/v1/companies/export').expect(200)
  const pages = slow()
  expect(pages.length).toBeGreaterThan(3)
  expect(pages.map(({ operation }) => operation)).toEqual(pages.map(() => 'exportCompanies'))
})

it('logs the statements of a job with the trace id of its run', async () => {
  const logged: [object, string][] = []
  const watch = { log: { warn: (...line: [object, string]) => logged.push(line) }, slowStatementMs: 0 }
  await runTraced('scrub', {}, watch, async () => {
    await sql`select 1`.execute(api.db)
  })
  const traceId = expect.stringMatching(/^[0-9a-f]{32}$/)
  expect(logged).toEqual([[{ traceId, operation: 'scrub', ms: expect.any(Number), sql: 'select 1' }, 'slow statement']])
})

it('cancels a statement of a request that takes too long, and returns a problem', async () => {
  const database = await freshDatabase()
  const limited = connect(database.connection, { statementTimeoutMs: 200 })
  const patient = await startApi({ database: { ...limited, connection: database.connection } })
  const { body } = await patient.call('post', '/v1/contacts', { lastName: 'Held' }).expect(201)
  const holder = await database.pool.connect()
  await holder.query('begin')
  await holder.query('select from contact where id = $1 for update', [body.id])
  const answer = await patient.call('patch', `/v1/contacts/${body.id}`, { lastName: 'Free' }).expect(503)
  expect(answer.body.code).toBe('timeout')
  expect(answer.headers['retry-after']).toBe('2')
  await holder.query('rollback')
  holder.release()
  await patient.call('patch', `/v1/contacts/${body.id}`, { lastName: 'Free' }).expect(200)
  await patient.close()
  await database.close()
})
