import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, read, type Saved } from '../seed.ts'

let api: Api
let contact: Saved
let company: Saved
beforeAll(async () => {
  api = await startApi({ work: true })
  contact = await aContact(api, { lastName: 'Орлов' })
  company = await aCompany(api)
})
afterAll(() => api.close())

const text = ({ id }: Saved) => String(id)

describe('An id as a text', () => {
  it('is read in the fields and lists of a record', async () => {
    const deal = await aDeal(api, {
      title: 'Text',
      companyId: text(company),
      responsibleId: String(api.userId),
      contacts: [{ id: text(contact), primary: true }],
      observers: [String(api.userId)],
    })
    const { id, companyId, responsibleId, contacts, observers } = deal
    expect({ companyId, responsibleId, contacts, observers }).toEqual({
      companyId: company.id,
      responsibleId: api.userId,
      contacts: [{ id: contact.id, primary: true }],
      observers: [api.userId],
    })
    const { body } = await api.call('patch', `/v1/deals/${id}`, { contacts: { remove: [text(contact)] } }).expect(200)
    expect(body.contacts).toEqual([])
    expect(await read(api, `deals/${id}`)).toEqual(body)
  })

  it('selects a value of a list', async () => {
    const { phones } = await aContact(api, { phones: [{ value: '+7 495 123-45-67' }, { value: '+7 495 123-45-68' }] })
    const [first, second] = phones as { id: number }[]
    const owner = await api.call('get', '/v1/contacts?filter[phones]=84951234567&fields=id').expect(200)
    const [{ id }] = owner.body.data
    const { body } = await api
      .call('patch', `/v1/contacts/${id}`, { phones: { remove: [String(first!.id)] } })
      .expect(200)
    expect(body.phones).toEqual([second])
    const kept = await api
      .call('patch', `/v1/contacts/${id}`, { phones: [{ id: String(second!.id), kind: 'home' }] })
      .expect(200)
    expect(kept.body.phones).toEqual([{ ...second, kind: 'home' }])
  })

  it('is read in filters of bodies', async () => {
    const ids = async (filter: object) => {
      const { body } = await api.call('post', '/v1/contacts/search', { filter, fields: ['id'] }).expect(200)
      return body.data
    }
    const found = [{ id: contact.id }]
    expect(await ids({ field: 'id', value: text(contact) })).toEqual(found)
    expect(await ids({ field: 'id', op: 'in', value: [text(contact)] })).toEqual(found)
    expect(
      await ids({
        and: [
          { field: 'id', value: text(contact) },
          { field: 'responsibleId', value: String(api.userId) },
        ],
      }),
    ).toEqual(found)
  })

  it('is read in batches, with the order of their operations', async () => {
    const [a, b] = [await aContact(api), await aContact(api)]
    const operations = [
      { op: 'create', as: 'deal', data: { title: 'Batch', contacts: [{ id: text(a) }] } },
      { op: 'update', id: text(a), data: { lastName: 'First' } },
      { op: 'update', id: a.id, data: { lastName: 'Second' } },
      { op: 'delete', id: text(b) },
    ]
    const typed = operations.map((one, at) => ({ ...one, type: at ? 'contact' : 'deal' }))
    const { body } = await api.call('post', '/v1/batch', { operations: typed }).expect(200)
    expect(body.results.map(({ status }: { status: number }) => status)).toEqual([201, 200, 200, 204])
    expect((await read(api, `contacts/${a.id}`)).lastName).toBe('Second')
    await api.call('get', `/v1/contacts/${b.id}`).expect(404)
  })

  it('is read in actions on records', async () => {
    const [a, b] = [await aContact(api), await aContact(api)]
    await api
      .call('post', '/v1/contacts/bulk?dryRun=true', { ids: [text(a), text(b)], set: { comment: 'x' } })
      .expect(200)
    const merged = await api.call('post', '/v1/contacts/merge', { survivorId: text(a), ids: [text(b)] })
    expect({ status: merged.status, survivor: merged.body.record?.id }).toEqual({ status: 200, survivor: a.id })
  })

  it.each(['0', '-1', '1.5', '01', ' 1', '1e3', '9007199254740993', 'x', ''])(
    'must be the digits of an id: %j',
    async (id) => {
      const { body } = await api.call('post', '/v1/deals', { contacts: [{ id }] }).expect(422)
      expect(body.errors).toMatchObject([{ pointer: '/contacts/0/id', code: 'invalid_integer' }])
    },
  )
})

describe('An item that has only one meaning', () => {
  it('may be a value or an id alone', async () => {
    const { phones, emails } = await aContact(api, { phones: ['8 495 123-45-69'], emails: ['ivan@example.com'] })
    expect([phones, emails]).toMatchObject([
      [{ kind: 'work', value: '8 495 123-45-69', normalized: '+74951234569' }],
      [{ kind: 'work', value: 'ivan@example.com', normalized: 'ivan@example.com' }],
    ])
    const deal = await aDeal(api, { contacts: [contact.id] })
    expect(deal.contacts).toEqual([{ id: contact.id, primary: true }])
    const { body } = await api
      .call('patch', `/v1/contacts/${contact.id}`, { companies: { add: [text(company)] } })
      .expect(200)
    expect(body.companies).toEqual([{ id: company.id, primary: true }])
  })

  it('has its faults where it stands', async () => {
    const { body } = await api
      .call('post', '/v1/contacts', { phones: ['12'], emails: ['x'], companies: [999_999, true] })
      .expect(422)
    expect(body.errors).toMatchObject([
      { pointer: '/phones/0', code: 'invalid_phone' },
      { pointer: '/emails/0', code: 'invalid_email' },
      { pointer: '/companies/1', code: 'invalid_type' },
    ])
    const missing = await api.call('post', '/v1/contacts', { firstName: 'A', companies: [999_999] }).expect(422)
    expect(missing.body.errors).toMatchObject([{ pointer: '/companies/0', code: 'not_found_reference' }])
  })
})
