import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const fields = '/v1/types/contact/fields'
const faults = (response: { body: { errors?: { pointer: string; code: string }[] } }) =>
  response.body.errors?.map(({ pointer, code }) => `${pointer} ${code}`)

describe('user fields', () => {
  it('are created, written, filtered, sorted and returned like system fields', async () => {
    const made = await api.call('post', fields, {
      code: 'delivery_city',
      kind: 'string',
      label: { en: 'Delivery city', ru: 'Город доставки' },
      help: 'Where to',
      settings: { maxLength: 50 },
    })
    expect(made.status).toBe(201)
    expect(made.headers.location).toBe('/v1/types/contact/fields/delivery_city')
    expect(made.body).toEqual({
      code: 'delivery_city',
      path: 'userFields.delivery_city',
      kind: 'string',
      multiple: false,
      system: false,
      readOnly: false,
      required: false,
      filterable: true,
      sortable: true,
      searchable: true,
      indexState: 'pending',
      label: 'Delivery city',
      help: 'Where to',
      group: null,
      sort: 100,
      filters: [
        {
          path: 'userFields.delivery_city',
          operators: ['eq', 'ne', 'in', 'nin', 'isEmpty', 'contains', 'startsWith', 'endsWith', 'notContains'],
          sortable: true,
        },
      ],
      links: [],
      settings: { maxLength: 50 },
      options: [],
    })
    const create = (city: string | null) =>
      api.call('post', '/v1/contacts', { lastName: 'Field', userFields: { delivery_city: city } }).expect(201)
    const [omsk, none, kazan] = [(await create('Omsk')).body, (await create(null)).body, (await create('Kazan')).body]
    expect(omsk.userFields).toEqual({ delivery_city: 'Omsk' })
    const sorted = await api.call('get', '/v1/contacts?filter[lastName]=Field&sort=userFields.delivery_city&fields=id')
    expect(sorted.body.data).toEqual([{ id: kazan.id }, { id: omsk.id }, { id: none.id }])
    const found = await api.call('get', '/v1/contacts?filter[userFields.delivery_city][contains]=OMS&fields=userFields')
    expect(found.body.data).toEqual([{ id: omsk.id, userFields: { delivery_city: 'Omsk' } }])
  })

  it.each([
    ['string', 'text', 'text'],
    ['text', 'two\nlines ', 'two\nlines '],
    ['integer', 9_007_199_254_740_991, 9_007_199_254_740_991],
    ['decimal', '0.10', '0.10'],
    ['boolean', false, false],
    ['date', '2024-02-29', '2024-02-29'],
    ['datetime', '2026-01-31T10:00:00.123456+03:00', '2026-01-31T07:00:00.123456Z'],
    ['money', { amount: '1234.50', currency: 'RUB' }, { amount: '1234.50', currency: 'RUB' }],
  ])('of kind %s keep their exact value, and become null when cleared', async (kind, value, kept) => {
    const code = `one_${kind}`
    await api.call('post', fields, { code, kind, label: kind }).expect(201)
    const { body } = await api
      .call('post', '/v1/contacts', { lastName: 'Kinds', userFields: { [code]: value } })
      .expect(201)
    expect(body.userFields[code]).toEqual(kept)
    const cleared = await api.call('patch', `/v1/contacts/${body.id}`, { userFields: { [code]: null } }).expect(200)
    expect(cleared.body.userFields[code]).toBeNull()
    const history = await api.call('get', `/v1/contacts/${body.id}/history`).expect(200)
    expect(history.body.data[0].changes).toEqual([{ field: `userFields.${code}`, old: kept, new: null }])
  })

  it.each([
    ['string', ['a', 'b, c', '{"}']],
    ['integer', [3, 1, 2]],
    ['decimal', ['1.50', '2.0']],
    ['date', ['2026-01-01', '2025-01-01']],
    ['datetime', ['2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000001Z']],
  ])('of kind %s may hold several values, which can be added and removed', async (kind, values) => {
    const code = `many_${kind}`
    await api.call('post', fields, { code, kind, label: kind, multiple: true }).expect(201)
    const { body } = await api
      .call('post', '/v1/contacts', { lastName: 'Kinds', userFields: { [code]: values } })
      .expect(201)
    expect(body.userFields[code]).toEqual(values)
    const edit = { add: [values[0]], remove: [values[1]] }
    const edited = await api.call('patch', `/v1/contacts/${body.id}`, { userFields: { [code]: edit } }).expect(200)
    expect(edited.body.userFields[code]).toEqual(values.filter((_, index) => index !== 1))
    const empty = await api.call('patch', `/v1/contacts/${body.id}`, { userFields: { [code]: [] } }).expect(200)
    expect(empty.body.userFields[code]).toBeNull()
  })

  it('of kind enumeration take option codes, and refuse to remove options in use', async () => {
    const options = [
      { code: 'express', label: { en: 'Express', ru: 'Экспресс' } },
      { code: 'slow', label: 'Slow', default: true },
    ]
    await api.call('post', fields, { code: 'delivery', kind: 'enumeration', label: 'Delivery', options }).expect(201)
    const { body } = await api.call('post', '/v1/contacts', { lastName: 'Options' }).expect(201)
    expect(body.userFields.delivery).toBe('slow')
    const wrong = await api.call('patch', `/v1/contacts/${body.id}`, { userFields: { delivery: 'expres' } }).expect(422)
    expect(wrong.body.errors).toEqual([
      {
        pointer: '/userFields/delivery',
        code: 'unknown_value',
        message: 'Must be one of the allowed values. Did you mean express?',
        allowed: ['express', 'slow'],
        hint: 'express',
      },
    ])
    const inUse = await api
      .call('patch', `${fields}/delivery`, { options: [{ code: 'express', label: 'E' }] })
      .expect(422)
    expect(faults(inUse)).toEqual(['/options option_in_use'])
    // A record in the recycle bin may be restored with it.
    await api.call('delete', `/v1/contacts/${body.id}`).expect(204)
    const inBin = { options: [{ code: 'express', label: 'E' }] }
    expect(faults(await api.call('patch', `${fields}/delivery`, inBin).expect(422))).toEqual(['/options option_in_use'])
    await api.call('post', `/v1/recycle-bin/C_${body.id}/restore`).expect(200)
    const renamed = await api.call('patch', `${fields}/delivery`, {
      label: { en: 'Shipping' },
      options: [
        { code: 'slow', label: 'Snail' },
        { code: 'drone', label: 'Drone' },
      ],
    })
    expect(renamed.body).toMatchObject({
      label: 'Shipping',
      options: [
        { code: 'slow', label: 'Snail', sort: 10, default: false, externalCode: null },
        { code: 'drone', label: 'Drone', sort: 20, default: false, externalCode: null },
      ],
    })
  })

  it('must be set in new records if required, and cannot be cleared', async () => {
    const { body: before } = await api.call('post', '/v1/companies', { title: 'Old' }).expect(201)
    await api
      .call('post', '/v1/types/company/fields', { code: 'inn', kind: 'string', label: 'INN', required: true })
      .expect(201)
    expect(faults(await api.call('post', '/v1/companies', { title: 'New' }).expect(422))).toEqual([
      '/userFields/inn required',
    ])
    await api.call('patch', `/v1/companies/${before.id}`, { title: 'Older' }).expect(200)
    await api.call('patch', `/v1/companies/${before.id}`, { userFields: { inn: '77' } }).expect(200)
    expect(
      faults(await api.call('patch', `/v1/companies/${before.id}`, { userFields: { inn: ' ' } }).expect(422)),
    ).toEqual(['/userFields/inn required'])
  })

  it('get their default when a new record omits them', async () => {
    const settings = { default: '5.00', min: '1' }
    await api
      .call('post', '/v1/types/lead/fields', { code: 'budget', kind: 'decimal', label: 'Budget', settings })
      .expect(201)
    const { body } = await api.call('post', '/v1/leads', { title: 'Lead' }).expect(201)
    expect(body.userFields).toEqual({ budget: '5.00' })
    const low = await api.call('post', '/v1/leads', { userFields: { budget: '0.99' } }).expect(422)
    expect(faults(low)).toEqual(['/userFields/budget too_small'])
  })

  it('match patterns in linear time', async () => {
    const settings = { pattern: '^(a+)+$' }
    await api
      .call('post', fields, { code: 'slow', kind: 'string', multiple: true, label: 'Slow', settings })
      .expect(201)
    const evil = Array.from({ length: 100 }, (_, index) => `${'a'.repeat(40 + index)}!`)
    const asked = performance.now()
    const { body } = await api.call('post', '/v1/contacts', { lastName: 'A', userFields: { slow: evil } }).expect(422)
    expect(performance.now() - asked).toBeLessThan(2_000)
    expect(body.errors).toHaveLength(100)
    expect(body.errors[0]).toMatchObject({ pointer: '/userFields/slow/0', code: 'pattern_mismatch' })
    const good = ['aaa', 'a'.repeat(500)]
    await api.call('post', '/v1/contacts', { lastName: 'A', userFields: { slow: good } }).expect(201)
  })

  it('support letters of all alphabets and JavaScript escapes in patterns', async () => {
    const settings = { pattern: '^\\p{Lu}\\p{L}+(?<digit>\\d)\\u0021$' }
    await api.call('post', fields, { code: 'letters', kind: 'string', label: 'Letters', settings }).expect(201)
    const write = (letters: string) => api.call('post', '/v1/contacts', { lastName: 'A', userFields: { letters } })
    await write('Ёлка7!').expect(201)
    expect(faults(await write('ёлка7!').expect(422))).toEqual(['/userFields/letters pattern_mismatch'])
  })
})

describe('an invalid field is refused', () => {
  it.each([
    [{ code: 'Bad Code', kind: 'string', label: 'x' }, ['/code invalid_code']],
    [{ code: 'x', kind: 'strng', label: 'x' }, ['/kind unknown_value']],
    [{ code: 'x', kind: 'string' }, ['/label required']],
    [{ code: 'x', kind: 'boolean', label: 'x', multiple: true }, ['/multiple not_allowed_here']],
    [{ code: 'x', kind: 'money', label: 'x', multiple: true }, ['/multiple not_allowed_here']],
    [{ code: 'x', kind: 'enumeration', label: 'x' }, ['/options required']],
    [{ code: 'x', kind: 'string', label: 'x', options: [{ code: 'a', label: 'A' }] }, ['/options not_allowed_here']],
    [{ code: 'x', kind: 'string', label: 'x', settings: { min: 3 } }, ['/settings/min not_allowed_here']],
    [{ code: 'x', kind: 'string', label: 'x', settings: { pattern: '(' } }, ['/settings/pattern invalid_pattern']],
    [
      { code: 'x', kind: 'string', label: 'x', settings: { pattern: '(?=a)b' } },
      ['/settings/pattern pattern_not_supported'],
    ],
    [
      { code: 'x', kind: 'string', label: 'x', settings: { pattern: '(a)\\1' } },
      ['/settings/pattern pattern_not_supported'],
    ],
    [
      { code: 'x', kind: 'string', label: 'x', settings: { pattern: '^(\\p{L}{0,1000})+x$' } },
      ['/settings/pattern pattern_not_supported'],
    ],
    [{ code: 'x', kind: 'integer', label: 'x', settings: { min: 5, max: 3 } }, ['/settings/max too_small']],
    [{ code: 'x', kind: 'integer', label: 'x', settings: { max: 3, default: 4 } }, ['/settings/default too_large']],
    [{ code: 'x', kind: 'date', label: 'x', settings: { default: '2026-02-30' } }, ['/settings/default invalid_date']],
    [{ code: 'comment', kind: 'string', label: 'x' }, ['/code reserved_code']],
    [{ code: 'x', kind: 'string', label: 'x', requierd: true }, ['/requierd unknown_field']],
  ])('%j', async (body, expected) => {
    expect(faults(await api.call('post', fields, body).expect(422))).toEqual(expected)
  })

  it('returns a conflict for a code in use, keeps system fields, and needs an administrator', async () => {
    await api.call('post', fields, { code: 'twice', kind: 'string', label: 'x' }).expect(201)
    const clash = await api.call('post', fields, { code: 'twice', kind: 'integer', label: 'x' }).expect(409)
    expect(clash.body.code).toBe('field_exists')
    expect((await api.call('delete', `${fields}/firstName`).expect(409)).body).toMatchObject({
      code: 'system_field_fixed',
      detail: 'The system field firstName cannot be changed or deleted. Hide it in a card instead.',
    })
    await api.call('patch', `${fields}/firstName`, { sort: 1 }).expect(409)
    const fixed = await api.call('patch', `${fields}/twice`, { kind: 'text', multiple: true, lable: 'y' }).expect(422)
    expect(fixed.body.errors).toMatchObject([
      { pointer: '/kind', code: 'fixed_property', message: 'kind is set at creation and cannot be changed.' },
      { pointer: '/multiple', code: 'fixed_property' },
      { pointer: '/lable', code: 'unknown_field', hint: 'label' },
    ])
    expect((await api.call('get', `${fields}/frstName`).expect(404)).body).toMatchObject({
      code: 'field_not_found',
      hint: 'firstName',
    })
    expect((await api.call('get', '/v1/types/contakt/fields').expect(404)).body.code).toBe('type_not_found')
    const { key } = await aUser(api.db)
    expect((await api.as(key)('post', fields, { code: 'no', kind: 'string', label: 'x' }).expect(403)).body.code).toBe(
      'crm_unavailable',
    )
  })
})
