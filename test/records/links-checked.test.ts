import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, read } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

type Told = { errors?: { pointer: string; code: string }[] }
const told = ({ errors = [] }: Told) => errors.map(({ pointer, code }) => `${pointer} ${code}`).sort()

async function refused(method: 'post' | 'patch', path: string, body: object): Promise<string[]> {
  return told((await api.call(method, `/v1/${path}`, body).expect(422)).body)
}

describe('Links are checked together with all other fields', () => {
  it('in a new record', async () => {
    expect(await refused('post', 'deals', { titel: 1, companyId: 99_999, stageId: 'NOPE', amount: 'x' })).toEqual([
      '/amount invalid_decimal',
      '/companyId not_found_reference',
      '/stageId unknown_value',
      '/titel unknown_field',
    ])
    expect(await refused('post', 'contacts', { companies: [{ id: 99_999 }] })).toEqual([
      '/companies/0/id not_found_reference',
      '/firstName identity_required',
    ])
  })

  it('in a change, which leaves the other ends unchanged', async () => {
    const company = await aCompany(api)
    const contact = await aContact(api, { companies: [{ id: company.id }] })
    const body = { companies: [{ id: 99_999 }], observers: [api.userId, 99_998], birthDate: 'x', photo: { id: 9 } }
    expect(await refused('patch', `contacts/${contact.id}`, body)).toEqual([
      '/birthDate invalid_date',
      '/companies/0/id not_found_reference',
      '/observers/1 not_found_reference',
      '/photo/id not_found_reference',
    ])
    expect(await read(api, `companies/${company.id}`)).toMatchObject({ version: 2, contacts: [{ id: contact.id }] })
  })

  it('in the operations of a batch, and the valid operations are done', async () => {
    const key = { source: 'checked', key: '1' }
    const operations = [
      { op: 'create', data: { birthDate: 'x', companies: [{ id: 99_999 }], externalIds: [key] } },
      // The previous operation did not take the key.
      { op: 'create', data: { lastName: 'Good', externalIds: [key] } },
    ]
    const { body } = await api.call('post', '/v1/contacts/batch', { atomic: false, operations }).expect(207)
    expect(body.results.map(({ status }: { status: number }) => status)).toEqual([422, 201])
    expect(told(body.results[0].problem)).toEqual([
      '/operations/0/data/birthDate invalid_date',
      '/operations/0/data/companies/0/id not_found_reference',
      '/operations/0/data/firstName identity_required',
    ])
  })

  it('and other faults are returned beside a key conflict', async () => {
    const key = { source: 'checked', key: '2' }
    await aContact(api, { externalIds: [key] })
    expect(await refused('post', 'contacts', { externalIds: [key], companies: [{ id: 99_999 }] })).toEqual([
      '/companies/0/id not_found_reference',
      '/externalIds duplicate_external_id',
      '/firstName identity_required',
    ])
  })
})

describe('A link to an unknown record returns a fault with its pointer', () => {
  it('in replaced lists and in added items', async () => {
    const [contact, { userId }] = [await aContact(api), await aUser(api.db)]
    const lists = { contacts: [{ id: contact.id }, { id: 99_999 }], observers: [userId, 99_998] }
    const places = ['/contacts/1/id not_found_reference', '/observers/1 not_found_reference']
    expect(await refused('post', 'deals', lists)).toEqual(places)
    const deal = await aDeal(api, { contacts: [{ id: contact.id }] })
    expect(await refused('patch', `deals/${deal.id}`, lists)).toEqual(places)
    const added = { contacts: { add: [{ id: contact.id }, { id: 99_999 }] }, observers: { add: [userId, 99_998] } }
    expect(await refused('patch', `deals/${deal.id}`, added)).toEqual([
      '/contacts/add/1/id not_found_reference',
      '/observers/add/1 not_found_reference',
    ])
  })

  it('in user fields', async () => {
    const path = '/v1/types/deal/fields'
    await api.call('post', path, { code: 'papers', kind: 'file', multiple: true, label: 'Papers' }).expect(201)
    const userFields = { papers: { add: [{ id: 99_997 }] } }
    expect(await refused('post', 'deals', { userFields })).toEqual(['/userFields/papers/add/0/id not_found_reference'])
  })

  it('also if the record was merged into another one or is in the recycle bin', async () => {
    const [merged, survivor, binned] = [await aContact(api), await aContact(api), await aContact(api)]
    const deal = await aDeal(api, { contacts: [{ id: binned.id }] })
    await api.pool.query('update contact set merged_into = $1 where id = $2', [survivor.id, merged.id])
    await api.call('delete', `/v1/contacts/${binned.id}`).expect(204)
    const contacts = [survivor, merged, binned].map(({ id }) => ({ id }))
    expect(await refused('post', 'deals', { contacts })).toEqual([
      '/contacts/1/id merged_record',
      '/contacts/2/id not_found_reference',
    ])
    expect(await refused('patch', `deals/${deal.id}`, { contacts })).toEqual(['/contacts/2/id not_found_reference'])
  })
})
