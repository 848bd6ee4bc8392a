import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, aDeal } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  const options = ['red', 'blue'].map((code) => ({ code, label: code }))
  const field = { kind: 'enumeration', options, label: 'x' }
  await api.call('post', '/v1/types/deal/fields', { ...field, code: 'color' }).expect(201)
  await api.call('post', '/v1/types/deal/fields', { ...field, code: 'colors', multiple: true }).expect(201)
  await api.call('post', '/v1/types/deal/fields', { code: 'price', kind: 'money', label: 'x' }).expect(201)
  await aDeal(api, {
    title: 'Стол',
    source: 'CALL',
    stageId: 'WON',
    userFields: { color: 'red', colors: ['red', 'blue'] },
  })
  await aDeal(api, {
    source: 'CALL',
    title: 'Стол',
    userFields: { color: 'red', colors: ['blue'], price: { amount: '1', currency: 'USD' } },
  })
  await aDeal(api, { title: 'Стул', source: 'WEB', observers: [api.userId], userFields: { color: 'blue' } })
  await aDeal(api, { title: 'Стул', source: null })
})
afterAll(() => api.close())

const facets = async (body: object) => (await api.call('post', '/v1/deals/search', body).expect(200)).body.facets

it('counts all records of a list by field value, whatever the page size', async () => {
  const names = [
    'stageId',
    'stageSemantic',
    'source',
    'isRepeat',
    'observers',
    'currency',
    'responsibleId',
    'pipelineId',
  ]
  const { body } = await api.call('post', '/v1/deals/search', { facets: names, limit: 1, fields: ['id'] }).expect(200)
  expect(body.data).toHaveLength(1)
  expect(body.facets).toEqual({
    stageId: [
      { value: 'NEW', count: 3 },
      { value: 'WON', count: 1 },
    ],
    stageSemantic: [
      { value: 'process', count: 3 },
      { value: 'success', count: 1 },
    ],
    source: [
      { value: 'CALL', count: 2 },
      { value: 'WEB', count: 1 },
      { value: null, count: 1 },
    ],
    isRepeat: [{ value: false, count: 4 }],
    observers: [
      { value: null, count: 3 },
      { value: api.userId, count: 1 },
    ],
    currency: [{ value: 'RUB', count: 4 }],
    responsibleId: [{ value: api.userId, count: 4 }],
    pipelineId: [{ value: expect.any(Number), count: 4 }],
  })
  expect(await facets({ facets: ['userFields.color', 'userFields.colors', 'userFields.price.currency'] })).toEqual({
    'userFields.color': [
      { value: 'red', count: 2 },
      { value: 'blue', count: 1 },
      { value: null, count: 1 },
    ],
    'userFields.colors': [
      { value: 'blue', count: 2 },
      { value: null, count: 2 },
      { value: 'red', count: 1 },
    ],
    'userFields.price.currency': [
      { value: null, count: 3 },
      { value: 'USD', count: 1 },
    ],
  })
})

it('applies the filter and the search of the list and ignores its cursor', async () => {
  const filter = { field: 'userFields.color', op: 'isEmpty', value: false }
  const ask = { filter, q: 'стол стул'.split(' ')[0], facets: ['stageId'], limit: 1 }
  const expected = {
    stageId: [
      { value: 'NEW', count: 1 },
      { value: 'WON', count: 1 },
    ],
  }
  const first = await api.call('post', '/v1/deals/search', ask).expect(200)
  expect(first.body.facets).toEqual(expected)
  const { next } = first.body.page
  const second = await api.call('post', '/v1/deals/search', { cursor: next, facets: ['stageId'], limit: 1 }).expect(200)
  expect(second.body.facets).toEqual(expected)
  expect(await facets({ q: 'нет такого', facets: ['stageId'] })).toEqual({ stageId: [] })
  expect(await facets({ q: 'Столл', facets: ['stageId'] })).toEqual(expected)
})

it('refuses unknown fields, fields with many values and too many fields', async () => {
  const { body } = await api.call('post', '/v1/deals/search', { facets: ['title', 'stage', 'amount'] }).expect(422)
  expect(body.errors).toEqual([
    expect.objectContaining({ pointer: '/facets/0', code: 'not_facetable' }),
    expect.objectContaining({ pointer: '/facets/1', code: 'unknown_field', hint: 'stageId' }),
    expect.objectContaining({ pointer: '/facets/2', code: 'not_facetable' }),
  ])
  const eleven = Array.from({ length: 11 }, (_, n) => `f${n}`)
  const many = await api.call('post', '/v1/deals/search', { facets: eleven }).expect(422)
  expect(many.body.errors).toEqual([expect.objectContaining({ pointer: '/facets', code: 'too_many' })])
})

it('returns no counts, and says so, if counting takes too long', async () => {
  const hasty = await startApi({ countTime: 1 })
  await aContact(hasty)
  await hasty.pool.query(
    `insert into contact (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, participates_in_export, comment)
     select 1, 1, now(), 1, now(), true, '{}', true, repeat('x', 200) || i from generate_series(1, 30000) as i`,
  )
  const filter = { field: 'comment', op: 'contains', value: 'y' }
  const ask = { filter: { not: filter }, facets: ['source', 'opened'], count: 'exact', limit: 1 }
  const { body } = await hasty.call('post', '/v1/contacts/search', ask).expect(200)
  expect(body).toMatchObject({ total: null, totalKind: 'exact', facets: { source: null, opened: null } })
  expect(body.data).toHaveLength(1)
  const count = await hasty.call('post', '/v1/contacts/count', { filter: ask.filter }).expect(200)
  expect(count.body).toEqual({ total: null, totalKind: 'exact' })
  await hasty.close()
})
