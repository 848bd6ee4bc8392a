import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, type Saved } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ work: true })
  for (const kind of Object.keys(values)) await makeField({ code: kind, kind })
  for (const kind of Object.keys(lists)) await makeField({ code: `${kind}s`, kind, multiple: true })
  const { body } = await api.call('post', '/v1/files?name=a.txt').set('content-type', 'text/plain').send('text')
  file = { id: body.id }
})
afterAll(() => api.close())

async function makeField(field: { code: string; kind: string; multiple?: boolean }) {
  const options = field.kind === 'enumeration' && ['red', 'blue'].map((code) => ({ code, label: code }))
  await api.call('post', '/v1/types/contact/fields', { ...field, label: 'x', ...(options && { options }) }).expect(201)
}

let file: { id: number }
const values = {
  string: 'a',
  text: 'b',
  integer: 5,
  decimal: '1.5',
  boolean: false,
  date: '2026-01-31',
  datetime: '2026-01-31T10:00:00.000Z',
  enumeration: 'red',
  money: { amount: '1.50', currency: 'RUB' },
}
const lists = { string: ['b', 'a', 'b'], integer: [3, 1, 3], date: ['2026-02-01', '2026-01-31', '2026-02-01'] }
const named = (all: object) => Object.fromEntries(Object.entries(all).map(([kind, value]) => [`${kind}s`, value]))
const filled = () => ({
  ...{ lastName: 'Losev', position: 'CEO', birthDate: '1980-01-31', source: 'WEB', comment: 'x', photo: file },
  ...{ address: { city: 'Omsk', lines: ['a', 'b'] }, utm: { source: 'x' }, observers: [api.userId] },
  ...{ phones: [{ value: '8 (495) 123-45-67' }], externalIds: [{ source: 'erp', key: crypto.randomUUID() }] },
  userFields: { ...values, ...named(lists) },
})
const emptied = (body: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => [
      name,
      name === 'lastName' ? value : name === 'userFields' ? emptied(value as object) : '',
    ]),
  )

describe('An empty text clears any field, like null', () => {
  const nothing = {
    ...{ position: null, birthDate: null, source: null, comment: null, photo: null, address: null, utm: null },
    ...{ observers: [], phones: [], externalIds: [] },
  }
  const expectCleared = (body: object) => {
    expect(body).toMatchObject({ lastName: 'Losev', ...nothing })
    expect(new Set(Object.values((body as Saved).userFields as object))).toEqual(new Set([null]))
  }

  it('when a record is created', async () => {
    const { body } = await api.call('post', '/v1/contacts', emptied(filled())).expect(201)
    expectCleared(body)
  })

  it('when it is changed, by a request or in a batch', async () => {
    const one = await aContact(api, filled())
    expect(one).toMatchObject({ position: 'CEO', userFields: { date: '2026-01-31' } })
    const { body } = await api.call('patch', `/v1/contacts/${one.id}`, emptied(filled())).expect(200)
    expectCleared(body)
    const other = await aContact(api, filled())
    const operations = [{ op: 'update', id: other.id, data: emptied(filled()) }]
    const batch = await api.call('post', '/v1/contacts/batch', { operations }).expect(200)
    expectCleared(batch.body.results[0].record)
  })

  it('in a bulk action', async () => {
    const { id } = await aContact(api, filled())
    const started = await api.call('post', '/v1/contacts/bulk', { ids: [id], set: emptied(filled()) }).expect(202)
    const { body: job } = await api.call('get', `/v1/jobs/${started.body.id}?wait=30`).expect(200)
    expect(job).toMatchObject({ status: 'completed', result: { done: 1, failed: 0 } })
    expectCleared((await api.call('get', `/v1/contacts/${id}`).expect(200)).body)
  })

  it('in parts of a value and in single links, and returns a fault for required fields', async () => {
    const { id } = await aContact(api, { address: { city: 'Omsk', country: 'Russia', lines: ['a'] } })
    const change = { address: { city: '', lines: '' } }
    const { body } = await api.call('patch', `/v1/contacts/${id}`, change).expect(200)
    expect(body.address).toMatchObject({ city: null, lines: null, country: 'Russia' })
    const company = await aCompany(api)
    const deal = await api.call('post', '/v1/deals', { title: 'Order', companyId: company.id }).expect(201)
    const cut = await api.call('patch', `/v1/deals/${deal.body.id}`, { companyId: '', amount: '' }).expect(200)
    expect(cut.body).toMatchObject({ companyId: null, amount: null })
    const refused = await api.call('patch', `/v1/contacts/${id}`, { opened: '', responsibleId: '' }).expect(422)
    expect(refused.body.errors).toMatchObject([
      { pointer: '/opened', code: 'required' },
      { pointer: '/responsibleId', code: 'required' },
    ])
  })
})

it('Lists of a user field keep their order and duplicates', async () => {
  const userFields = named(lists)
  const one = await aContact(api, { userFields })
  expect(one.userFields).toMatchObject(userFields)
  const changed = { strings: ['c', 'c', 'a'] }
  const { body } = await api.call('patch', `/v1/contacts/${one.id}`, { userFields: changed }).expect(200)
  expect(body).toMatchObject({ version: 2, userFields: { ...userFields, ...changed } })
  const again = await api.call('patch', `/v1/contacts/${one.id}`, { userFields: changed }).expect(200)
  expect(again.body.version).toBe(2)
  // Adding a value stores it once, and removing a value removes every copy.
  const edit = { strings: { add: ['a', 'd'], remove: ['c'] } }
  const edited = await api.call('patch', `/v1/contacts/${one.id}`, { userFields: edit }).expect(200)
  expect(edited.body.userFields.strings).toEqual(['a', 'd'])
})

it('A facet counts a record once for a duplicate value', async () => {
  await makeField({ code: 'colours', kind: 'enumeration', multiple: true })
  await aContact(api, { lastName: 'Sized', userFields: { colours: ['red', 'blue', 'red'] } })
  await aContact(api, { lastName: 'Sized', userFields: { colours: ['red'] } })
  const asked = { filter: { field: 'lastName', value: 'Sized' }, facets: ['userFields.colours'] }
  const { body } = await api.call('post', '/v1/contacts/search', asked).expect(200)
  expect(body.facets['userFields.colours']).toEqual([
    { value: 'red', count: 2 },
    { value: 'blue', count: 1 },
  ])
})
