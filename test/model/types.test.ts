import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { createFields } from '../fields-of-every-kind.ts'
import { aDeal } from '../seed.ts'
import { apply, attempt, type ModelType, nothing, read } from './calls.ts'

let source: Api
let target: Api
beforeAll(async () => {
  ;[source, target] = [await startApi(), await startApi()]
  const trip = { code: 'trip', title: { en: 'Trip', ru: 'Рейс' }, features: ['source'] }
  await source.call('post', '/v1/types', trip).expect(201)
  const delivery = {
    ...{ code: 'delivery', plural: 'deliveries', features: ['stages', 'client', 'recycleBin'] },
    ...{ title: { en: 'Delivery', ru: 'Доставка' }, titles: { en: 'Deliveries', ru: 'Доставки' } },
    relations: { parents: ['deal', 'trip'], children: ['invoice'] },
  }
  await source.call('post', '/v1/types', delivery).expect(201)
  await createFields(source, 'delivery', [{ code: 'floor', kind: 'integer', label: 'Floor' }])
  const fields = ['title', 'dealId', 'tripId', 'userFields.floor'].map((field) => ({ field }))
  const card = { scope: 'common', sections: [{ name: 'main', title: 'Main', fields }] }
  await source.call('put', '/v1/types/delivery/card', card).expect(200)
})
afterAll(async () => {
  await source.close()
  await target.close()
})

const smart = (types: readonly ModelType[]) => types.filter(({ code }) => ['trip', 'delivery'].includes(code))

it('copies smart processes with features, relations, fields and cards', async () => {
  const model = await read(source)
  expect(smart(model.types)).toMatchObject([
    { code: 'trip', title: { en: 'Trip', ru: 'Рейс' }, plural: 'trips', features: ['source'], fields: [] },
    {
      ...{ code: 'delivery', plural: 'deliveries', features: ['stages', 'client', 'recycleBin'] },
      relations: { parents: ['deal', 'trip'], children: ['invoice'] },
      ...{ fields: [{ code: 'floor' }], card: { sections: [{ name: 'main' }] } },
    },
  ])
  const tried = await attempt(target, model).expect(200)
  expect(tried.body).toMatchObject({
    created: ['types.trip', 'types.delivery', 'types.delivery.fields.floor', 'types.delivery.card'],
    refused: [],
  })
  expect(smart((await read(target)).types)).toEqual([])
  expect((await apply(target, model).expect(200)).body).toEqual(tried.body)
  expect(await read(target)).toEqual(model)
  const again = await apply(target, model).expect(200)
  expect(again.body).toEqual({ ...nothing, unchanged: tried.body.unchanged + 4 })
  const deal = await aDeal(target)
  const item = { title: 'To Omsk', dealId: deal.id, userFields: { floor: 5 } }
  const { body } = await target.call('post', '/v1/types/delivery/items', item).expect(201)
  expect(body).toMatchObject({ ...item, stageId: expect.any(String) })
})

it('changes names, features and relations, and adds relations to the present ones', async () => {
  const types = [
    { code: 'trip', title: { en: 'Journey' }, features: ['source', 'address'], relations: { parents: ['quote'] } },
    { code: 'delivery', relations: { parents: ['contact'] } },
  ]
  const { body } = await apply(target, { types }).expect(200)
  expect(body).toEqual({
    ...nothing,
    changed: [
      { name: 'types.trip', members: ['title', 'features', 'relations'] },
      { name: 'types.delivery', members: ['relations'] },
    ],
  })
  expect(smart((await read(target)).types)).toMatchObject([
    {
      ...{ code: 'trip', title: { en: 'Journey', ru: 'Рейс' }, features: ['address', 'source'] },
      relations: { parents: ['quote'], children: ['delivery'] },
    },
    { code: 'delivery', relations: { parents: ['deal', 'contact', 'trip'], children: ['invoice'] } },
  ])
})

it('refuses types that are wrong, and deletes those that are named and empty', async () => {
  const types = [
    { code: 'deal', title: 'Order' },
    { code: 'user', title: 'User' },
    { code: 'visit', title: 'Visit', features: ['pipelines'], fields: [{ code: 'title', kind: 'string', label: 'T' }] },
    { code: 'call', title: 'Call', plural: 'deliveries', relations: { parents: ['call', 'deel', 'event', 'company'] } },
    { code: 'event', title: 'Event' },
    { code: 'delvery', fields: [] },
    { code: 'dEAL', title: 'Deal' },
  ]
  const names = ['types.delivery', 'types.deal', 'types.visit', 'types.event']
  const tried = await attempt(target, { types, delete: names }).expect(200)
  const faults = tried.body.refused.map(({ pointer, code }: { pointer: string; code: string }) => [pointer, code])
  expect(faults).toEqual([
    ['/types/0/title', 'not_allowed_here'],
    ['/types/1/code', 'reserved_code'],
    ['/types/2/features', 'feature_needs'],
    ['/types/3/plural', 'plural_taken'],
    ['/types/5/code', 'unknown_type'],
    ['/types/6/code', 'duplicate_value'],
    ['/types/3/relations/parents/0', 'relation_to_itself'],
    ['/types/3/relations/parents/1', 'unknown_type'],
    ['/types/3/relations/parents/3', 'relation_exists'],
    ['/delete/1', 'part_described'],
    ['/delete/2', 'part_described'],
    ['/delete/3', 'part_described'],
    ['/delete/0', 'part_in_use'],
    ['/delete/1', 'system_part'],
  ])
  expect((await apply(target, { delete: ['types.delivery'] }).expect(422)).body.errors[0].code).toBe('part_in_use')
  await createFields(target, 'trip', [{ code: 'km', kind: 'integer', label: 'Km' }])
  const { body } = await apply(target, { delete: ['types.trip', 'types.trip.fields.km'] }).expect(200)
  expect(body.deleted).toEqual(['types.trip.fields.km', 'types.trip'])
  expect(smart((await read(target)).types).map(({ code }) => code)).toEqual(['delivery'])
})

it('relates types in a circle at once', async () => {
  const related = (code: string, relations: object) => ({ code, title: code, relations })
  const types = [
    related('ship', { parents: ['port'] }),
    related('crew', { parents: ['port'] }),
    related('port', { parents: ['ship'], children: ['crew'] }),
  ]
  await apply(target, { types }).expect(200)
  const exported = (await read(target)).types.filter(({ code }) => ['ship', 'crew', 'port'].includes(code))
  expect(exported).toMatchObject([
    { code: 'ship', relations: { parents: ['port'], children: ['port'] } },
    { code: 'crew', relations: { parents: ['port'], children: [] } },
    { code: 'port', relations: { parents: ['ship'], children: ['ship', 'crew'] } },
  ])
  const other = await startApi()
  const model = { types: exported }
  const { body } = await apply(other, model).expect(200)
  expect(body.created).toEqual(['types.ship', 'types.crew', 'types.port'])
  const again = await apply(other, model).expect(200)
  expect(again.body).toEqual({ ...nothing, unchanged: 3 })
  await other.close()
})
