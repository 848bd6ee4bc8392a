import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { systemTypes } from '../../src/entities/types.ts'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, aLead, anInvoice, aQuote, aRecord, asCaller, aUserField, read } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({
    limitsOf: ({ lastName }, { code }) => {
      if (lastName === 'No add' && code === 'invoice') return { rows: { add: false } }
      return lastName === 'No read' && code === 'deal' ? { rows: { read: false } } : {}
    },
  })
  for (const typeId of [2, 6]) {
    await aUserField(api, { typeId, code: 'city', kind: 'string', columns: { '': 'text' } })
  }
})
afterAll(() => api.close())

const copy = (path: string, body: object = {}) => api.call('post', `/v1/${path}/copy`, body)

const ofItself = ['id', 'version', 'createdAt', 'updatedAt', 'movedAt', 'number', 'externalIds']
const channels = ['phones', 'emails', 'websites', 'messengers']
/** Returns what a copy has in common with its source. */
function common(record: object): object {
  const entries = Object.entries(record).filter(([name]) => !ofItself.includes(name))
  return Object.fromEntries(
    entries.map(([name, value]) =>
      channels.includes(name) ? [name, value.map(({ id: _, ...rest }: { id: number }) => rest)] : [name, value],
    ),
  )
}

it('needs no body', async () => {
  const { id } = await aDeal(api, { title: 'Shelves' })
  const { body } = await api.call('post', `/v1/deals/${id}/copy`).expect(201)
  expect(body).toMatchObject({ title: 'Shelves', stageId: 'NEW' })
})

describe.each(systemTypes)('A copy of a $code', ({ plural, example }) => {
  it('has the same values, but no external keys', async () => {
    const source = await aRecord(api, plural, { ...example, externalIds: [{ source: 'erp', key: 'K' }] })
    const { body, headers } = await copy(`${plural}/${source.id}`).expect(201)
    expect(headers.location).toBe(`/v1/${plural}/${body.id}`)
    expect(headers.etag).toMatch(/^"1-/)
    expect(body).toEqual(await read(api, `${plural}/${body.id}`))
    expect(body.externalIds).toEqual([])
    const staged = 'stageId' in source && { stageId: body.stageId }
    expect(common(body)).toEqual({ ...common(source), ...staged })
    expect(common(await read(api, `${plural}/${source.id}`))).toEqual(common(source))
  })
})

describe('A copy', () => {
  it('starts in the first stage of the same pipeline, is not repeat by itself, and keeps its client', async () => {
    const [company, contact] = [await aCompany(api), await aContact(api)]
    const client = { companyId: company.id, contacts: [{ id: contact.id }] }
    const source = await aDeal(api, { ...client, stageId: 'WON', beginDate: null, userFields: { city: 'Omsk' } })
    const { body } = await copy(`deals/${source.id}`, { data: { title: 'Again' } }).expect(201)
    expect(body).toMatchObject({
      ...{ title: 'Again', stageId: 'NEW', closedAt: null, beginDate: null, companyId: company.id },
      ...{ contacts: [{ id: contact.id, primary: true }], userFields: { city: 'Omsk' } },
    })
    expect((await copy(`deals/${source.id}`, { data: { stageId: 'EXECUTING' } }).expect(201)).body.stageId).toBe(
      'EXECUTING',
    )
  })

  it('of a paid invoice is not paid', async () => {
    const source = await anInvoice(api, { stageId: 'P' })
    expect(source.paidAt).not.toBeNull()
    const { body } = await copy(`invoices/${source.id}`).expect(201)
    expect(body).toMatchObject({ stageId: 'N', paidAt: null, issueDate: source.issueDate })
    expect(body.number).not.toBe(source.number)
  })

  it('of a deal can be an invoice or a quote with its client, its money and itself', async () => {
    const [company, contact] = [await aCompany(api), await aContact(api)]
    const client = { companyId: company.id, contacts: [{ id: contact.id, primary: true }] }
    const given = { ...client, title: 'Shelves', amount: '48000.00', comment: 'Soon', userFields: { city: 'Omsk' } }
    const deal = await aDeal(api, given)
    const { body: invoice, headers } = await copy(`deals/${deal.id}`, { type: 'invoice' }).expect(201)
    expect(headers.location).toBe(`/v1/invoices/${invoice.id}`)
    expect(invoice).toMatchObject({ ...given, dealId: deal.id, quoteId: null, stageId: 'N', currency: 'RUB' })
    const { body: quote } = await copy(`deals/${deal.id}`, { type: 'quote', data: { terms: 'Now' } }).expect(201)
    expect(quote).toMatchObject({ ...client, dealId: deal.id, leadId: null, amount: '48000.00', terms: 'Now' })
    const { body: second } = await copy(`quotes/${quote.id}`, { type: 'invoice' }).expect(201)
    expect(second).toMatchObject({ ...client, quoteId: quote.id, dealId: deal.id, title: 'Shelves' })
    const { body: other } = await copy(`companies/${company.id}`, { type: 'deal' }).expect(201)
    expect(other).toMatchObject({ companyId: company.id, title: 'Vector' })
  })

  it('keeps the parents that both types have', async () => {
    const related = { parents: ['deal', 'lead'], children: ['invoice'] }
    await api.call('post', '/v1/types', { code: 'visit', title: 'Visit', relations: related }).expect(201)
    const children = { parents: ['visit', 'deal', 'lead'] }
    await api.call('post', '/v1/types', { code: 'report', title: 'Report', relations: children }).expect(201)
    const parents = { dealId: (await aDeal(api)).id, leadId: (await aLead(api)).id }
    const source = await api.call('post', '/v1/types/visit/items', { title: 'Monday', ...parents }).expect(201)
    const visit = `types/visit/items/${source.body.id}`
    const { body: report } = await copy(visit, { type: 'report' }).expect(201)
    expect(report).toMatchObject({ title: 'Monday', visitId: source.body.id, ...parents })
    const { body: invoice } = await copy(visit, { type: 'invoice' }).expect(201)
    expect(invoice).toMatchObject({ visitId: source.body.id, dealId: parents.dealId })
    const { body: same } = await copy(visit).expect(201)
    expect(same).toMatchObject(parents)
  })

  it('is not made with faults, which name their places', async () => {
    const quote = await aQuote(api)
    const faults = async (path: string, body: object) =>
      (await copy(path, body).expect(422)).body.errors.map((one: Record<string, unknown>) => [
        ...[one.pointer, one.code, one.allowed ?? one.hint].filter((part) => part !== undefined),
      ])
    expect(await faults(`quotes/${quote.id}`, { type: 'contact' })).toEqual([
      ['/type', 'not_copied_to', ['deal', 'quote', 'invoice']],
    ])
    expect(await faults('contacts/1', { type: 'inovice', dta: {}, data: [] })).toEqual([
      ['/dta', 'unknown_field', 'data'],
      ['/type', 'unknown_type', ['contact']],
      ['/data', 'invalid_type'],
    ])
    expect(await faults(`quotes/${quote.id}`, { data: { amount: 'x', titel: 'a', dealId: 999_999 } })).toEqual([
      ['/data/titel', 'unknown_field', 'title'],
      ['/data/amount', 'invalid_decimal'],
      ['/data/dealId', 'not_found_reference'],
    ])
  })

  it('needs the right to read the source and to add the copy', async () => {
    const deal = await aDeal(api)
    const send = async (name: string) =>
      (await asCaller(api, name)).call('post', `/v1/deals/${deal.id}/copy`, { type: 'invoice' })
    expect((await send('No add')).body).toMatchObject({ status: 403, code: 'forbidden' })
    expect((await send('No read')).body).toMatchObject({ status: 404, code: 'record_not_found' })
    await api.call('post', '/v1/deals/999999/copy', {}).expect(404)
    const { body } = await api.call('post', `/v1/deals/${deal.id}/copy?dryRun=true`, {}).expect(201)
    await api.call('get', `/v1/deals/${body.id}`).expect(404)
  })
})
