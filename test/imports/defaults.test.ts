import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const send = (path: string, file: string, options: object) =>
  api
    .call('post', `/v1/${path}`)
    .field('options', JSON.stringify(options))
    .attach('file', Buffer.from(file), 'file.csv')

it('default values fill empty cells and fields without a column', async () => {
  const { id } = await aUser(api.db, { lastName: 'Seller' })
  const field = { code: 'region', kind: 'string', label: { en: 'Region' } }
  await api.call('post', '/v1/types/deal/fields').send(field).expect(201)
  const stages = ['process', 'success', 'failure'].map((semantic) => ({
    id: semantic,
    name: { en: semantic },
    semantic,
  }))
  const pipeline = { name: { en: 'Service' }, stages: stages }
  const created = await api.call('post', '/v1/types/deal/pipelines').send(pipeline).expect(201)
  const defaults = {
    ...{ responsibleId: id, source: 'WEB', pipelineId: created.body.id },
    userFields: { region: 'North' },
  }
  const file = 'title,source,region\nFilled,CALL,South\nEmpty,,'
  const started = await send('deals/import', file, { defaults }).expect(202)
  await api.work()
  expect((await api.call('get', started.body.links.self)).body.result).toMatchObject({ created: 2, warnings: 0 })
  const { body } = await api.call('get', '/v1/deals?filter[title][in]=Filled,Empty&sort=-title').expect(200)
  expect(body.data).toMatchObject([
    { ...defaults, title: 'Filled', source: 'CALL', userFields: { region: 'South' } },
    { ...defaults, title: 'Empty' },
  ])
})

it('default values are checked when the import starts, and all faults are told', async () => {
  const defaults = { responsibleId: 'me', souce: 'WEB', amount: 5, userFields: { nothing: 1 }, id: 7 }
  const { body } = await send('deals/import', 'title\nA', { defaults }).expect(422)
  expect(body.errors).toMatchObject([
    { pointer: '/defaults/souce', code: 'unknown_field', hint: 'source' },
    { pointer: '/defaults/id', code: 'read_only' },
    { pointer: '/defaults/userFields/nothing', code: 'unknown_field' },
    { pointer: '/defaults/responsibleId', code: 'invalid_type' },
    { pointer: '/defaults/amount', code: 'decimal_as_number' },
  ])
})
