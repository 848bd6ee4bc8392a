import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { createFields } from '../fields-of-every-kind.ts'
import { apply, attempt, deal, nothing, read } from './calls.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  await createFields(api, 'deal', [
    { code: 'floor', kind: 'integer', label: 'Floor', settings: { min: 0, max: 10 } },
    { code: 'guide', kind: 'employee', label: 'Guide', settings: { default: api.userId } },
    { code: 'driver', kind: 'employee', label: 'Driver', settings: { default: 'me' } },
  ])
})
afterAll(() => api.close())

const fieldOf = async (code: string) => {
  const { types } = await read(api)
  return types.find((type) => type.code === 'deal')!.fields.find((field) => field.code === code)
}

it('changes settings, and keeps those that are not described', async () => {
  const model = deal({ code: 'floor', kind: 'integer', label: 'Floor', settings: { max: 20, default: 5 } })
  const { body } = await apply(api, model).expect(200)
  expect(body).toEqual({ ...nothing, changed: [{ name: 'types.deal.fields.floor', members: ['settings'] }] })
  expect(await fieldOf('floor')).toMatchObject({ settings: { min: 0, max: 20, default: 5 } })
  expect((await apply(api, model).expect(200)).body).toEqual({ ...nothing, unchanged: 1 })
  const wrong = deal({ code: 'floor', kind: 'integer', label: 'Floor', settings: { max: 3 } })
  const tried = await attempt(api, wrong).expect(200)
  expect(tried.body.refused).toMatchObject([{ pointer: '/types/0/fields/0/settings/default', code: 'out_of_range' }])
})

it('leaves out and refuses defaults that are ids, which mean another thing elsewhere', async () => {
  expect(await fieldOf('guide')).toMatchObject({ settings: {} })
  expect(await fieldOf('driver')).toMatchObject({ settings: { default: 'me' } })
  const field = { code: 'cook', kind: 'employee', label: 'Cook', settings: { default: api.userId } }
  const { body } = await attempt(api, deal(field)).expect(200)
  expect(body.refused).toMatchObject([{ pointer: '/types/0/fields/0/settings/default', code: 'not_allowed_here' }])
})

it('creates fields that use dictionaries and smart processes of the same model', async () => {
  const fields = [
    { code: 'colour', kind: 'dictionary', label: 'Colour', settings: { dictionary: 'COLOUR', default: 'RED' } },
    { code: 'cars', kind: 'crm', multiple: true, label: 'Cars', settings: { types: ['car', 'company'] } },
  ]
  const model = {
    dictionaries: [{ code: 'COLOUR', name: 'Colour', entries: [{ code: 'RED', label: 'Red' }] }],
    types: [
      { code: 'deal', fields },
      { code: 'car', title: 'Car' },
    ],
  }
  const created = ['dictionaries.COLOUR', 'dictionaries.COLOUR.entries.RED', 'types.car']
  const { body } = await apply(api, model).expect(200)
  expect(body).toEqual({ ...nothing, created: [...created, 'types.deal.fields.colour', 'types.deal.fields.cars'] })
  expect((await apply(api, model).expect(200)).body).toEqual({ ...nothing, unchanged: 5 })
  const car = await api.call('post', '/v1/types/car/items', { title: 'Van' }).expect(201)
  const cars = [{ type: 'car', id: car.body.id }]
  const saved = await api.call('post', '/v1/deals', { userFields: { cars } }).expect(201)
  expect(saved.body.userFields).toMatchObject({ colour: 'RED', cars })
  const settings = { dictionary: 'SHAPE', types: ['bus'] }
  const wrong = fields.map((field, index) => ({
    ...field,
    code: `x${index}`,
    settings: { [Object.keys(settings)[index]!]: Object.values(settings)[index] },
  }))
  const tried = await attempt(api, deal(...wrong)).expect(200)
  expect(tried.body.refused.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
    '/types/0/fields/0/settings/dictionary',
    '/types/0/fields/1/settings/types/0',
  ])
})
