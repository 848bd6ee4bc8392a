import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, asCaller, limitsFor } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ limitsOf: limitsFor })
})
afterAll(() => api.close())

const inStage = (value: string) => ({ field: 'stageId', value })

describe('Several queries', () => {
  it('are answered as single requests would be', async () => {
    const company = await aCompany(api, { title: 'Vector' })
    const contact = await aContact(api, { lastName: 'Орлова', phones: [{ value: '112' }] })
    for (const [amount, currency, stageId] of [
      ['10.50', 'RUB', 'NEW'],
      ['20.00', 'RUB', 'NEW'],
      ['7.00', 'USD', 'NEW'],
      ['5.00', 'RUB', 'PREPARATION'],
    ]) {
      await aDeal(api, { amount, currency, stageId, companyId: company.id, contacts: [{ id: contact.id }] })
    }
    const fields = ['title', 'company.title', 'contacts.phones.value']
    const asked = {
      new: { type: 'deal', search: { filter: inStage('NEW'), fields, limit: 2, count: 'exact', sort: ['-amount'] } },
      facets: { type: 'deal', search: { facets: ['currency', { field: 'stageId', sum: 'amount' }], limit: 1 } },
      number: { type: 'deal', count: { filter: inStage('PREPARATION') } },
      sums: { type: 'deal', count: { facets: [{ field: 'responsibleId', sum: 'amount' }] } },
      words: { type: 'contact', search: { q: 'орлова', expand: ['responsible'] } },
      nobody: { type: 'lead', count: { count: 'estimated' } },
    }
    const { body } = await api.call('post', '/v1/queries', { queries: asked }).expect(200)
    expect(Object.keys(body.results)).toEqual(Object.keys(asked))
    for (const [name, { type, ...request }] of Object.entries(asked)) {
      const [[kind, single]] = Object.entries(request) as [[string, object]]
      const path = `/v1/${{ deal: 'deals', contact: 'contacts', lead: 'leads' }[type]}/${kind}`
      const answer = await api.call('post', path, single).expect(200)
      // A cursor holds the time of its page.
      const page = answer.body.page && { next: answer.body.page.next && expect.any(String), prev: null }
      expect([name, body.results[name]]).toEqual([name, { ...answer.body, ...(page && { page }) }])
    }
    expect(body.results.sums.facets).toEqual({
      responsibleId: [
        {
          value: api.userId,
          count: 4,
          sums: [
            { amount: '35.50', currency: 'RUB' },
            { amount: '7.00', currency: 'USD' },
          ],
        },
      ],
    })
    const { next } = body.results.new.page
    const rest = await api.call('get', `/v1/deals?fields=id&cursor=${next}`).expect(200)
    expect(rest.body.data).toHaveLength(1)
  })

  it('and a read of the contact are all that a contact card needs', async () => {
    const company = await aCompany(api, { title: 'Orchid' })
    const contact = await aContact(api, { lastName: 'Снегова', phones: [{ value: '113' }], companies: [company.id] })
    const deal = await aDeal(api, { title: 'Chairs', amount: '10.00', contacts: [{ id: contact.id }] })
    await aDeal(api, { title: 'Desks', amount: '5.50', stageId: 'WON', contacts: [{ id: contact.id }] })
    const fields = 'lastName,phones.value,companies.title,responsible.id'
    const record = await api.call('get', `/v1/contacts/${contact.id}?fields=${fields}`).expect(200)
    expect(record.body).toEqual({
      ...{ id: contact.id, lastName: 'Снегова', phones: [{ value: '113' }] },
      expanded: { companies: [{ id: company.id, title: 'Orchid' }], responsible: { id: api.userId } },
    })
    const ofContact = { field: 'contacts', value: contact.id }
    const open = { and: [ofContact, { field: 'stageSemantic', value: 'process' }] }
    const { body } = await api
      .call('post', '/v1/queries', {
        queries: {
          open: { type: 'deal', search: { filter: open, fields: ['title'], limit: 10 } },
          deals: { type: 'deal', count: { filter: ofContact, facets: [{ field: 'stageSemantic', sum: 'amount' }] } },
          invoices: { type: 'invoice', count: { filter: ofContact } },
        },
      })
      .expect(200)
    expect(body.results).toEqual({
      open: { data: [{ id: deal.id, title: 'Chairs' }], page: { next: null, prev: null } },
      deals: {
        ...{ total: 2, totalKind: 'exact' },
        facets: {
          stageSemantic: [
            { value: 'process', count: 1, sums: [{ amount: '10.00', currency: 'RUB' }] },
            { value: 'success', count: 1, sums: [{ amount: '5.50', currency: 'RUB' }] },
          ],
        },
      },
      invoices: { total: 0, totalKind: 'exact' },
    })
  })

  it('are refused with the faults of all of them', async () => {
    const queries = {
      'a/b': { type: 'deal', search: { filter: { field: 'stagId', value: 'NEW' }, fields: ['titel'] } },
      type: { type: 'dael', count: {} },
      both: { type: 'deal', search: {}, count: {} },
      none: { type: 'deal' },
      sum: { type: 'deal', count: { facets: [{ field: 'stageId', sum: 'title' }, 'stageId'] } },
    }
    const { body } = await api.call('post', '/v1/queries', { queries }).expect(422)
    expect(body.errors).toMatchObject([
      { pointer: '/queries/a~1b/search/fields', code: 'unknown_field', hint: 'title' },
      { pointer: '/queries/a~1b/search/filter/field', code: 'unknown_field', hint: 'stageId' },
      { pointer: '/queries/type/type', code: 'unknown_type', hint: 'deal' },
      { pointer: '/queries/both/count', code: 'not_allowed_here' },
      { pointer: '/queries/none/search', code: 'required' },
      { pointer: '/queries/sum/count/facets/0/sum', code: 'no_sum' },
      { pointer: '/queries/sum/count/facets/1', code: 'duplicate_value' },
    ])
  })

  it('are at most twenty', async () => {
    const query = { type: 'deal', count: {} }
    const many = (number: number) => Object.fromEntries(Array.from({ length: number }, (_, at) => [`q${at}`, query]))
    await api.call('post', '/v1/queries', { queries: many(20) }).expect(200)
    const { body } = await api.call('post', '/v1/queries', { queries: many(21) }).expect(422)
    expect(body.errors).toMatchObject([{ pointer: '/queries', code: 'too_many' }])
    await api.call('post', '/v1/queries', { queries: {} }).expect(422)
  })

  it('see the same state of the database', async () => {
    const { id } = await aDeal(api, { stageId: 'NEW' })
    const stages = ['NEW', 'PREPARATION']
    const queries = Object.fromEntries(
      stages.map((stage) => {
        const filter = { and: [{ field: 'id', value: id }, inStage(stage)] }
        return [stage, { type: 'deal', search: { filter, fields: ['id'] } }]
      }),
    )
    let isOver = false
    const move = async () => {
      for (let round = 1; !isOver; round++)
        await api.call('patch', `/v1/deals/${id}`, { stageId: stages[round % 2] }).expect(200)
    }
    const moving = move()
    for (let round = 0; round < 30; round++) {
      const { body } = await api.call('post', '/v1/queries', { queries }).expect(200)
      const found = stages.flatMap((stage) => body.results[stage].data)
      expect(found).toEqual([{ id }])
    }
    isOver = true
    await moving
  })

  it('show only what the caller may read', async () => {
    const limited = await asCaller(api, 'Limited')
    const before = await limited.call('post', '/v1/queries', {
      queries: { own: { type: 'contact', count: {} } },
    })
    await aContact(api)
    await aContact(limited)
    const queries = { own: { type: 'contact', count: {} }, list: { type: 'contact', search: { fields: ['comment'] } } }
    const { body } = await limited.call('post', '/v1/queries', { queries }).expect(422)
    expect(body.errors).toMatchObject([{ pointer: '/queries/list/search/fields', code: 'unknown_field' }])
    const counted = await limited.call('post', '/v1/queries', { queries: { own: queries.own } }).expect(200)
    expect(counted.body.results.own.total).toBe(before.body.results.own.total + 1)
  })
})
