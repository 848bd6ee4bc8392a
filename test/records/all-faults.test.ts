import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, type Saved } from '../seed.ts'

let api: Api
let contact: Saved
beforeAll(async () => {
  api = await startApi()
  contact = await aContact(api)
})
afterAll(() => api.close())

type Told = { pointer?: string; parameter?: string; code: string }
const told = (body: { errors?: Told[] }) =>
  body.errors?.map(({ pointer, parameter, code }) => `${pointer ?? parameter} ${code}`)

const filter = {
  and: [
    { field: 'lastNam', op: 'eqq', value: 'x' },
    { field: 'birthDate', op: 'eq', value: 'zz' },
  ],
}
const refused = ['/filter/and/0/field unknown_field', '/filter/and/0/op unknown_operator']
const inBody = {
  '/fields': 'unknown_field',
  '/expand': 'not_expandable',
  '/timeZone': 'invalid_time_zone',
  '/filter/and/1/value': 'invalid_date',
  '/q': 'no_letters_or_digits',
  '/sort': 'unknown_field',
  '/facets/0': 'unknown_field',
}

describe('A request returns all its faults at once', () => {
  it('for a search', async () => {
    const asked = { fields: ['lastNam'], expand: ['compani'], sort: 'firstNam', facets: ['sourc'] }
    const { body } = await api
      .call('post', '/v1/contacts/search', { ...asked, filter, timeZone: 'Mars/X', q: '!!!' })
      .expect(422)
    const all = [...Object.entries(inBody).map(([pointer, code]) => `${pointer} ${code}`), ...refused]
    expect(told(body)?.toSorted()).toEqual(all.toSorted())
  })

  it('for a count', async () => {
    const { body } = await api.call('post', '/v1/contacts/count', { filter, timeZone: 'Mars/X', q: '!!!' }).expect(422)
    const all = [
      '/timeZone invalid_time_zone',
      ...refused,
      '/filter/and/1/value invalid_date',
      '/q no_letters_or_digits',
    ]
    expect(told(body)).toEqual(all)
  })

  const conditions = 'filter[lastNam][eqq]=x&filter[birthDate]=zz&filter[a][b][c]=x'
  const ofConditions = [
    'filter[lastNam][eqq] unknown_field',
    'filter[lastNam][eqq] unknown_operator',
    'filter[birthDate] invalid_date',
    'filter[a][b][c] invalid_filter',
  ]
  it.each<[string, string, string[]]>([
    [
      'of a list',
      `contacts?${conditions}&sort=firstNam&fields=lastNam&expand=compani&q=!!!&timeZone=Mars/X`,
      [
        ...['fields unknown_field', 'expand not_expandable', 'timeZone invalid_time_zone', ...ofConditions],
        ...['q no_letters_or_digits', 'sort unknown_field'],
      ],
    ],
    [
      'of an export',
      `contacts/export?${conditions}&sort=firstNam&fields=lastNam&q=!!!&timeZone=Mars/X`,
      [
        ...['timeZone invalid_time_zone', ...ofConditions, 'q no_letters_or_digits', 'sort unknown_field'],
        'fields unknown_field',
      ],
    ],
    [
      'of the recycle bin',
      'recycle-bin?filter[nam][eqq]=x&filter[type]=deel&timeZone=Mars/X',
      [
        ...['timeZone invalid_time_zone', 'filter[nam][eqq] unknown_field', 'filter[nam][eqq] unknown_operator'],
        'filter[type] unknown_value',
      ],
    ],
    [
      'of a search over all types',
      'search?q=!!!&types=deel,contact,leed',
      ['q no_letters_or_digits', 'types unknown_type', 'types unknown_type'],
    ],
  ])('%s', async (_, path, faults) => {
    const { status, body } = await api.call('get', `/v1/${path}`)
    expect([status, told(body)]).toEqual([400, faults])
  })

  it('for a record and its history', async () => {
    const one = await api.call('get', `/v1/contacts/${contact.id}?fields=lastNam&expand=compani`).expect(400)
    expect(told(one.body)).toEqual(['fields unknown_field', 'expand not_expandable'])
    const query = 'filter[fields][eqq]=x&filter[at]=zz&timeZone=Mars/X'
    const history = await api.call('get', `/v1/contacts/${contact.id}/history?${query}`).expect(400)
    expect(told(history.body)).toEqual([
      ...['timeZone invalid_time_zone', 'filter[fields][eqq] unknown_field', 'filter[fields][eqq] unknown_operator'],
      'filter[at] invalid_datetime',
    ])
  })
})

describe('A filter may have fifty conditions', () => {
  it('in the URL and in a body', async () => {
    for (let index = 0; index < 51; index++) {
      const body = { code: `f${index}`, kind: 'string', label: `F${index}` }
      await api.call('post', '/v1/types/contact/fields', body).expect(201)
    }
    const query = (count: number) =>
      Array.from({ length: count }, (_, index) => `filter[userFields.f${index}][ne]=x`).join('&')
    await api.call('get', `/v1/contacts?${query(50)}`).expect(200)
    const { body } = await api.call('get', `/v1/contacts?${query(51)}&filter[id][gt]=x`).expect(400)
    expect(body.errors).toEqual([
      {
        parameter: 'filter[userFields.f50][ne]',
        code: 'filter_too_large',
        message: 'At most 50 conditions are allowed.',
      },
    ])
  })

  it('and one fault is returned for all conditions over the limit', async () => {
    const filter = { and: Array(2000).fill({ field: 'id', op: 'eq', value: 1 }) }
    const { body } = await api.call('post', '/v1/contacts/search', { filter }).expect(422)
    expect(told(body)).toEqual(['/filter/and/50 filter_too_large'])
  })
})

describe('A URL with another method', () => {
  it.each([
    ['get', 'deals/search', 'OPTIONS, POST'],
    ['delete', 'deals/bulk', 'OPTIONS, POST'],
    ['get', 'deals/batch', 'OPTIONS, POST'],
    ['patch', 'deals/count', 'OPTIONS, POST'],
    ['get', 'contacts/import', 'OPTIONS, POST'],
    ['delete', 'contacts/export', 'GET, HEAD, OPTIONS, POST'],
    ['get', 'batch', 'OPTIONS, POST'],
  ] as const)('is not taken for a record: %s %s', async (method, path, allowed) => {
    const answer = await api.call(method, `/v1/${path}`).expect(405).expect('allow', allowed)
    expect(answer.body).toMatchObject({ code: 'method_not_allowed', instance: `/v1/${path}` })
  })

  it('and a record has only one URL', async () => {
    for (const id of [`0${contact.id}`, `${contact.id}.0`]) {
      const { body } = await api.call('get', `/v1/contacts/${id}`).expect(400)
      expect(body.errors).toMatchObject([{ parameter: 'id', code: 'invalid_format' }])
    }
    const { body } = await api.call('get', '/v1/contacts/abc').expect(400)
    expect(body.errors).toMatchObject([{ parameter: 'id', code: 'invalid_integer' }])
  })
})
