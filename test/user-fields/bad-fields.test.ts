import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const fields = '/v1/types/contact/fields'
const add = (body: object) => api.call('post', fields, { code: 'x', kind: 'string', label: 'x', ...body })
const faults = ({ body }: { body: { errors?: { pointer: string; code: string }[] } }) =>
  body.errors?.map(({ pointer, code }) => `${pointer} ${code}`)

it.each([
  ['longer than 50 characters', 'a'.repeat(51)],
  ['in another alphabet', 'город'],
  ['with a capital letter', 'deliveryCity'],
  ['that begins with a digit', '1st'],
  ['that is empty', ''],
])('refuses a code %s', async (_, code) => {
  expect(faults(await add({ code }).expect(422))).toEqual([expect.stringMatching(/^\/code /)])
})

it('refuses the codes of system fields, and accepts words that are reserved in SQL', async () => {
  for (const code of ['id', 'comment', 'version'])
    expect(faults(await add({ code }).expect(422))).toEqual(['/code reserved_code'])
  for (const code of ['select', 'table', 'user', 'constructor', 'a'.repeat(50)]) {
    expect((await add({ code }).expect(201)).body.code).toBe(code)
    const body = { lastName: 'Word', userFields: { [code]: 'kept' } }
    expect((await api.call('post', '/v1/contacts', body).expect(201)).body.userFields[code]).toBe('kept')
  }
})

it('accepts a thousand options and refuses one more', async () => {
  const options = Array.from({ length: 1001 }, (_, index) => ({ code: `o${index}`, label: `Option ${index}` }))
  const refused = await add({ kind: 'enumeration', code: 'many', options }).expect(422)
  expect(faults(refused)).toEqual(['/options too_many'])
  const made = await add({ kind: 'enumeration', code: 'many', options: options.slice(1) }).expect(201)
  expect(made.body.options).toHaveLength(1000)
  const body = { lastName: 'Many', userFields: { many: 'o1000' } }
  expect((await api.call('post', '/v1/contacts', body).expect(201)).body.userFields.many).toBe('o1000')
})

it.each([
  [{ pattern: `^${'a'.repeat(10_240)}$` }, '/settings/pattern too_long'],
  [{ maxLength: 501 }, '/settings/maxLength out_of_range'],
  [{ minLength: 5, maxLength: 4 }, '/settings/maxLength out_of_range'],
  [{ maxLength: 3, default: 'long' }, '/settings/default too_long'],
  [{ pattern: '^a', default: 'b' }, '/settings/default pattern_mismatch'],
  [{ default: 5 }, '/settings/default invalid_type'],
  [{ dictionary: 'SOURCE' }, '/settings/dictionary not_allowed_here'],
])('refuses the settings %j of a string', async (settings, fault) => {
  expect(faults(await add({ settings }).expect(422))).toEqual([fault])
})

it.each([
  ['decimal', { min: '10000000000000000000000.1', max: '10000000000000000000000' }, '/settings/max too_small'],
  ['datetime', { min: '2026-01-01T00:00:00.5Z', max: '2026-01-01T00:00:00Z' }, '/settings/max too_small'],
  ['integer', { min: '5' }, '/settings/min invalid_type'],
  ['date', { default: 'now-1' }, '/settings/default invalid_date'],
  ['dictionary', {}, '/settings/dictionary required'],
  ['dictionary', { dictionary: 'SOURSE' }, '/settings/dictionary unknown_value'],
  ['dictionary', { dictionary: 'SOURCE', default: 'NONE' }, '/settings/default unknown_value'],
  ['employee', { default: 999_999_999 }, '/settings/default not_found_reference'],
  ['money', { default: { amount: '1', currency: 'XXX' } }, '/settings/default/currency unknown_value'],
  ['crm', { types: ['person'] }, '/settings/types/0 unknown_type'],
])('refuses a field of kind %s with the settings %j', async (kind, settings, fault) => {
  expect(faults(await add({ kind, settings }).expect(422))).toEqual([fault])
})

it('refuses a sort position that is not between 0 and 1,000,000', async () => {
  const faultsOf = async (sort: number) => {
    const options = [{ code: 'a', label: 'x', sort }]
    return faults(await add({ kind: 'enumeration', options }).expect(422))
  }
  for (const sort of [-1, 1_000_001, 3_000_000_000])
    expect(await faultsOf(sort)).toEqual(['/options/0/sort out_of_range'])
})

it('refuses equal codes of options, and equal codes of another system', async () => {
  const options = ['1', '1', null, null].map((externalCode, index) => ({
    code: `o${index % 3}`,
    label: 'x',
    externalCode,
  }))
  expect(faults(await add({ kind: 'enumeration', options }).expect(422))).toEqual([
    '/options/3/code duplicate_value',
    '/options/1/externalCode duplicate_value',
  ])
})

it('creates one field when two administrators add it at once', async () => {
  for (const round of [1, 2, 3, 4, 5]) {
    const answers = await Promise.all([add({ code: `race_${round}` }), add({ code: `race_${round}`, kind: 'integer' })])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409])
  }
})

it('keeps the group of a field, in both languages, and removes it', async () => {
  const group = { en: 'Delivery', ru: 'Доставка' }
  expect((await add({ code: 'grouped', group }).expect(201)).body.group).toBe('Delivery')
  expect((await api.call('get', `${fields}/grouped?labels=all`).expect(200)).body.group).toEqual(group)
  const path = `${fields}/grouped`
  expect((await api.call('patch', path, { group: { en: 'Shipping' } }).expect(200)).body.group).toBe('Shipping')
  expect((await api.call('get', `${path}?labels=all`)).body.group).toEqual({ en: 'Shipping', ru: 'Доставка' })
  expect((await api.call('patch', path, { group: null }).expect(200)).body.group).toBeNull()
})
