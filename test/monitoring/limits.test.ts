import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ rateLimit: 1234, bodyLimit: 20_000, uploadLimit: 30_000, statementTimeoutMs: 2_500 })
})
afterAll(() => api.close())

it('returns every limit', async () => {
  const { body } = await api.call('get', '/v1/limits').expect(200)
  expect(body).toEqual({
    rate: { requests: 1234, unknownKeys: 60, windowSeconds: 60, eventStreams: 10 },
    sizes: { headers: 16_384, body: 20_000, bodyValues: 80_000, bodyKeys: 2000, upload: 30_000 },
    times: { statementSeconds: 2.5, unindexedSeconds: 2.5, analyticsSeconds: 2, waitSeconds: 60 },
    writes: { operations: 1000, bulkIds: 10_000 },
    lists: { defaultPage: 50, page: 500, sortFields: 5, filterDepth: 5, filterConditions: 50, filterValues: 1000 },
    fields: { smartProcesses: 500, columns: 1500, indexed: 60, options: 1000, pipelines: 100, stages: 100 },
    values: {
      ...{ string: 500, text: 100_000, multiple: 200, communications: 100, links: 10_000, externalIds: 100 },
      attachedFiles: 1000,
    },
    dictionaries: { dictionaries: 200, entries: 1000 },
    people: { keys: 100 },
    faults: 100,
  })
})

it('enforces the limits it returns', async () => {
  const { lists, sizes, values, times } = (await api.call('get', '/v1/limits').expect(200)).body
  const page = (limit: number) => api.call('get', `/v1/contacts?limit=${limit}`)
  await page(lists.page).expect(200)
  await page(lists.page + 1).expect(400)
  const sort = ['id', 'createdAt', 'updatedAt', 'lastName', 'firstName', 'middleName']
  await api.call('get', `/v1/contacts?sort=${sort.slice(0, lists.sortFields)}`).expect(200)
  await api.call('get', `/v1/contacts?sort=${sort.slice(0, lists.sortFields + 1)}`).expect(400)
  const condition = { field: 'id', op: 'eq', value: 1 }
  const search = (count: number) =>
    api.call('post', '/v1/contacts/search', { filter: { or: Array.from({ length: count }, () => condition) } })
  await search(lists.filterConditions).expect(200)
  await search(lists.filterConditions + 1).expect(422)
  await api.call('post', '/v1/contacts', { lastName: 'x'.repeat(sizes.body) }).expect(413)
  await api.call('post', '/v1/contacts', { lastName: 'x'.repeat(values.string) }).expect(201)
  await api.call('post', '/v1/contacts', { lastName: 'x'.repeat(values.string + 1) }).expect(422)
  const phones = Array.from({ length: values.communications + 1 }, (_, i) => ({ value: `+7495${1_000_000 + i}` }))
  await api.call('post', '/v1/contacts', { lastName: 'x', phones: phones.slice(1) }).expect(201)
  await api.call('post', '/v1/contacts', { lastName: 'x', phones }).expect(422)
  await api.call('get', `/v1/jobs/1?wait=${times.waitSeconds + 1}`).expect(400)
})

it('returns null where there is no limit', async () => {
  const boundless = await startApi()
  const { rate, times } = (await boundless.call('get', '/v1/limits').expect(200)).body
  expect([rate.requests, times.statementSeconds]).toEqual([null, null])
  await boundless.close()
})
