import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { createFields } from '../fields-of-every-kind.ts'
import { apply, attempt, city, deal, nothing, read } from './calls.ts'

describe('applying a model', () => {
  let api: Api
  beforeAll(async () => {
    api = await startApi()
    await createFields(api, 'deal', [
      city,
      {
        code: 'way',
        kind: 'enumeration',
        label: 'Way',
        options: ['air', 'sea', 'road'].map((code) => ({ code, label: code })),
      },
    ])
  })
  afterAll(() => api.close())

  it('changes what is described and keeps the rest', async () => {
    const options = [
      { code: 'air', label: { ru: 'Воздух' } },
      { code: 'rail', label: 'Rail', sort: 5 },
    ]
    const { body } = await apply(api, {
      ...deal(
        { code: 'way', kind: 'enumeration', label: { en: 'Route' }, options },
        { ...city, label: { en: 'City' } },
      ),
      dictionaries: [{ code: 'SOURCE', name: { en: 'Source' }, entries: [{ code: 'WEB', label: { en: 'Site' } }] }],
    }).expect(200)
    expect(body).toEqual({
      ...nothing,
      changed: [
        { name: 'dictionaries.SOURCE.entries.WEB', members: ['label'] },
        { name: 'types.deal.fields.way', members: ['label', 'options'] },
      ],
      unchanged: 2,
    })
    const { types } = await read(api)
    const way = types.find(({ code }) => code === 'deal')!.fields.find(({ code }) => code === 'way')
    expect(way).toMatchObject({
      label: { en: 'Route', ru: 'Way' },
      options: [
        { code: 'rail', label: { en: 'Rail', ru: 'Rail' }, sort: 5, default: false, externalCode: null },
        { code: 'air', label: { en: 'air', ru: 'Воздух' }, sort: 10, default: false, externalCode: null },
        { code: 'sea', sort: 20 },
        { code: 'road', sort: 30 },
      ],
    })
  })

  it('replaces a card, whose new fields it creates, and is then as described', async () => {
    const card = {
      sections: [
        {
          name: 'main',
          title: { en: 'Main', ru: 'Главное' },
          fields: [{ field: 'userFields.floor' }, { field: 'title', showEmpty: true }],
        },
      ],
    }
    const floor = { code: 'floor', kind: 'integer', label: 'Floor' }
    const model = { types: [{ code: 'deal', fields: [floor], card }] }
    const first = await apply(api, model).expect(200)
    expect(first.body).toEqual({ ...nothing, created: ['types.deal.fields.floor', 'types.deal.card'] })
    const fields = [
      { field: 'userFields.floor', showEmpty: false },
      { field: 'title', showEmpty: true },
    ]
    const saved = await api.call('get', '/v1/types/deal/card?scope=common').expect(200)
    expect(saved.body).toMatchObject({ scope: 'common', sections: [{ name: 'main', fields }] })
    expect((await apply(api, model).expect(200)).body).toEqual({ ...nothing, unchanged: 2 })
    // A new field joins the card, which the model then replaces.
    await createFields(api, 'deal', [{ ...floor, code: 'roof' }])
    const again = await apply(api, model).expect(200)
    expect(again.body.changed).toEqual([{ name: 'types.deal.card', members: ['sections'] }])
    expect((await read(api)).types.find(({ code }) => code === 'deal')).toMatchObject({
      card: { sections: [{ fields }] },
    })
    const wrong = { sections: [{ ...card.sections[0], fields: [{ field: 'userFields.flor' }] }] }
    const types = [
      { code: 'deal', card: wrong },
      { code: 'contact', repeatCard: card },
    ]
    const { body } = await attempt(api, { types }).expect(200)
    expect(body.refused).toMatchObject([
      { pointer: '/types/0/card/sections/0/fields/0/field', code: 'unknown_field', hint: 'userFields.floor' },
      { pointer: '/types/1/repeatCard', code: 'not_allowed_here' },
    ])
    const names = ['types.deal.card', 'types.contact.card', 'types.deal.fields.roof']
    const deleted = await apply(api, { delete: names }).expect(200)
    expect(deleted.body).toEqual({ ...nothing, deleted: [names[2], names[0]], missing: [names[1]] })
    expect((await read(api)).types.find(({ code }) => code === 'deal')).not.toHaveProperty('card')
  })

  it('lists what it refuses, and does nothing then', async () => {
    const before = await read(api)
    const model = {
      ...deal(
        { ...city, kind: 'integer' },
        { code: 'way', kind: 'enumeration', multiple: true, label: 'Way' },
        { code: 'title_2', kind: 'integer', label: 'Two', settings: { min: 5, max: 1, maxLength: 3 } },
        { code: 'fine', kind: 'integer', label: 'Fine' },
        { code: 'fine', kind: 'integer', label: 'Fine' },
        { code: 'probability', kind: 'integer', label: 'Probability' },
        { ...city, code: 'towns', settings: { maxLength: 5, default: 'Novosibirsk' } },
      ),
      dictionaries: [
        {
          code: 'NEW',
          name: 'New',
          entries: [
            { code: 'A', label: 'A' },
            { code: 'A', label: 'A' },
          ],
        },
      ],
    }
    model.types.push({ code: 'contct', fields: [] })
    const tried = await attempt(api, model).expect(200)
    const refused = [
      ['/dictionaries/0/entries/1/code', 'duplicate_value'],
      ['/types/1/code', 'unknown_type'],
      ['/types/0/fields/4/code', 'duplicate_value'],
      ['/types/0/fields/0/kind', 'fixed_property'],
      ['/types/0/fields/1/multiple', 'fixed_property'],
      ['/types/0/fields/2/settings/maxLength', 'not_allowed_here'],
      ['/types/0/fields/5/code', 'reserved_code'],
      ['/types/0/fields/6/settings/default', 'too_long'],
    ]
    const shown = (faults: { pointer: string; code: string }[]) => faults.map(({ pointer, code }) => [pointer, code])
    expect(shown(tried.body.refused)).toEqual(refused)
    expect(tried.body.refused[1]).toEqual({
      ...{ pointer: '/types/1/code', code: 'unknown_type', hint: 'contact' },
      message: 'There is no type contct. Did you mean contact?',
    })
    expect(tried.body.created).toContain('types.deal.fields.fine')
    const { body } = await apply(api, model).expect(422)
    expect([body.code, shown(body.errors)]).toEqual(['validation_failed', refused])
    expect(await read(api)).toEqual(before)
  })

  it('refuses unknown names with the nearest one, and bodies that are no model', async () => {
    const { body } = await apply(api, { ...deal({ ...city, requird: true }), dictionarys: [] }).expect(422)
    expect(body.errors.map(({ pointer, code, hint }: Record<string, string>) => [pointer, code, hint])).toEqual([
      ['/dictionarys', 'unknown_field', 'dictionaries'],
      ['/types/0/fields/0/requird', 'unknown_field', 'required'],
    ])
    const other = await api.call('put', '/v1/model', { format: 2 }).expect(422)
    expect(other.body.errors[0]).toMatchObject({ pointer: '/format', code: 'unknown_value' })
    await api.call('put', '/v1/model', { types: [] }).expect(422)
    const large = { dictionaries: Array.from({ length: 201 }, (_, n) => ({ code: `D${n}`, name: 'D' })) }
    expect((await apply(api, large).expect(422)).body.errors[0]).toMatchObject({
      pointer: '/dictionaries',
      code: 'too_many',
    })
  })

  it('creates all parts or none', async () => {
    const before = await read(api)
    // The table is one column short.
    const { rows } = await api.pool.query(
      `select count(*)::int as n from pg_attribute where attrelid = 'quote'::regclass and attnum > 0`,
    )
    const most = 1500
    const columns = Array.from({ length: most - rows[0].n - 1 }, (_, n) => `add column x${n} int`)
    await api.pool.query(`alter table quote ${columns.join()}`)
    const fields = ['one', 'two'].map((code) => ({ code, kind: 'integer', label: code }))
    const { body } = await apply(api, {
      ...deal({ ...city, label: 'Town' }),
      types: [{ code: 'quote', fields }],
    }).expect(422)
    expect(body.code).toBe('field_limit_reached')
    expect(await read(api)).toEqual(before)
  })
})
