import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

/** Imports a file of deals with options. Returns the faults and the deals, by title. */
async function imported(file: string, options: object = {}) {
  const started = await api
    .call('post', '/v1/deals/import')
    .field('options', JSON.stringify(options))
    .attach('file', Buffer.from(file), 'file.csv')
    .expect(202)
  await api.work()
  const { body: job } = await api.call('get', started.body.links.self).expect(200)
  const { body: faults } = await api.call('get', job.links.errors).expect(200)
  const titles = file.split('\n').flatMap((line, index) => (index ? line.split(';')[0]! : []))
  const { body } = await api.call('get', `/v1/deals?filter[title][in]=${titles}&sort=title`).expect(200)
  return {
    faults: faults.data.map(({ row, column, code }: Record<string, unknown>) => [row, column, code]),
    deals: body.data,
  }
}

it('an unreadable cell leaves its field empty; only an empty cell takes a default value', async () => {
  const defaults = { amount: '7.00', currency: 'EUR', source: 'WEB', closeDate: '2030-01-01', comment: 'none' }
  const header = 'title;amount;currency;source;closeDate;probability'
  const file = [header, 'E1;about 5;Gulden;Aether;soon;lots', 'E2;;;;;', 'E3;5;USD;CALL;2026-05-06;50'].join('\n')
  const { faults, deals } = await imported(file, { defaults })
  expect(faults).toEqual([
    [1, 'amount', 'invalid_decimal'],
    [1, 'currency', 'unknown_value'],
    [1, 'source', 'unknown_value'],
    [1, 'closeDate', 'invalid_date'],
    [1, 'probability', 'invalid_integer'],
  ])
  const nothing = { amount: null, currency: null, source: null, closeDate: null, probability: null }
  expect(deals).toMatchObject([
    { ...nothing, comment: 'none' },
    { ...defaults, probability: null },
    { amount: '5', currency: 'USD', source: 'CALL', closeDate: '2026-05-06', probability: 50, comment: 'none' },
  ])
})

it('a value that its field does not allow leaves the field empty too', async () => {
  const field = { code: 'rooms', kind: 'integer', label: { en: 'Rooms' }, settings: { max: 5, default: 1 } }
  await api.call('post', '/v1/types/deal/fields').send(field).expect(201)
  const { faults, deals } = await imported('title;rooms;probability\nV1;9;900\nV2;;', { defaults: { probability: 10 } })
  expect(faults).toEqual([
    [1, 'rooms', 'too_large'],
    [1, 'probability', 'out_of_range'],
  ])
  expect(deals).toMatchObject([
    { probability: null, userFields: { rooms: null } },
    { probability: 10, userFields: { rooms: null } },
  ])
})

it('a link to an unknown record stays empty, whatever its default value is', async () => {
  const { body: company } = await api.call('post', '/v1/companies').send({ title: 'Vector' }).expect(201)
  const { faults, deals } = await imported('title;companyId\nL1;Nobody Ltd\nL2;', {
    defaults: { companyId: company.id },
  })
  expect(faults).toEqual([[1, 'companyId', 'unknown_record']])
  expect(deals).toMatchObject([{ companyId: null }, { companyId: company.id }])
})

it('a cell of invisible characters is empty', async () => {
  const field = { code: 'tags', kind: 'string', multiple: true, label: { en: 'Tags' } }
  await api.call('post', '/v1/types/deal/fields').send(field).expect(201)
  const { faults, deals } = await imported('title;tags;amount;source\nI1;\u200b;\u200b;\u00ad\nI2;a,\u200b,b;1;\u2060')
  expect(faults).toEqual([])
  expect(deals).toMatchObject([
    { source: null, userFields: { tags: null } },
    { amount: '1', userFields: { tags: ['a', 'b'] } },
  ])
})
