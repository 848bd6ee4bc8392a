import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, aLead, anInvoice, read, type Saved } from '../seed.ts'
import { storedDifferently } from '../stored-twice.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  const crm = { code: 'partner', kind: 'crm', label: 'Partner', settings: { types: ['company', 'contact'] } }
  await api.call('post', '/v1/types/deal/fields', crm).expect(201)
  await api.call('post', '/v1/types/contact/fields', { code: 'city', kind: 'string', label: 'City' }).expect(201)
})
afterAll(() => api.close())

/** Merges records and returns the response. */
async function merged(plural: string, [survivor, ...others]: readonly Saved[], more: object = {}, query = '') {
  const body = { survivorId: survivor!.id, ids: others.map(({ id }) => id), ...more }
  const response = await api.call('post', `/v1/${plural}/merge${query}`, body)
  expect({ status: response.status, body: response.body }).toMatchObject({ status: 200 })
  return response.body
}

const primary = (id: number) => ({ id, primary: true })
const second = (id: number) => ({ id, primary: false })

describe('merging fills the survivor', () => {
  it('keeps its values, fills empty ones in the order of the request, and lists the conflicts', async () => {
    const survivor = await aContact(api, { firstName: 'Ivan', userFields: { city: null } })
    const first = await aContact(api, { firstName: 'Vanya', lastName: 'Petrov', comment: 'first' })
    const last = await aContact(api, { firstName: 'Ivan', lastName: 'Petrow', userFields: { city: 'Omsk' } })
    const { id, record, moved, conflicts } = await merged('contacts', [survivor, first, last])
    expect(record).toEqual({
      ...survivor,
      ...{ version: 2, updatedAt: expect.any(String), lastName: 'Petrov', comment: 'first' },
      userFields: { city: 'Omsk' },
    })
    expect(moved).toEqual({})
    expect(conflicts).toEqual([
      {
        ...{ field: 'firstName', chosenId: survivor.id, decision: 'survivor' },
        values: [
          { id: survivor.id, value: 'Ivan' },
          { id: first.id, value: 'Vanya' },
          { id: last.id, value: 'Ivan' },
        ],
      },
      {
        ...{ field: 'lastName', chosenId: first.id, decision: 'order' },
        values: [
          { id: first.id, value: 'Petrov' },
          { id: last.id, value: 'Petrow' },
        ],
      },
    ])
    expect(id).toEqual(expect.any(Number))
    expect(await read(api, `contacts/${survivor.id}`)).toEqual(record)
  })

  it('with the chosen values, also with an empty one', async () => {
    const survivor = await aContact(api, { firstName: 'Ivan', comment: 'mine' })
    const other = await aContact(api, { firstName: 'Vanya' })
    const choices = { firstName: other.id, comment: other.id }
    const { record, conflicts } = await merged('contacts', [survivor, other], { choices })
    expect(record).toMatchObject({ firstName: 'Vanya', comment: null })
    expect(conflicts).toMatchObject([{ field: 'firstName', chosenId: other.id, decision: 'choice' }])
  })

  it('with the lists of all records without repeats', async () => {
    const [work, mobile] = ['8 (495) 123-45-67', '+7 945 765-43-21']
    const survivor = await aContact(api, {
      phones: [{ kind: 'work', value: work }],
      externalIds: [{ source: 'erp', key: 'A' }],
      observers: [api.userId],
    })
    const other = await aContact(api, {
      phones: [
        { kind: 'mobile', value: '+74951234567' },
        { kind: 'mobile', value: mobile },
      ],
      emails: [{ value: 'ivan@vector.example' }],
      externalIds: [{ source: 'erp', key: 'B' }],
      observers: [api.userId],
    })
    const { record } = await merged('contacts', [survivor, other])
    expect(record.phones).toEqual([
      (survivor.phones as object[])[0],
      { id: expect.any(Number), kind: 'mobile', value: mobile, normalized: '+79457654321' },
    ])
    expect(record.emails).toMatchObject([{ value: 'ivan@vector.example' }])
    expect(record.observers).toEqual([api.userId])
    expect(record.externalIds).toEqual([
      { source: 'erp', key: 'A' },
      { source: 'erp', key: 'B' },
    ])
    expect((await read(api, 'contacts/external/erp/B')).id).toBe(survivor.id)
    expect(await storedDifferently(async (query) => (await api.pool.query(query)).rows)).toEqual([])
  })

  it('takes an amount and its currency from one record', async () => {
    const survivor = await aLead(api, { title: 'A' })
    const other = await aLead(api, { title: 'A', amount: '100.00', currency: 'USD' })
    const { record } = await merged('leads', [survivor, other])
    expect(record).toMatchObject({ amount: '100.00', currency: 'USD' })
  })

  it('keeps a contact out of exports if one of them is', async () => {
    const [survivor, other] = [await aContact(api), await aContact(api, { participatesInExport: false })]
    const { record, conflicts } = await merged('contacts', [survivor, other])
    expect(record.participatesInExport).toBe(false)
    expect(conflicts).toMatchObject([{ field: 'participatesInExport', chosenId: other.id, decision: 'rule' }])
  })
})

describe('merging moves references', () => {
  it('of columns, links and user fields, without new versions', async () => {
    const [survivor, other] = [await aCompany(api), await aCompany(api)]
    const contact = await aContact(api, { companies: [{ id: other.id }] })
    const deal = await aDeal(api, { companyId: other.id, userFields: { partner: { type: 'company', id: other.id } } })
    const invoice = await anInvoice(api, { companyId: other.id })
    const before = await read(api, `contacts/${contact.id}`)
    const { record, moved } = await merged('companies', [survivor, other])
    expect(moved).toEqual({ deal: 2, invoice: 1 })
    expect(record.contacts).toEqual([primary(contact.id)])
    expect(await read(api, `deals/${deal.id}`)).toEqual({
      ...deal,
      ...{ companyId: survivor.id, userFields: { partner: { type: 'company', id: survivor.id } } },
    })
    expect((await read(api, `invoices/${invoice.id}`)).companyId).toBe(survivor.id)
    expect(await read(api, `contacts/${contact.id}`)).toEqual({ ...before, companies: [primary(survivor.id)] })
  })

  it('and keeps the order and the primary link of the lists', async () => {
    const [survivor, other, third] = [await aContact(api), await aContact(api), await aContact(api)]
    const links = (...ids: number[]) => ids.map((id) => ({ id }))
    const both = await aDeal(api, {
      contacts: [{ id: third.id }, { id: other.id, primary: true }, { id: survivor.id }],
    })
    const one = await aDeal(api, { contacts: links(third.id, other.id) })
    const company = await aCompany(api, { contacts: [...links(third.id), { id: other.id, primary: true }] })
    const own = await aCompany(api, { contacts: links(survivor.id) })
    const { record } = await merged('contacts', [survivor, other])
    expect((await read(api, `deals/${both.id}`)).contacts).toEqual([second(third.id), primary(survivor.id)])
    expect((await read(api, `deals/${one.id}`)).contacts).toEqual([primary(third.id), second(survivor.id)])
    expect((await read(api, `companies/${company.id}`)).contacts).toEqual([second(third.id), primary(survivor.id)])
    expect(record.companies).toEqual([primary(own.id), second(company.id)])
  })

  it('but not between the records that become one', async () => {
    const fields = [
      { code: 'boss', kind: 'crm', label: 'Boss', settings: { types: ['contact'] } },
      { code: 'team', kind: 'crm', multiple: true, label: 'Team', settings: { types: ['contact'] } },
    ]
    for (const field of fields) await api.call('post', '/v1/types/contact/fields', field).expect(201)
    const survivor = await aContact(api)
    const contact = { type: 'contact', id: survivor.id }
    const other = await aContact(api, { userFields: { boss: contact, team: [contact] } })
    const { record } = await merged('contacts', [survivor, other])
    expect(record.userFields).toMatchObject({ boss: null, team: null })
  })
})

describe('the id of a merged record', () => {
  it('leads to the survivor when it is read', async () => {
    const [survivor, middle, other] = [await aContact(api), await aContact(api), await aContact(api)]
    await merged('contacts', [middle, other])
    await merged('contacts', [survivor, middle])
    const { headers, body } = await api.call('get', `/v1/contacts/${other.id}`).expect(200)
    expect(headers['content-location']).toBe(`/v1/contacts/${survivor.id}`)
    expect(body).toEqual({ mergedInto: survivor.id, ...(await read(api, `contacts/${survivor.id}`)) })
    const { body: cut } = await api.call('get', `/v1/contacts/${other.id}?fields=lastName`).expect(200)
    expect(cut).toEqual({ mergedInto: survivor.id, id: survivor.id, lastName: null })
  })

  it('is refused in writes and links, with the id of the survivor', async () => {
    const [survivor, other] = [await aContact(api), await aContact(api)]
    await merged('contacts', [survivor, other])
    const problem = {
      ...{ status: 409, code: 'record_merged', survivorId: survivor.id },
      detail: `The contact ${other.id} was merged into ${survivor.id}. Use ${survivor.id}.`,
    }
    const path = `/v1/contacts/${other.id}`
    expect((await api.call('patch', path, { comment: 'a' }).expect(409)).body).toMatchObject(problem)
    expect((await api.call('delete', path).expect(409)).body).toMatchObject(problem)
    expect((await api.call('post', `${path}/copy`, {}).expect(409)).body).toMatchObject(problem)
    const operations = [{ op: 'delete', id: other.id }]
    const { body } = await api.call('post', '/v1/contacts/batch', { operations }).expect(422)
    expect(body.results).toMatchObject([{ status: 409, problem }])
    const again = { survivorId: survivor.id, ids: [survivor.id, other.id] }
    expect((await api.call('post', '/v1/contacts/merge', again).expect(422)).body.errors).toMatchObject([
      { pointer: '/ids/1', code: 'merged_record', allowed: [String(survivor.id)] },
    ])
    await api.call('post', '/v1/deals', { contacts: [{ id: other.id }] }).expect(422)
  })
})

it('a dry run shows the same and changes nothing', async () => {
  const [survivor, other] = [await aCompany(api), await aCompany(api, { comment: 'kept' })]
  await aDeal(api, { companyId: other.id })
  const { id, record, moved } = await merged('companies', [survivor, other], {}, '?dryRun=true')
  expect({ id, comment: record.comment, moved }).toEqual({ id: null, comment: 'kept', moved: { deal: 1 } })
  expect(await read(api, `companies/${survivor.id}`)).toEqual(survivor)
  const done = await merged('companies', [survivor, other])
  expect({ ...done, id: null }).toEqual({
    id: null,
    record: { ...record, updatedAt: done.record.updatedAt },
    moved,
    conflicts: [],
  })
})

it('history tells what came over in one entry, and includes the merged records', async () => {
  const [survivor, other] = [await aContact(api), await aContact(api, { lastName: 'Petrov' })]
  await merged('contacts', [survivor, other])
  const { body } = await api.call('get', `/v1/contacts/${survivor.id}/history`).expect(200)
  expect(body.data[0]).toMatchObject({
    ...{ kind: 'merged', via: 'merge', version: 2, actorId: api.userId },
    changes: [{ field: 'lastName', old: null, new: 'Petrov' }],
  })
  const entries = (body.data as { kind: string; recordId?: number }[]).map(({ kind, recordId }) => [kind, recordId])
  expect(entries.toSorted()).toEqual(
    [
      ['created', undefined],
      ['created', other.id],
      ['merged', undefined],
    ].toSorted(),
  )
})

it('merges are listed for those who may read the survivor', async () => {
  const [survivor, other] = [await aContact(api), await aContact(api)]
  const { id } = await merged('contacts', [survivor, other])
  const merge = {
    ...{ id, type: 'contact', survivorId: survivor.id, ids: [other.id], at: expect.any(String), by: api.userId },
    ...{ jobId: null, undoneAt: null, undoneBy: null },
  }
  expect((await api.call('get', `/v1/merges/${id}`).expect(200)).body).toEqual(merge)
  const list = await api.call('get', `/v1/merges?type=contact&recordId=${other.id}`).expect(200)
  expect(list.body).toEqual({ data: [merge], page: { next: null, prev: null } })
  expect((await api.call('get', '/v1/merges/999999').expect(404)).body.code).toBe('merge_not_found')
})

it('the faults of a request are reported together', async () => {
  const [survivor, other] = [await aContact(api), await aContact(api)]
  const choices = { lastNam: other.id, phones: other.id, createdAt: other.id, comment: 999 }
  const body = { survivorId: survivor.id, ids: [other.id, other.id], choices }
  const faults = (await api.call('post', '/v1/contacts/merge', body).expect(422)).body.errors
  expect(faults).toMatchObject([
    { pointer: '/ids/1', code: 'duplicate_value' },
    { pointer: '/choices/lastNam', code: 'unknown_field', hint: 'lastName' },
    { pointer: '/choices/phones', code: 'joined_values' },
    { pointer: '/choices/createdAt', code: 'read_only' },
    { pointer: '/choices/comment', code: 'unknown_value', allowed: [String(survivor.id), String(other.id)] },
  ])
  const alone = { survivorId: survivor.id, ids: [survivor.id] }
  expect((await api.call('post', '/v1/contacts/merge', alone).expect(422)).body.errors).toMatchObject([
    { pointer: '/ids', code: 'too_few' },
  ])
})
