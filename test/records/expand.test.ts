import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { systemTypes } from '../../src/entities/types.ts'
import { kindOf } from '../../src/fields/kinds/kinds.ts'
import { type Api, aUser, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, aLead, anInvoice, aQuote, asCaller, limitsFor, read, type Saved } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({
    // Some callers may not read companies or the links to them. All others have the usual limits.
    limitsOf: (caller, type) => {
      if (caller.lastName === 'NoCompanies' && type.code === 'company') return null
      return caller.lastName === 'NoLinks' ? { hidden: ['companyId'] } : limitsFor(caller)
    },
  })
})
afterAll(() => api.close())

const user = (id: number, lastName = 'User') => ({ id, firstName: 'Test', lastName, active: true })

describe('An expanded link', () => {
  let company: Saved
  let contacts: Saved[]
  let deal: Saved
  beforeAll(async () => {
    company = await aCompany(api, { title: 'Expanded' })
    contacts = [await aContact(api), await aContact(api, { phones: [{ value: '112' }] })]
    const [a, b] = contacts.map(({ id }) => ({ id }))
    deal = await aDeal(api, { companyId: company.id, contacts: [b, { ...a, primary: true }] })
  })

  it('is returned beside the ids, in their order, for a record, a list and a search', async () => {
    const expanded = { company, contacts: [contacts[1], contacts[0]], lead: null, responsible: user(api.userId) }
    const names = Object.keys(expanded)
    const single = await api.call('get', `/v1/deals/${deal.id}?expand=${names}`).expect(200)
    expect(single.body).toEqual({ ...deal, expanded })
    const list = await api.call('get', `/v1/deals?filter[id]=${deal.id}&expand=${names}`).expect(200)
    expect(list.body.data).toEqual([{ ...deal, expanded }])
    const asked = { filter: { field: 'id', value: deal.id }, expand: names }
    const search = await api.call('post', '/v1/deals/search', asked).expect(200)
    expect(search.body.data).toEqual([{ ...deal, expanded }])
    const key = { source: 'erp', key: 'expanded' }
    const keyed = (await api.call('patch', `/v1/deals/${deal.id}`, { externalIds: [key] }).expect(200)).body
    const external = await api.call('get', `/v1/deals/external/erp/expanded?expand=${names}`).expect(200)
    expect(external.body).toEqual({ ...keyed, expanded })
    deal = keyed
  })

  it('is returned whatever fields are selected, on every page', async () => {
    const other = await aDeal(api, { companyId: company.id })
    await aDeal(api)
    const path = `/v1/deals?filter[companyId]=${company.id}&sort=id&limit=1&fields=title&expand=company`
    const first = await api.call('get', path).expect(200)
    expect(first.body.data).toEqual([{ id: deal.id, title: deal.title, expanded: { company } }])
    const { next } = first.body.page
    const second = await api.call('get', `/v1/deals?limit=1&fields=id&expand=company&cursor=${next}`).expect(200)
    expect(second.body.data).toEqual([{ id: other.id, expanded: { company } }])
    expect(first.headers.link).toContain('expand=company')
  })

  it('is null if the record is deleted', async () => {
    const gone = await aCompany(api)
    const [kept, lost] = [await aContact(api), await aContact(api)]
    const { id } = await aDeal(api, { companyId: gone.id, contacts: [{ id: lost.id }, { id: kept.id }] })
    await api.call('delete', `/v1/companies/${gone.id}`).expect(204)
    await api.call('delete', `/v1/contacts/${lost.id}`).expect(204)
    const { body } = await api.call('get', `/v1/deals/${id}?expand=company,contacts,quote`).expect(200)
    // Links to deleted records are not shown, so there is nothing to expand.
    expect(body.contacts).toEqual([{ id: kept.id, primary: true }])
    expect(body.expanded).toEqual({ company: null, contacts: [kept], quote: null })
  })

  it('changes the ETag', async () => {
    const path = `/v1/deals/${deal.id}?expand=company`
    const { etag } = (await api.call('get', path).expect(200)).headers
    await api.call('get', path).set('if-none-match', etag!).expect(304)
    await api.call('patch', `/v1/companies/${company.id}`, { comment: 'Another tag' }).expect(200)
    const changed = await api.call('get', path).set('if-none-match', etag!).expect(200)
    expect(changed.body.expanded.company.comment).toBe('Another tag')
    await api.call('get', `/v1/deals/${deal.id}`).set('if-match', etag!).expect(200)
    company = changed.body.expanded.company
  })

  it('shows users by id, name and activity', async () => {
    const { userId } = await aUser(api.db, { lastName: 'Observer' })
    await api.pool.query('update "user" set active = false where id = $1', [userId])
    const { id } = await aLead(api, { observers: [api.userId, userId] })
    const { body } = await api.call('get', `/v1/leads/${id}?expand=observers,createdBy,updatedBy,movedBy`).expect(200)
    const me = user(api.userId)
    expect(body.expanded).toEqual({
      observers: [me, { ...user(userId, 'Observer'), active: false }],
      createdBy: me,
      updatedBy: me,
      movedBy: me,
    })
  })

  it('may be any link of any type', async () => {
    const lead = await aLead(api)
    const quote = await aQuote(api, { leadId: lead.id })
    const linked = await aDeal(api, { leadId: lead.id, quoteId: quote.id })
    const own = await aCompany(api, { isMyCompany: true })
    const invoice = await anInvoice(api, { dealId: linked.id, quoteId: quote.id, myCompanyId: own.id })
    await api.call('patch', `/v1/quotes/${quote.id}`, { dealId: linked.id }).expect(200)
    for (const { plural, fields } of systemTypes) {
      const names = fields.flatMap((field) => (kindOf(field).hops?.(field) ?? []).map(({ name }) => name))
      const { body } = await api.call('get', `/v1/${plural}?expand=${names}&limit=500`).expect(200)
      for (const { expanded } of body.data) expect(Object.keys(expanded)).toEqual(names)
    }
    const { body } = await api.call('get', `/v1/invoices/${invoice.id}?expand=deal,quote,myCompany`).expect(200)
    expect(body.expanded).toEqual({ deal: linked, quote: await read(api, `quotes/${quote.id}`), myCompany: own })
  })

  it.each([
    ['deals?expand=compnay', 'compnay', 'company'],
    ['deals?expand=companyId', 'companyId', 'company'],
    ['deals?expand=title', 'title'],
    ['deals?expand=deal', 'deal'],
    ['deals?expand=company.contacts', 'company.contacts'],
    ['deals/1?expand=contact', 'contact', 'contacts'],
    ['contacts?expand=company', 'company', 'companies'],
  ])('must be a link: %s', async (path, name, hint = '') => {
    const { body } = await api.call('get', `/v1/${path}`).expect(400)
    const told = `Cannot expand ${name}.${hint && ` Did you mean ${hint}?`}`
    const allowed = expect.arrayContaining([path.startsWith('deals') ? 'company' : 'companies', 'responsible'])
    expect(body.errors).toEqual([
      { parameter: 'expand', code: 'not_expandable', message: told, allowed, ...(hint && { hint }) },
    ])
  })

  it('must be a link in a body too, with all faults at once', async () => {
    const { body } = await api.call('post', '/v1/deals/search', { expand: ['x', 'company', 'contact'] }).expect(422)
    expect(body.errors).toMatchObject([
      { pointer: '/expand', code: 'not_expandable' },
      { pointer: '/expand', code: 'not_expandable', hint: 'contacts' },
    ])
    await api.call('get', '/v1/deals?expand=company,company').expect(200)
    await api.call('get', '/v1/deals/export?expand=company').expect(400)
  })

  it('may return at most ten thousand records', async () => {
    const title = 'Crowd'
    const deals = [await aDeal(api, { title }), await aDeal(api, { title })]
    await api.pool.query(
      `with crowd as (
        insert into contact (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, participates_in_export, last_name)
        select 1, 1, now(), 1, now(), true, '{}', true, 'Crowd' from generate_series(1, 10001) returning id)
      insert into link (relation, from_type, from_id, to_type, to_id)
      select 'client', 2, case when row_number() over () > 5000 then $1::bigint else $2 end, 3, id from crowd`,
      deals.map(({ id }) => id),
    )
    // Autovacuum does not run here, and the planner needs statistics for a good plan.
    await api.pool.query('analyze contact, link')
    const path = `/v1/deals?filter[title]=${title}&expand=contacts&fields=id`
    const { body } = await api.call('get', path).expect(400)
    expect(body.errors).toEqual([{ parameter: 'expand', code: 'too_many', message: 'At most 10000 are allowed.' }])
    const half = await api.call('get', `${path}&limit=1`).expect(200)
    expect(half.body.data[0].expanded.contacts.length).toBeGreaterThanOrEqual(5000)
  })
})

describe('A caller with limited rights', () => {
  it('gets null for unreadable records, and only the visible fields of the rest', async () => {
    const limited = await asCaller(api, 'Limited')
    const [theirs, ours] = [await aContact(api), await aContact(limited)]
    const hidden = await aCompany(api)
    const deal = await aDeal(limited, { contacts: [{ id: ours.id }] })
    const change = { companyId: hidden.id, contacts: [{ id: theirs.id }, { id: ours.id }] }
    await api.call('patch', `/v1/deals/${deal.id}`, change).expect(200)
    const { body } = await limited.call('get', `/v1/deals/${deal.id}?expand=company,contacts`).expect(200)
    expect(body.companyId).toBe(hidden.id)
    expect(body.contacts.map(({ id }: Saved) => id)).toEqual([theirs.id, ours.id])
    expect(body.expanded).toEqual({ company: null, contacts: [null, ours] })
    expect(ours).not.toHaveProperty('comment')
  })

  it('gets a fault for a link in a hidden field', async () => {
    const caller = await asCaller(api, 'NoLinks')
    const { body } = await caller.call('get', '/v1/deals?expand=company').expect(400)
    expect(body.errors).toEqual([
      { parameter: 'expand', code: 'not_expandable', message: 'Cannot expand company.', allowed: expect.any(Array) },
    ])
    expect(body.errors[0].allowed).not.toContain('company')
    const filtered = await caller.call('get', '/v1/deals?filter[company.title]=a').expect(400)
    expect(filtered.body.errors).toMatchObject([{ code: 'unknown_field' }])
  })

  it('gets null for every record of a type without read access', async () => {
    const closed = await asCaller(api, 'NoCompanies')
    const company = await aCompany(api)
    const { id } = await aDeal(api, { companyId: company.id })
    const { body } = await closed.call('get', `/v1/deals/${id}?expand=company&fields=companyId`).expect(200)
    expect(body).toEqual({ id, companyId: company.id, expanded: { company: null } })
  })
})
