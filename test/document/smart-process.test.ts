import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { lint } from './lint.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  const titles = { title: { en: 'Delivery', ru: 'Доставка' }, titles: { en: 'Deliveries', ru: 'Доставки' } }
  const delivery = {
    code: 'delivery',
    plural: 'deliveries',
    ...titles,
    features: ['stages'],
    relations: { parents: ['deal'] },
  }
  await api.call('post', '/v1/types', delivery).expect(201)
  const size = { code: 'size', kind: 'enumeration', label: 'Size', options: [{ code: 's', label: 'S' }] }
  await api.call('post', '/v1/types/delivery/fields', size).expect(201)
  await api.call('post', '/v1/types', { code: 'job', plural: 'jobs', title: 'Job' }).expect(201)
})
afterAll(() => api.close())

interface Document {
  tags: { name: string }[]
  paths: Record<
    string,
    Record<string, { operationId: string; summary: string; tags: string[]; parameters: { name: string }[] }>
  >
  components: { schemas: Record<string, { properties: Record<string, object>; required?: string[] }> }
}
const read = async (): Promise<Document> => (await api.call('get', '/v1/openapi.json').expect(200)).body

it('describes the operations on the records of each smart process', async () => {
  const { paths, tags } = await read()
  const path = '/v1/types/delivery/items'
  expect(paths[path]!.get).toMatchObject({
    operationId: 'listDeliveries',
    summary: 'List deliveries',
    tags: ['Deliveries'],
  })
  expect(paths[path]!.post).toMatchObject({ operationId: 'createDelivery', summary: 'Create a delivery' })
  expect(paths[`${path}/{id}`]!.patch!.parameters.map(({ name }) => name)).not.toContain('code')
  expect(tags).toContainEqual({ name: 'Deliveries', description: 'Records of the smart process Delivery.' })
  // The plural of the other one is that of the jobs of the server.
  expect(paths['/v1/types/job/items']!.get!.operationId).toBe('listJobItems')
  expect(Object.keys(paths).filter((name) => name.includes('{code}/items'))).toEqual([])
  const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
  expect(new Set(ids).size).toBe(ids.length)
})

it('passes the linter, also for a type without any feature', async () => {
  await api.call('post', '/v1/types', { code: 'bare', title: 'Bare', features: [] }).expect(201)
  const document = await read()
  expect(document.components.schemas.BareRecord!.properties).not.toHaveProperty('source')
  await lint(document)
})

it('has ids of operations that differ by more than case', async () => {
  await api.call('post', '/v1/types', { code: 'note', plural: 'memos', title: 'Note' }).expect(201)
  // Its operations would be `listMEMOS` and the like.
  await api.call('post', '/v1/types', { code: 'memo', plural: 'mEMOS', title: 'Memo' }).expect(201)
  const ids = Object.values((await read()).paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId.toLowerCase()),
  )
  expect(ids.filter((id, index) => ids.indexOf(id) < index)).toEqual([])
  expect(ids).toEqual(expect.arrayContaining(['listmemos', 'listmemoitems']))
})

it('describes their fields, with those of the parents and the user fields', async () => {
  const { schemas } = (await read()).components
  expect(Object.keys(schemas.DeliveryRecord!.properties)).toEqual(
    expect.arrayContaining(['title', 'stageId', 'dealId']),
  )
  expect(Object.keys(schemas.DeliveryRecord!.properties)).not.toContain('companyId')
  expect(schemas.DeliveryRecord!.required).toContain('stageId')
  expect(schemas.DeliveryRecordUserFields!.properties.size).toMatchObject({ enum: ['s', null] })
  expect(schemas.DeliveryRecordConditionName).toMatchObject({
    enum: expect.arrayContaining(['deal.title', 'userFields.size']),
  })
  expect(schemas.Job!.properties.status).toBeDefined()
  expect(schemas.JobRecord!.properties.title).toBeDefined()
  expect(Object.keys(schemas).filter((name) => /^(New)?Item/.test(name))).toEqual([])
})
