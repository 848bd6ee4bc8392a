import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { createFields, fieldsOfEveryKind } from '../fields-of-every-kind.ts'
import { aDeal } from '../seed.ts'
import { apply, attempt, city, type Model, nothing, read } from './calls.ts'

describe('a model', () => {
  let source: Api
  let target: Api
  let model: Model
  beforeAll(async () => {
    ;[source, target] = [await startApi(), await startApi()]
    await source.call('post', '/v1/dictionaries', { code: 'REGION', name: { en: 'Region', ru: 'Регион' } }).expect(201)
    await source.call('post', '/v1/dictionaries/REGION/entries', { code: 'NORTH', label: 'North' }).expect(201)
    await source.call('post', '/v1/dictionaries/SOURCE/entries', { code: 'FAIR', label: 'Fair', sort: 15 }).expect(201)
    await source.call('patch', '/v1/dictionaries/SOURCE', { name: { en: 'Where from' } }).expect(200)
    await createFields(source, 'deal', fieldsOfEveryKind)
    await createFields(source, 'contact', [
      {
        ...city,
        help: { en: 'Where', ru: 'Где' },
        group: { en: 'Delivery', ru: 'Доставка' },
        sort: 5,
        required: true,
        searchable: true,
        inCard: false,
        settings: { default: 'Omsk' },
      },
      {
        code: 'plan',
        kind: 'enumeration',
        multiple: true,
        label: 'Plan',
        options: [
          { code: 'b', label: 'B', default: true, externalCode: '7' },
          { code: 'a', label: 'A' },
        ],
      },
    ])
    const main = {
      name: 'main',
      title: { en: 'Person', ru: 'Человек' },
      fields: [{ field: 'lastName' }, { field: 'userFields.plan', showEmpty: true }],
    }
    const common = { scope: 'common', sections: [main, { ...main, name: 'more', fields: [] }] }
    await source.call('put', '/v1/types/contact/card', common).expect(200)
    const repeat = { scope: 'common', sections: [{ ...main, fields: [{ field: 'title' }] }] }
    await source.call('put', '/v1/types/lead/card?isRepeat=true', repeat).expect(200)
    await target.call('put', '/v1/types/lead/card?isRepeat=true', { ...repeat, scope: 'personal' }).expect(200)
    model = await read(source)
  })
  afterAll(async () => {
    await source.close()
    await target.close()
  })

  it('has dictionaries and user fields with their labels in all languages', () => {
    expect(model.format).toBe(1)
    expect(model.dictionaries.find(({ code }) => code === 'REGION')).toEqual({
      code: 'REGION',
      name: { en: 'Region', ru: 'Регион' },
      entries: [{ code: 'NORTH', label: { en: 'North', ru: 'North' }, sort: 10 }],
    })
    expect(model.types.map(({ code }) => code)).toEqual(['lead', 'deal', 'contact', 'company', 'quote', 'invoice'])
    expect(model.types.find(({ code }) => code === 'contact')!.fields).toEqual([
      {
        ...{ code: 'city', kind: 'string', multiple: false, sort: 5, required: true, searchable: true, options: [] },
        ...{ label: { en: 'City', ru: 'Город' }, help: { en: 'Where', ru: 'Где' }, settings: { default: 'Omsk' } },
        ...{ inCard: false, filterable: true, sortable: true, group: { en: 'Delivery', ru: 'Доставка' } },
      },
      {
        ...{ code: 'plan', kind: 'enumeration', multiple: true, sort: 100, required: false, searchable: false },
        ...{ label: { en: 'Plan', ru: 'Plan' }, help: null, settings: {}, inCard: true },
        ...{ filterable: true, sortable: false, group: null },
        options: [
          { code: 'b', label: { en: 'B', ru: 'B' }, sort: 10, default: true, externalCode: '7' },
          { code: 'a', label: { en: 'A', ru: 'A' }, sort: 20, default: false, externalCode: null },
        ],
      },
    ])
  })

  it('is tried, applied to another instance, and then the same there', async () => {
    const before = await read(target)
    const tried = await attempt(target, model).expect(200)
    expect(await read(target)).toEqual(before)
    expect(tried.body.refused).toEqual([])
    expect(tried.body.created).toEqual([
      ...['dictionaries.REGION', 'dictionaries.REGION.entries.NORTH', 'dictionaries.SOURCE.entries.FAIR'],
      ...fieldsOfEveryKind.map(({ code }) => `types.deal.fields.${code}`),
      ...['types.contact.fields.city', 'types.contact.fields.plan', 'types.lead.repeatCard', 'types.contact.card'],
    ])
    expect(tried.body.changed).toEqual([{ name: 'dictionaries.SOURCE', members: ['name'] }])
    const applied = await apply(target, model).expect(200)
    expect(applied.body).toEqual(tried.body)
    expect(await read(target)).toEqual(model)
    const { id } = await aDeal(target, { userFields: { integer: 5, enumeration: 'post' } })
    const { body } = await target.call('get', `/v1/deals?filter[userFields.enumeration]=post`).expect(200)
    expect(body.data.map((one: { id: number }) => one.id)).toEqual([id])
  })

  it('changes nothing when it is applied again', async () => {
    const versions = async () => (await target.pool.query('select catalogue from local.revision')).rows
    const before = await versions()
    const { body } = await apply(target, model).expect(200)
    const parts = model.dictionaries.flatMap(({ entries }) => [0, ...entries]).length + fieldsOfEveryKind.length + 4
    expect(body).toEqual({ ...nothing, unchanged: parts })
    expect(await versions()).toEqual(before)
  })
})
