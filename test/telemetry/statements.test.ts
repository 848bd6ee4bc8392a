import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
let lines = ''
beforeAll(async () => {
  const logTo = { write: (line: string) => (lines += line) }
  // Whatever takes no time at all is slow here.
  api = await startApi({ logLevel: 'info', logTo, slowStatementMs: 0 })
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

/** The slow statements of the log. */
function slow(): Line[] {
  const all = lines
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
  return all.filter(({ msg }) => msg === 'slow statement')
}

it('logs a slow statement with its operation, under the trace id of its request, without a value', async () => {
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

it('tells requests apart that are answered at the same time', async () => {
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

it('knows the pages of an export that are read while the first ones are sent', async () => {
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
