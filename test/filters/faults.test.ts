import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, aDeal } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  await aDeal(api)
  await api.call('post', '/v1/types/deal/fields', { code: 'tone', kind: 'string', label: 'Tone' }).expect(201)
  await api.call('post', '/v1/types/deal/fields', { code: 'date', kind: 'date', label: 'Date' }).expect(201)
  await aContact(api)
  for (const title of ['a', 'b', 'c', 'a, b', 'say "a"', '100%']) await aDeal(api, { title })
})
afterAll(() => api.close())

type Told = { pointer?: string; parameter?: string; code: string; hint?: string }
const told = (body: { errors?: Told[] }) =>
  body.errors?.map(({ pointer, parameter, code, hint }) => [pointer ?? parameter, code, ...(hint ? [hint] : [])])

const raw = (plural: string, text: string) =>
  api
    .call('post', `/v1/${plural}/search`)
    .set('content-type', 'application/json')
    .serialize((x) => x)
    .send(text as never)

const one = (field: string, op: string, value: unknown) => ({ field, op, value })
const nested = (depth: number): object => (depth ? { not: nested(depth - 1) } : one('id', 'eq', 1))

describe('A filter in a request body returns its fault at the pointer', () => {
  it.each<[string, unknown, string, string, string?]>([
    ['an unknown field', one('titel', 'eq', 'a'), '/field', 'unknown_field', 'title'],
    ['a field named like a member of every object', one('toString', 'eq', 'a'), '/field', 'unknown_field'],
    ['a field named constructor', one('constructor', 'eq', 'a'), '/field', 'unknown_field'],
    ['a field that is an object', { field: { toString: 1 } }, '/field', 'invalid_type'],
    ['a field that is a list', { field: ['title'] }, '/field', 'invalid_type'],
    ['a field that is null', { field: null }, '/field', 'invalid_type'],
    ['an operator that is an object', { field: 'title', op: { toString: 1 } }, '/op', 'invalid_type'],
    ['an unknown operator', one('title', 'gtt', 1), '/op', 'unknown_operator', 'gt'],
    ['an operator of another kind of field', one('title', 'gt', 'a'), '/op', 'operator_not_supported'],
    ['an operator named toString', one('title', 'toString', 'a'), '/op', 'unknown_operator'],
    ['an unknown member', { field: 'title', value: 'a', vlaue: 'a' }, '/vlaue', 'unknown_field', 'value'],
    ['a mistyped field', { fild: 'title', op: 'eq', value: 'a' }, '/fild', 'unknown_field', 'field'],
    ['a mistyped field alone', { feild: 'title' }, '/feild', 'unknown_field', 'field'],
    ['a group in capitals', { AND: [] }, '/AND', 'unknown_field', 'and'],
    ['no field', { op: 'eq', value: 'a' }, '/field', 'required'],
    ['no value', { field: 'title' }, '/value', 'required'],
    ['null', one('title', 'eq', null), '/value', 'null_operand', 'isEmpty'],
    ['a number for a text', one('title', 'eq', 5), '/value', 'invalid_type'],
    ['an object for a text', one('title', 'contains', {}), '/value', 'invalid_type'],
    ['an empty part of a text', one('title', 'contains', ''), '/value', 'empty_fragment'],
    ['a NUL', one('title', 'eq', 'a\0'), '/value', 'invalid_characters'],
    ['a NUL in a part of a text', one('title', 'contains', 'a\0'), '/value', 'invalid_characters'],
    ['a lone surrogate', one('title', 'startsWith', 'a\ud800'), '/value', 'invalid_characters'],
    ['a decimal as a number', one('amount', 'gte', 2.5), '/value', 'decimal_as_number', '"2.5"'],
    ['a fraction as an integer', one('probability', 'eq', 1.5), '/value', 'invalid_integer'],
    ['an invalid date', one('beginDate', 'eq', '2026-02-30'), '/value', 'invalid_date'],
    ['a time named like a member of every object', one('createdAt', 'eq', 'toString'), '/value', 'invalid_datetime'],
    ['a day named constructor', one('beginDate', 'gte', 'constructor'), '/value', 'invalid_date'],
    ['an unknown relative date', one('createdAt', 'gte', 'lastDecade'), '/value', 'invalid_datetime'],
    ['a relative date of zero days', one('createdAt', 'eq', 'last0Days'), '/value', 'invalid_datetime', 'last7Days'],
    ['a capitalized relative date', one('createdAt', 'eq', 'Today'), '/value', 'invalid_datetime', 'today'],
    ['a relative date in lower case', one('beginDate', 'eq', 'thisweek'), '/value', 'invalid_date', 'thisWeek'],
    [
      'a number of days in the wrong case',
      one('createdAt', 'eq', 'last31days'),
      '/value',
      'invalid_datetime',
      'last31Days',
    ],
    ['a mistyped relative date', one('createdAt', 'in', ['yesterdy']), '/value/0', 'invalid_datetime', 'yesterday'],
    ['a list for one value', one('id', 'eq', [1]), '/value', 'invalid_type'],
    ['one value for a list', one('id', 'in', 1), '/value', 'invalid_type'],
    ['a wrong value in a list', one('id', 'in', [1, 'a']), '/value/1', 'invalid_type'],
    ['a bound too few', one('id', 'between', [1]), '/value', 'two_expected'],
    ['a bound too many', one('id', 'between', [1, 2, 3]), '/value', 'two_expected'],
    ['a field that has parts', one('utm', 'eq', 'a'), '/field', 'only_parts'],
    [
      'a user field without the userFields prefix',
      one('tone', 'eq', 'a'),
      '/field',
      'unknown_field',
      'userFields.tone',
    ],
    ['an unknown user field', one('userFields.nope', 'eq', 'a'), '/field', 'unknown_field'],
    ['a link', one('company', 'eq', 1), '/field', 'unknown_field', 'companyId'],
    ['a link by its type', one('contact.lastName', 'eq', 'a'), '/field', 'unknown_field', 'contacts.lastName'],
    ['a prototype', one('__proto__', 'eq', 'a'), '/field', 'unknown_field'],
    ['a text for a flag', one('title', 'isEmpty', 'true'), '/value', 'invalid_type'],
    ['an unknown dictionary entry', one('source', 'eq', 'WEBB'), '/value', 'unknown_value', 'WEB'],
    ['1001 values', one('id', 'in', Array(1001).fill(1)), '/value', 'list_too_long'],
    ['two groups in one object', { and: [], or: [] }, '', 'one_expected'],
    ['nothing', {}, '', 'one_expected'],
    ['a list', [], '', 'invalid_type'],
    ['a text', 'title=a', '', 'invalid_type'],
    ['and without a list', { and: one('id', 'eq', 1) }, '/and', 'invalid_type'],
    ['not of a list', { not: [one('id', 'eq', 1)] }, '/not', 'invalid_type'],
    ['a level too deep', nested(5), '/not/not/not/not/not', 'filter_too_deep'],
    ['very many levels', nested(2000), '/not/not/not/not/not', 'filter_too_deep'],
    ['51 conditions', { or: Array(51).fill(one('id', 'eq', 1)) }, '/or/50', 'filter_too_large'],
  ])('for %s', async (_, filter, at, code, hint = '') => {
    const { status, body } = await api.call('post', '/v1/deals/search', { filter })
    expect({ status, code: body.code, errors: told(body) }).toEqual({
      ...{ status: 422, code: 'validation_failed' },
      errors: [[`/filter${at}`, code, ...(hint ? [hint] : [])]],
    })
  })

  it('for very many empty groups', async () => {
    const { body } = await api.call('post', '/v1/deals/search', { filter: { and: Array(20_000).fill({ or: [] }) } })
    expect(told(body)).toEqual([[expect.stringMatching(/^\/filter\/and\/\d+$/), 'filter_too_large']])
  })

  it.each<[string, string, string]>([
    ['phones', 'no digits', 'no_digits'],
    ['phones', '', 'no_digits'],
    ['websites', 'https://', 'empty_fragment'],
    ['emails', 'a\0b', 'invalid_characters'],
    ['websites', 'a\0b', 'invalid_characters'],
    ['messengers', 'a\0b', 'invalid_characters'],
    ['externalIds.key', 'a\0b', 'invalid_characters'],
    ['address.city', 'a\0b', 'invalid_characters'],
    ['address.lines', 'a\0b', 'invalid_characters'],
  ])('for a part of %s that is %j', async (field, value, code) => {
    const { body } = await api.call('post', '/v1/contacts/search', { filter: one(field, 'contains', value) })
    expect(told(body)).toEqual([['/filter/value', code]])
  })

  it.each(['phones', 'websites', 'messengers', 'externalIds.key', 'address.city', 'position'])(
    'for a value of %s with a NUL character',
    async (field) => {
      const { status, body } = await api.call('post', '/v1/contacts/search', { filter: one(field, 'eq', 'abc\x00def') })
      expect([status, told(body)]).toEqual([422, [['/filter/value', 'invalid_characters']]])
    },
  )

  it('for names that would reach an object prototype', async () => {
    await raw('deals', '{"filter": {"__proto__": {"field": "id"}}}').expect(400)
    expect(told((await raw('deals', '{"filter": {"toString": []}}').expect(422)).body)).toEqual([
      ['/filter/toString', 'unknown_field'],
    ])
  })

  it('with all faults at once', async () => {
    const filter = { and: [one('titel', 'eq', 1), { or: [one('id', 'eq', 'a'), one('source', 'gt', 'WEB')] }] }
    const { body } = await api.call('post', '/v1/deals/search', { filter }).expect(422)
    expect(told(body)).toEqual([
      ['/filter/and/0/field', 'unknown_field', 'title'],
      ['/filter/and/1/or/0/value', 'invalid_type'],
      ['/filter/and/1/or/1/op', 'operator_not_supported'],
    ])
  })
})

it('names the unknown operator for a filter in a body', async () => {
  const asked = { filter: { field: 'title', op: 'lke', value: 'a' } }
  const call = api.call('post', '/v1/deals/search', asked).set('accept-language', 'ru')
  expect((await call.expect(422)).body.errors[0].message).toBe(
    'Неизвестный оператор lke. Возможно, имелось в виду lte?',
  )
})

it('names the operator that does not fit the field', async () => {
  const { body } = await api.call('get', '/v1/deals?filter[title][gt]=a').expect(400)
  expect(body.errors[0].message).toBe('The operator gt is not supported for this field.')
})

describe('A filter that can match nothing', () => {
  it.each([
    ['title', 'eq', ''],
    ['title', 'eq', '   '],
    ['title', 'in', ['', '\n']],
    ['createdAt', 'eq', '9999-12-31'],
    ['createdAt', 'eq', '0001-01-01'],
    ['createdAt', 'gt', '9999-12-31'],
    ['createdAt', 'between', ['0001-01-01', '0001-01-02']],
    ['beginDate', 'eq', '9999-12-31'],
    ['createdAt', 'eq', '0001-01-01T00:00:00Z'],
    ['id', 'in', []],
    ['amount', 'eq', `-${'9'.repeat(30)}.${'9'.repeat(15)}`],
    ['id', 'eq', Number.MAX_SAFE_INTEGER],
    ['externalIds.key', 'eq', ''],
  ])('%s %s %j returns an empty list', async (field, op, value) => {
    for (const timeZone of ['Europe/Moscow', 'America/Los_Angeles']) {
      const answer = await api.call('post', '/v1/deals/search', { filter: one(field, op, value), timeZone })
      expect([answer.status, answer.body]).toEqual([200, { data: [], page: { next: null, prev: null } }])
    }
  })
})

describe('A value compared with an id may be any text', () => {
  it.each<[path: string, field: string, op: string, value: unknown, total: number]>([
    ['deals', 'id', 'gt', 0, 7],
    ['deals', 'id', 'gte', -5, 7],
    ['deals', 'id', 'lt', -1, 0],
    ['deals', 'id', 'between', [0, 1_000_000], 7],
    ['deals', 'id', 'eq', 0, 0],
    ['deals', 'companyId', 'ne', 0, 7],
    ['deals', 'responsibleId', 'in', [0, -1], 0],
    ['deals', 'observers', 'eq', 0, 0],
    ['deals', 'contacts', 'nin', [0], 7],
    ['deals', 'responsible.id', 'gt', 0, 7],
    ['deals', 'company.id', 'gte', 0, 0],
    ['recycle-bin', 'recordId', 'gt', 0, 0],
    ['deals/1/history', 'id', 'gt', 0, 1],
    ['deals/1/history', 'actorId', 'ne', 0, 1],
  ])('%s: %s %s %j', async (path, field, op, value, total) => {
    const { body } = await api.call('get', `/v1/${path}?filter[${field}][${op}]=${value}&count=exact`).expect(200)
    expect(body.total).toBe(total)
    if (path !== 'deals') return
    const counted = await api.call('post', '/v1/deals/count', { filter: one(field, op, value) }).expect(200)
    expect(counted.body.total).toBe(total)
  })

  it('except for whole numbers and pipelines, which must be valid', async () => {
    const { body } = await api.call('get', '/v1/deals?filter[id][gt]=0.5&filter[pipelineId]=0').expect(400)
    expect(told(body)).toEqual([
      ['filter[id][gt]', 'invalid_integer'],
      ['filter[pipelineId]', 'unknown_pipeline'],
    ])
  })
})
