import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { exportedText } from '../exports/exported.ts'
import { aCompany, aContact, aDeal, aLead, anInvoice, aQuote, asCaller, limitsFor, type Saved } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({
    // One caller may not read companies. All others have the usual limits.
    limitsOf: (caller, type) =>
      caller.lastName === 'NoCompanies' && type.code === 'company' ? null : limitsFor(caller),
  })
})
afterAll(() => api.close())

type Call = Pick<Api, 'call'>
const idsOf = (records: readonly Saved[]) => records.map(({ id }) => id).sort((a, b) => a - b)

/** Returns the ids in a list with the filter in the URL. */
async function listed(plural: string, conditions: Record<string, string>, { call }: Call = api): Promise<number[]> {
  const query = new URLSearchParams(
    Object.entries(conditions).map(([name, value]): [string, string] => [`filter${name}`, value]),
  )
  const { status, body } = await call('get', `/v1/${plural}?${query}&sort=id&limit=500`)
  expect([status, body.errors]).toEqual([200, undefined])
  return body.data.map(({ id }: Saved) => id)
}

async function searched(plural: string, filter: object, { call }: Call = api): Promise<number[]> {
  const { status, body } = await call('post', `/v1/${plural}/search`, { filter, sort: 'id', limit: 500 })
  expect([status, body.errors]).toEqual([200, undefined])
  return body.data.map(({ id }: Saved) => id)
}

describe('A condition over a link', () => {
  it('matches records whose linked record matches', async () => {
    const [vector, scalar] = [await aCompany(api, { title: 'ООО Вектор-Link' }), await aCompany(api)]
    const deals = [await aDeal(api, { companyId: vector.id }), await aDeal(api, { companyId: vector.id })]
    await aDeal(api, { companyId: scalar.id })
    await aDeal(api)
    expect(await listed('deals', { '[company.title][contains]': 'вектор-link' })).toEqual(idsOf(deals))
    expect(await listed('deals', { '[company.title]': 'ООО Вектор-Link' })).toEqual(idsOf(deals))
    expect(await listed('deals', { '[company.id]': `${vector.id}` })).toEqual(idsOf(deals))
    expect(await searched('deals', { field: 'company.title', op: 'startsWith', value: 'ООО ВЕКТОР-' })).toEqual(
      idsOf(deals),
    )
    const { body } = await api.call('post', '/v1/deals/count', {
      filter: { field: 'company.title', op: 'in', value: ['ООО Вектор-Link'] },
    })
    expect(body).toEqual({ total: 2, totalKind: 'exact' })
    const file = await exportedText(
      api.call,
      'deals/export?filter[company.title][contains]=вектор-link&fields=id&mode=raw&sort=id',
    )
    expect(file).toBe(`id\r\n${idsOf(deals).join('\r\n')}\r\n`)
  })

  it('matches if any of several linked records matches', async () => {
    const [anna, oleg] = [
      await aContact(api, { phones: [{ value: '8 (495) 555-01-01' }, { value: '8 (495) 555-01-02' }] }),
      await aContact(api, { lastName: 'Hop', phones: [{ value: '+7 495 555-01-03' }] }),
    ]
    const both = await aDeal(api, { contacts: [{ id: anna.id }, { id: oleg.id }] })
    const one = await aDeal(api, { contacts: [{ id: oleg.id }] })
    expect(await listed('deals', { '[contacts.phones]': '+7 (495) 555 01 02' })).toEqual([both.id])
    expect(await listed('deals', { '[contacts.phones][in]': '84955550102,84955550103' })).toEqual([both.id, one.id])
    expect(await listed('deals', { '[contacts.phones][contains]': '555-01' })).toEqual([both.id, one.id])
    // Different linked records may match different conditions.
    expect(await listed('deals', { '[contacts.phones]': '84955550101', '[contacts.lastName]': 'Hop' })).toEqual([
      both.id,
    ])
  })

  it('follows links stored on the other side and lists of users', async () => {
    const company = await aCompany(api, { title: 'Kept', address: { city: 'Тьмутаракань', lines: ['1', '2'] } })
    const contact = await aContact(api, { companies: [{ id: company.id }], lastName: 'Keeper' })
    const { userId } = await aUser(api.db, { lastName: 'Watcher' })
    await aContact(api)
    const watched = await aContact(api, { observers: [api.userId, userId] })
    expect(await listed('contacts', { '[companies.address.city]': 'Тьмутаракань' })).toEqual([contact.id])
    expect(await listed('contacts', { '[companies.address.lines]': '2', '[companies.id]': `${company.id}` })).toEqual([
      contact.id,
    ])
    expect(await listed('companies', { '[contacts.lastName]': 'Keeper' })).toEqual([company.id])
    expect(await listed('contacts', { '[observers.lastName]': 'Watcher' })).toEqual([watched.id])
  })

  it('follows every link', async () => {
    const lead = await aLead(api, { title: 'Way' })
    const quote = await aQuote(api, { title: 'Way', leadId: lead.id })
    const deal = await aDeal(api, { title: 'Way', leadId: lead.id, quoteId: quote.id })
    const seller = await aCompany(api, { title: 'Way', isMyCompany: true })
    const invoice = await anInvoice(api, { dealId: deal.id, quoteId: quote.id, myCompanyId: seller.id })
    for (const name of ['lead', 'quote'])
      expect(await listed('deals', { [`[${name}.title]`]: 'Way' })).toEqual([deal.id])
    for (const name of ['deal', 'quote', 'myCompany']) {
      expect(await listed('invoices', { [`[${name}.title]`]: 'Way' })).toEqual([invoice.id])
    }
    expect(await listed('quotes', { '[lead.title]': 'Way', '[responsible.active]': 'true' })).toEqual([quote.id])
    for (const name of ['responsible', 'createdBy', 'updatedBy', 'movedBy']) {
      expect(await listed('invoices', { [`[${name}.lastName]`]: 'User', '[id]': `${invoice.id}` })).toEqual([
        invoice.id,
      ])
      expect(await listed('invoices', { [`[${name}.lastName]`]: 'Nobody' })).toEqual([])
    }
  })

  it('has an exact complement', async () => {
    const [a, b] = [await aCompany(api, { industry: 'IT' }), await aCompany(api, { industry: null })]
    const title = 'Complement'
    const [withA, withB, without] = [
      await aDeal(api, { title, companyId: a.id }),
      await aDeal(api, { title, companyId: b.id }),
      await aDeal(api, { title }),
    ]
    const among = (condition: object) => searched('deals', { and: [{ field: 'title', value: title }, condition] })
    const about = (op: string, value: unknown) => among({ field: 'company.industry', op, value })
    expect(await about('eq', 'IT')).toEqual([withA.id])
    expect(await about('ne', 'IT')).toEqual([withB.id, without.id])
    expect(await about('nin', ['IT'])).toEqual([withB.id, without.id])
    expect(await about('isEmpty', true)).toEqual([withB.id, without.id])
    expect(await about('isEmpty', false)).toEqual([withA.id])
    expect(await among({ not: { field: 'company.industry', op: 'ne', value: 'IT' } })).toEqual([withA.id])
    const either = {
      or: [
        { field: 'company.industry', value: 'IT' },
        { field: 'company.id', value: b.id },
      ],
    }
    expect(await among(either)).toEqual([withA.id, withB.id])
    expect(await among({ not: either })).toEqual([without.id])
  })

  it('ignores deleted records', async () => {
    const company = await aCompany(api, { title: 'Gone' })
    const contact = await aContact(api, { lastName: 'Gone' })
    const deal = await aDeal(api, { companyId: company.id, contacts: [{ id: contact.id }] })
    const gone = { '[company.title]': 'Gone', '[contacts.lastName]': 'Gone' }
    expect(await listed('deals', gone)).toEqual([deal.id])
    for (const path of [`companies/${company.id}`, `contacts/${contact.id}`]) {
      await api.call('delete', `/v1/${path}`).expect(204)
    }
    for (const [name, value] of Object.entries(gone)) expect(await listed('deals', { [name]: value })).toEqual([])
  })

  it.each([
    ['filter[company.titel]=a', 'filter[company.titel]', 'unknown_field', 'company.title'],
    ['filter[compnay.titel]=a', 'filter[compnay.titel]', 'unknown_field', 'company.title'],
    ['filter[companyId.title]=a', 'filter[companyId.title]', 'unknown_field', 'company.title'],
    ['filter[company]=1', 'filter[company]', 'unknown_field', 'companyId'],
    ['filter[contacts.adress.city]=a', 'filter[contacts.adress.city]', 'unknown_field', 'contacts.address.city'],
    ['filter[responsible.lastname]=a', 'filter[responsible.lastname]', 'unknown_field', 'responsible.lastName'],
    ['filter[company.contacts.phones]=112', 'filter[company.contacts.phones]', 'unknown_field'],
    ['filter[deal.title]=a', 'filter[deal.title]', 'unknown_field'],
    ['filter[company.]=a', 'filter[company.]', 'unknown_field'],
    ['filter[company.title][gt]=a', 'filter[company.title][gt]', 'operator_not_supported'],
    ['filter[company.annualRevenue]=much', 'filter[company.annualRevenue]', 'invalid_decimal'],
    ['filter[company.industry]=ITT', 'filter[company.industry]', 'unknown_value', 'IT'],
    ['sort=company.title', 'sort', 'links_not_sortable'],
    ['sort=companyId', 'sort', 'links_not_sortable'],
    ['sort=-contacts', 'sort', 'links_not_sortable'],
    ['sort=company.titel', 'sort', 'unknown_field'],
    ['fields=company.titel', 'fields', 'unknown_field', 'company.title'],
  ])('returns its fault: %s', async (query, parameter, code, hint = '') => {
    const { body } = await api.call('get', `/v1/deals?${query}`).expect(400)
    expect(body.errors).toEqual([
      { parameter, code, ...(hint && { hint }), message: expect.any(String), ...allowed(code) },
    ])
  })
  const allowed = (code: string) =>
    ['operator_not_supported', 'unknown_value'].includes(code) ? { allowed: expect.any(Array) } : {}

  it('applies to the next pages', async () => {
    const company = await aCompany(api, { title: 'Paged' })
    const deals: Saved[] = []
    for (let index = 0; index < 5; index++) deals.push(await aDeal(api, { companyId: company.id }))
    await aDeal(api)
    const seen: number[] = []
    let path = '/v1/deals?filter[company.title]=Paged&sort=id&limit=2'
    for (let next: string | null = ''; next !== null; path = `/v1/deals?limit=2&cursor=${next}`) {
      const { body } = await api.call('get', path).expect(200)
      seen.push(...body.data.map(({ id }: Saved) => id))
      next = body.page.next
    }
    expect(seen).toEqual(idsOf(deals))
  })
})

describe('A filter over a link', () => {
  it('does not reveal records that the caller may not read', async () => {
    const limited = await asCaller(api, 'Limited')
    const [theirs, ours] = [await aCompany(api, { title: 'Secret' }), await aCompany(limited, { title: 'Open' })]
    const [a, b] = [await aDeal(limited), await aDeal(limited, { companyId: ours.id })]
    await api.call('patch', `/v1/deals/${a.id}`, { companyId: theirs.id }).expect(200)
    expect(await listed('deals', { '[company.title]': 'Secret' })).toEqual([a.id])
    expect(await listed('deals', { '[company.title]': 'Secret' }, limited)).toEqual([])
    expect(await listed('deals', { '[company.title][isEmpty]': 'false' }, limited)).toEqual([b.id])
    // The result is as if there were no company, and so is its complement.
    expect(await listed('deals', { '[company.title][ne]': 'Open' }, limited)).toEqual([a.id])
    expect(await listed('deals', { '[company.title][isEmpty]': 'true' }, limited)).toEqual([a.id])
  })

  it('refuses a field that is hidden from the caller', async () => {
    const limited = await asCaller(api, 'Limited')
    for (const name of ['company.comment', 'contacts.utm.source', 'company.utm.source']) {
      const { body } = await limited.call('get', `/v1/deals?filter[${name}]=a`).expect(400)
      expect(body.errors).toEqual([
        { parameter: `filter[${name}]`, code: 'unknown_field', message: `There is no field ${name}.` },
      ])
      await api.call('get', `/v1/deals?filter[${name}]=a`).expect(200)
    }
  })

  it('treats a type without read access as empty and its fields as unknown', async () => {
    const closed = await asCaller(api, 'NoCompanies')
    const company = await aCompany(api, { title: 'Closed' })
    const deal = await aDeal(api, { title: 'Behind', companyId: company.id })
    expect(await listed('deals', { '[companyId]': `${company.id}` }, closed)).toEqual([deal.id])
    await closed.call('get', '/v1/companies').expect(403)
    const { body } = await closed.call('get', '/v1/deals?filter[company.title]=Closed').expect(400)
    expect(body.errors).toMatchObject([{ code: 'unknown_field' }])
    expect(await listed('deals', { '[company.id]': `${company.id}` }, closed)).toEqual([])
    const refused = await closed.call('post', '/v1/deals', { companyId: company.id }).expect(422)
    expect(refused.body.errors).toMatchObject([{ pointer: '/companyId', code: 'not_found_reference' }])
    const file = await exportedText(closed.call, `deals/export?filter[id]=${deal.id}&fields=title,companyId`)
    expect(file).toBe(
      `\uFEFFName of the deal,Company\r\nBehind,#${company.id}\r\n`.replace('Name of the deal', 'Deal name'),
    )
  })

  it('accepts only the visible fields of users', async () => {
    const { userId } = await aUser(api.db, { lastName: 'Sales' })
    await api.pool.query(`update "user" set email = 'sales@vector.example' where id = $1`, [userId])
    await api.pool.query('insert into user_department (user_id, department_id) values ($1, 1)', [userId])
    const deal = await aDeal(api, { responsibleId: userId })
    expect(await listed('deals', { '[responsible.lastName]': 'Sales' })).toEqual([deal.id])
    expect(
      await listed('deals', { '[responsible.departmentIds]': '1', '[responsible.email][contains]': '@VECTOR' }),
    ).toEqual([deal.id])
    const { userId: id, key } = await aUser(api.db, { lastName: 'Plain' })
    expect(id).toEqual(expect.any(Number))
    const plain = { call: api.as(key) }
    expect(await listed('deals', { '[responsible.lastName]': 'Sales' }, plain)).toEqual([deal.id])
    for (const name of ['departmentIds', 'email']) {
      const { body } = await plain.call('get', `/v1/deals?filter[responsible.${name}]=1`).expect(400)
      expect(body.errors).toMatchObject([{ code: 'unknown_field' }])
    }
  })
})
