import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, anInvoice, asCaller, limitsFor, read } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ limitsOf: limitsFor })
})
afterAll(() => api.close())

it('a choice of no fields returns ids, and does not change what other requests return', async () => {
  const deal = await aDeal(api, { title: 'Shelves' })
  const { body } = await api.call('post', '/v1/deals/search', { fields: [] }).expect(200)
  expect(body.data).toEqual([{ id: deal.id }])
  expect(await read(api, `deals/${deal.id}`)).toEqual(deal)
  const found = await api.call('get', '/v1/deals').expect(200)
  expect(found.body.data).toEqual([deal])
})

describe('Fields of linked records', () => {
  it('are returned without the other fields of the links, for a record, a list, a search and a board', async () => {
    const company = await aCompany(api, { title: 'Vector', address: { city: 'Омск', lines: ['Ленина, 1'] } })
    const phones = [{ value: '+7 495 123-45-67' }, { value: '112' }]
    const contact = await aContact(api, { lastName: 'Орлова', phones })
    const deal = await aDeal(api, { title: 'Board', companyId: company.id, contacts: [{ id: contact.id }] })
    const fields = ['title', 'company.title', 'company.address.city', 'contacts.lastName', 'contacts.phones.value']
    const expected = {
      id: deal.id,
      title: 'Board',
      expanded: {
        company: { id: company.id, title: 'Vector', address: { city: 'Омск' } },
        contacts: [{ id: contact.id, lastName: 'Орлова', phones: phones.map(({ value }) => ({ value })) }],
      },
    }
    const single = await api.call('get', `/v1/deals/${deal.id}?fields=${fields}`).expect(200)
    expect(single.body).toEqual(expected)
    const list = await api.call('get', `/v1/deals?filter[id]=${deal.id}&fields=${fields}`).expect(200)
    expect(list.body.data).toEqual([expected])
    const asked = { filter: { field: 'id', value: deal.id }, fields }
    const search = await api.call('post', '/v1/deals/search', asked).expect(200)
    expect(search.body.data).toEqual([expected])
    const path = `/v1/types/deal/pipelines/${deal.pipelineId}/board?stages=NEW&filter[id]=${deal.id}&fields=${fields}`
    const board = await api.call('get', path).expect(200)
    expect(board.body.columns[0].data).toEqual([expected])
  })

  it('cut one link and leave those of expand whole', async () => {
    const company = await aCompany(api)
    const own = await aCompany(api, { isMyCompany: true, title: 'Own' })
    const invoice = await anInvoice(api, { companyId: company.id, myCompanyId: own.id })
    const path = `/v1/invoices/${invoice.id}?fields=myCompany.title,responsible.lastName&expand=company,myCompany`
    const { body } = await api.call('get', path).expect(200)
    const responsible = { id: api.userId, lastName: 'User' }
    expect(body).toEqual({
      id: invoice.id,
      expanded: { company, myCompany: { id: own.id, title: 'Own' }, responsible },
    })
  })

  it('are null without the record', async () => {
    const { id } = await aDeal(api)
    const { body } = await api.call('get', `/v1/deals/${id}?fields=company.title,contacts.phones`).expect(200)
    expect(body).toEqual({ id, expanded: { company: null, contacts: [] } })
  })
})

describe('A part of a field', () => {
  it('is returned without the others, of a value and of the items of a list', async () => {
    const phones = [{ value: '+7 495 123-45-67' }]
    const { id, ...contact } = await aContact(api, { phones, address: { city: 'Омск', lines: ['Ленина, 1'] } })
    const path = `/v1/contacts/${id}?fields=phones.value,phones.kind,address.city,companies.primary,lastName`
    const { body } = await api.call('get', path).expect(200)
    const { lastName, companies } = contact
    const shown = { phones: [{ value: '+7 495 123-45-67', kind: 'work' }], address: { city: 'Омск' }, companies }
    expect(body).toEqual({ id, ...shown, lastName })
  })

  it('does not cut a field that is named as a whole', async () => {
    const contact = await aContact(api, { phones: [{ value: '112' }] })
    const { body } = await api.call('get', `/v1/contacts/${contact.id}?fields=phones.value,phones`).expect(200)
    expect(body).toEqual({ id: contact.id, phones: contact.phones })
  })

  it.each([
    ['contacts?fields=phones.valeu', 'phones.valeu', 'phones.value'],
    ['contacts?fields=address.town', 'address.town'],
    ['deals?fields=company.titel', 'company.titel', 'company.title'],
    ['deals?fields=compnay.title', 'compnay.title', 'company.title'],
    ['deals?fields=company.contacts.lastName', 'company.contacts.lastName'],
    ['deals?fields=responsible.isAdmin', 'responsible.isAdmin'],
  ])('must exist: %s', async (path, name, hint = '') => {
    const { body } = await api.call('get', `/v1/${path}`).expect(400)
    expect(body.errors).toMatchObject([{ parameter: 'fields', code: 'unknown_field', ...(hint && { hint }) }])
    expect(body.errors[0].message).toContain(name)
  })
})

describe('A caller with limited rights', () => {
  it('gets no hidden fields of linked records, and null for unreadable ones', async () => {
    const limited = await asCaller(api, 'Limited')
    const [theirs, ours] = [await aContact(api), await aContact(limited)]
    const deal = await aDeal(limited, { contacts: [{ id: ours.id }] })
    await api.call('patch', `/v1/deals/${deal.id}`, { contacts: [{ id: theirs.id }, { id: ours.id }] }).expect(200)
    const { body } = await limited.call('get', `/v1/deals/${deal.id}?fields=contacts.firstName`).expect(200)
    expect(body.expanded).toEqual({ contacts: [null, { id: ours.id, firstName: 'Ivan' }] })
    const hidden = await limited.call('get', '/v1/deals?fields=contacts.comment').expect(400)
    expect(hidden.body.errors).toMatchObject([{ parameter: 'fields', code: 'unknown_field' }])
  })
})
