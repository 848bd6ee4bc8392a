import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { createFields } from '../fields-of-every-kind.ts'
import { aDeal } from '../seed.ts'
import { apply, attempt, city, deal, nothing, read } from './calls.ts'

describe('deleting by name', () => {
  let api: Api
  beforeAll(async () => {
    api = await startApi()
    await createFields(api, 'deal', [
      city,
      { ...city, code: 'town' },
      {
        code: 'way',
        kind: 'enumeration',
        label: 'Way',
        options: ['air', 'sea', 'road'].map((code) => ({ code, label: code })),
      },
    ])
    const entries = ['NORTH', 'SOUTH'].map((code) => ({ code, label: code }))
    for (const code of ['REGION', 'OTHER'])
      await api.call('post', '/v1/dictionaries', { code, name: code, entries }).expect(201)
    await api.call('post', '/v1/dictionaries/SOURCE/entries', { code: 'FAIR', label: 'Fair' }).expect(201)
    await aDeal(api, { userFields: { city: 'Omsk', way: 'sea' }, source: 'FAIR' })
  })
  afterAll(() => api.close())

  it('deletes fields, options, dictionaries and entries, once', async () => {
    const names = [
      ...['dictionaries.REGION.entries.NORTH', 'dictionaries.OTHER', 'types.deal.fields.town'],
      ...['types.deal.fields.way.options.air', 'types.deal.fields.gone', 'dictionaries.REGION.entries.WEST'],
    ]
    const [gone, there] = [
      ['types.deal.fields.gone', 'dictionaries.REGION.entries.WEST'],
      [
        ...['types.deal.fields.way.options.air', 'types.deal.fields.town'],
        ...['dictionaries.REGION.entries.NORTH', 'dictionaries.OTHER'],
      ],
    ]
    const tried = await attempt(api, { delete: names }).expect(200)
    expect(tried.body).toEqual({ ...nothing, deleted: there, missing: gone })
    expect((await apply(api, { delete: names }).expect(200)).body).toEqual(tried.body)
    const { dictionaries, types } = await read(api)
    expect(dictionaries.filter(({ code }) => ['REGION', 'OTHER'].includes(code))).toMatchObject([
      { code: 'REGION', entries: [{ code: 'SOUTH' }] },
    ])
    expect(types.find(({ code }) => code === 'deal')!.fields).toMatchObject([
      { code: 'city' },
      { code: 'way', options: [{ code: 'sea' }, { code: 'road' }] },
    ])
    const again = await apply(api, { delete: names }).expect(200)
    expect(again.body).toMatchObject({ deleted: [], missing: expect.arrayContaining(names) })
  })

  it('refuses what is in use, what belongs to the system, and what the model describes', async () => {
    const names = [
      ...['types.deal.fields.amount', 'types.deal.fields.way.options.sea', 'dictionaries.SOURCE.entries.FAIR'],
      ...['dictionaries.SOURCE.entries.WEB', 'dictionaries.SOURCE', 'types.deal.fields.city', 'types.deal.city'],
    ]
    const { body } = await apply(api, { ...deal(city), delete: names }).expect(422)
    const faults = body.errors.map(({ pointer, code }: Record<string, string>) => [pointer, code])
    expect(faults.sort()).toEqual([
      ['/delete/0', 'system_part'],
      ['/delete/1', 'part_in_use'],
      ['/delete/2', 'part_in_use'],
      ['/delete/3', 'system_part'],
      ['/delete/4', 'part_in_use'],
      ['/delete/5', 'part_described'],
      ['/delete/6', 'unknown_part'],
    ])
  })
})

it('forgets a field that stages require', async () => {
  const api = await startApi()
  await createFields(api, 'deal', [city])
  const { body } = await api.call('get', '/v1/types/deal/pipelines').expect(200)
  const stage = `/v1/types/deal/pipelines/${body.data[0].id}/stages/WON`
  await api.call('patch', stage, { requiredFields: ['userFields.city'] }).expect(200)
  await apply(api, { delete: ['types.deal.fields.city'] }).expect(200)
  expect((await api.call('get', stage.replace('/WON', '')).expect(200)).body.data).toContainEqual(
    expect.objectContaining({ id: 'WON', requiredFields: [] }),
  )
  await api.close()
})

it.each([
  ['the child first', ['types.child', 'types.elder']],
  ['the parent first', ['types.elder', 'types.child']],
])('deletes related types together, %s', async (_order, names) => {
  const api = await startApi()
  await api.call('post', '/v1/types', { code: 'elder', title: 'Elder' }).expect(201)
  await api.call('post', '/v1/types', { code: 'child', title: 'Child', relations: { parents: ['elder'] } }).expect(201)
  await api.call('patch', '/v1/types/elder', { relations: { parents: ['child'] } }).expect(200)
  expect((await apply(api, { delete: names }).expect(200)).body.deleted).toEqual(names)
  await api.call('get', '/v1/types/child').expect(404)
  await api.close()
})
