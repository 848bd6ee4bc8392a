import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { systemTypes } from '../../src/entities/types.ts'
import { kindOf } from '../../src/fields/kinds/kinds.ts'
import { type Api, aUser, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, anInvoice, aQuote, aRecord, asCaller, limitsOf, read, type Saved } from '../seed.ts'

/** Every link that a request may set, with its target type. */
const links = systemTypes.flatMap(({ plural, fields }) =>
  fields.flatMap((field) => {
    const [hop] = field.readOnly ? [] : (kindOf(field).hops?.(field) ?? [])
    const type = systemTypes.find(({ code }) => code === hop?.to)
    return type ? [{ plural, field: field.code, isMany: kindOf(field).rows === 'link', to: type }] : []
  }),
)
let api: Api
beforeAll(async () => {
  api = await startApi({ limitsOf })
})
afterAll(() => api.close())

describe('Every link', () => {
  const linked = (plural: string, fields: object = {}) =>
    aRecord(api, plural, { ...(plural === 'contacts' ? { lastName: 'Linked' } : { title: 'Linked' }), ...fields })

  it.each(links.map(({ plural, field, ...rest }) => [plural, field, rest] as const))(
    '%s.%s accepts existing records only',
    async (plural, field, { isMany, to }) => {
      const [own, place] = [field === 'myCompanyId' ? { isMyCompany: true } : {}, isMany ? '/0/id' : '']
      const linkTo = (id: number) => (isMany ? [{ id }] : id)
      const targets: Saved[] = []
      while (targets.length < 4) targets.push(await linked(to.plural, own))
      const [target, deleted, merged, survivor] = targets as [Saved, Saved, Saved, Saved]
      const record = await linked(plural, { [field]: linkTo(target.id) })
      expect(record[field]).toEqual(isMany ? [{ id: target.id, primary: true }] : target.id)
      await api.call('delete', `/v1/${to.plural}/${deleted.id}`).expect(204)
      await api.pool.query(`update ${to.code} set merged_into = $1 where id = $2`, [survivor.id, merged.id])
      const faultOf = async (id: number) => {
        const { body } = await api.call('patch', `/v1/${plural}/${record.id}`, { [field]: linkTo(id) }).expect(422)
        return body.errors
      }
      const pointer = `/${field}${place}`
      for (const id of [deleted.id, 8_000_001]) {
        const message = `There is no ${to.code} ${id}.`
        expect(await faultOf(id)).toEqual([{ pointer, code: 'not_found_reference', message }])
      }
      expect(await faultOf(merged.id)).toEqual([
        {
          ...{ pointer, code: 'merged_record', allowed: [String(survivor.id)] },
          message: `The ${to.code} ${merged.id} was merged into ${survivor.id}. Use ${survivor.id}.`,
        },
      ])
    },
  )

  it('to a merged record names the final survivor, if the caller may read it', async () => {
    const [first, second, last] = [await aCompany(api), await aCompany(api), await aCompany(api)]
    const merge = (loser: Saved, into: Saved) =>
      api.pool.query('update company set merged_into = $1 where id = $2', [into.id, loser.id])
    await merge(first, second)
    await merge(second, last)
    const { body } = await api.call('post', '/v1/invoices', { companyId: first.id, myCompanyId: second.id }).expect(422)
    expect(body.errors).toMatchObject([
      { pointer: '/companyId', code: 'merged_record', allowed: [String(last.id)] },
      { pointer: '/myCompanyId', code: 'merged_record', allowed: [String(last.id)] },
    ])
    const limited = await asCaller(api, 'Limited')
    const refused = await limited.call('post', '/v1/invoices', { companyId: first.id }).expect(422)
    expect(refused.body.errors).toMatchObject([{ pointer: '/companyId', code: 'not_found_reference' }])
  })

  it('from a child lists the children of a record', async () => {
    const deal = await aDeal(api)
    const quote = await aQuote(api, { dealId: deal.id })
    const invoices = [await anInvoice(api, { dealId: deal.id }), await anInvoice(api, { dealId: deal.id })]
    await anInvoice(api, { quoteId: quote.id })
    const { body } = await api.call('get', `/v1/invoices?filter[dealId]=${deal.id}&sort=id`).expect(200)
    expect(body.data).toEqual(invoices)
    const quotes = await api.call('get', `/v1/quotes?filter[dealId]=${deal.id}`).expect(200)
    expect(quotes.body.data).toEqual([quote])
  })
})

it('Each record has its own responsible', async () => {
  const { userId } = await aUser(api.db, { lastName: 'Successor' })
  const contact = await aContact(api)
  const company = await aCompany(api, { contacts: [{ id: contact.id }], isMyCompany: true })
  const client = { companyId: company.id, contacts: [{ id: contact.id }] }
  const deal = await aDeal(api, client)
  const quote = await aQuote(api, { ...client, dealId: deal.id })
  const invoice = await anInvoice(api, { ...client, dealId: deal.id, quoteId: quote.id, myCompanyId: company.id })
  await api.call('patch', `/v1/companies/${company.id}`, { responsibleId: userId }).expect(200)
  await api.call('patch', `/v1/deals/${deal.id}`, { responsibleId: userId }).expect(200)
  for (const [plural, { id }] of Object.entries({ quotes: quote, contacts: contact, invoices: invoice })) {
    expect((await read(api, `${plural}/${id}`)).responsibleId).toBe(api.userId)
  }
  expect((await aDeal(api, client)).responsibleId).toBe(api.userId)
})
