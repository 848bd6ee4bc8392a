import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aContact, aDeal, aLead, aQuote, asCaller, read, type Saved } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({
    limitsOf: ({ lastName }, { code }) => {
      if (lastName === 'Half blind' && code === 'quote') return { rows: { read: false } }
      return lastName === 'No delete' && code === 'deal' ? { rows: { delete: false } } : {}
    },
  })
})
afterAll(() => api.close())

type Made = Record<'deal' | 'contact' | 'company', { id: number }>
const all = { deal: true, contact: true, company: true }
const convert = async (id: number, body: object = all): Promise<Made> =>
  (await api.call('post', `/v1/leads/${id}/convert`, body).expect(200)).body
const revert = (id: number, query = '') => api.call('post', `/v1/leads/${id}/conversion/revert${query}`)
const aConverted = async (fields: object = {}): Promise<{ lead: Saved; made: Made }> => {
  const lead = await aLead(api, { firstName: 'Anna', companyTitle: 'Vector', ...fields })
  return { lead, made: await convert(lead.id) }
}
const dependents = async (id: number) => {
  const { body } = await revert(id).expect(409)
  expect(body.code).toBe('conversion_in_use')
  return body.dependents
}

describe('Undoing a conversion', () => {
  it('moves what it created to the recycle bin and takes the lead back, so that it can be converted again', async () => {
    const earlier = await aContact(api)
    const { lead, made } = await aConverted({ stageId: 'IN_PROCESS', contacts: [{ id: earlier.id }], isRepeat: false })
    const { body } = await revert(lead.id).expect(200)
    expect(body).toEqual({
      ...Object.fromEntries(Object.entries(made).map(([name, { id }]) => [name, { id, isNew: true }])),
      ...{ at: expect.any(String), by: api.userId, undoneAt: expect.any(String), undoneBy: api.userId },
    })
    const back = await read(api, `leads/${lead.id}`)
    expect(back).toEqual({
      ...lead,
      ...{ version: 3, updatedAt: expect.any(String), movedAt: back.updatedAt },
    })
    for (const [name, { id }] of Object.entries(made)) {
      await api.call('get', `/v1/${name === 'company' ? 'companies' : `${name}s`}/${id}`).expect(404)
    }
    const { body: bin } = await api.call('get', '/v1/recycle-bin')
    expect(bin.data.map(({ id }: { id: string }) => id).toSorted()).toEqual(
      [`C_${made.contact.id}`, `CO_${made.company.id}`, `D_${made.deal.id}`].toSorted(),
    )
    await revert(lead.id).expect(404)
    const again = await convert(lead.id)
    expect(again.deal.id).not.toBe(made.deal.id)
    expect((await api.call('get', `/v1/leads/${lead.id}/conversion`)).body).toMatchObject({
      deal: { id: again.deal.id },
      undoneAt: null,
    })
  })

  it('keeps chosen records and takes back only their links', async () => {
    const [contact, deal] = [await aContact(api), await aDeal(api)]
    const lead = await aLead(api, { companyTitle: 'Vector' })
    const made = await convert(lead.id, { company: true, contact: { id: contact.id }, deal: { id: deal.id } })
    await revert(lead.id).expect(200)
    expect(await read(api, `contacts/${contact.id}`)).toMatchObject({ companies: [] })
    expect(await read(api, `deals/${deal.id}`)).toEqual(deal)
    expect(await read(api, `leads/${lead.id}`)).toMatchObject({ companyId: null, contacts: [], stageId: 'NEW' })
    await api.call('get', `/v1/companies/${made.company.id}`).expect(404)
  })

  it('keeps what was changed in the lead since, and counts what is deleted already as gone', async () => {
    const { lead, made } = await aConverted()
    await api.call('patch', `/v1/leads/${lead.id}`, { comment: 'Later' }).expect(200)
    await api.call('delete', `/v1/deals/${made.deal.id}`).expect(204)
    await revert(lead.id).expect(200)
    expect(await read(api, `leads/${lead.id}`)).toMatchObject({ comment: 'Later', stageId: 'NEW', closedAt: null })
  })

  it('shows with a dry run whether it is possible, and saves nothing', async () => {
    const { lead, made } = await aConverted()
    await revert(lead.id, '?dryRun=true').expect(200)
    expect(await read(api, `deals/${made.deal.id}`)).toMatchObject({ version: 1 })
    await revert(lead.id).expect(200)
  })

  it('puts the lead into the first stage if its earlier stage is gone', async () => {
    await api.pool.query(`insert into stage (pipeline_id, code, name, semantic, color, sort)
      values (1, 'SHORT', '{"en": "s", "ru": "s"}', 'process', '#000000', 25)`)
    const { lead } = await aConverted({ stageId: 'SHORT' })
    await api.pool.query(`delete from stage where code = 'SHORT'`)
    await revert(lead.id).expect(200)
    expect(await read(api, `leads/${lead.id}`)).toMatchObject({ stageId: 'NEW', stageSemantic: 'process' })
  })
})

describe('A conversion cannot be undone', () => {
  it('after a created record was changed', async () => {
    const { lead, made } = await aConverted()
    await api.call('patch', `/v1/contacts/${made.contact.id}`, { comment: 'Nice' }).expect(200)
    expect(await dependents(lead.id)).toEqual([{ type: 'contact', id: made.contact.id, reason: 'changed' }])
    expect(await read(api, `leads/${lead.id}`)).toMatchObject({ stageId: 'CONVERTED', version: 2 })
  })

  it('while other records refer to a created one, each of them named', async () => {
    const { lead, made } = await aConverted()
    const quote = await aQuote(api, { dealId: made.deal.id, companyId: made.company.id })
    const deal = await aDeal(api, { contacts: [{ id: made.contact.id }] })
    expect(await dependents(lead.id)).toEqual([
      { type: 'quote', id: quote.id, reason: 'refers' },
      { type: 'deal', id: deal.id, reason: 'refers' },
    ])
    await api.call('delete', `/v1/quotes/${quote.id}`).expect(204)
    await api.call('delete', `/v1/deals/${deal.id}`).expect(204)
    await revert(lead.id).expect(200)
  })

  it('while a record that the caller may not read refers to one, which is named instead', async () => {
    const { lead, made } = await aConverted()
    await aQuote(api, { dealId: made.deal.id })
    const caller = await asCaller(api, 'Half blind')
    const { body } = await caller.call('post', `/v1/leads/${lead.id}/conversion/revert`).expect(409)
    expect(body.dependents).toEqual([{ type: 'deal', id: made.deal.id, reason: 'refers' }])
  })

  it('after the lead moved on', async () => {
    const { lead } = await aConverted()
    await api.call('patch', `/v1/leads/${lead.id}`, { stageId: 'JUNK' }).expect(200)
    expect(await dependents(lead.id)).toEqual([{ type: 'lead', id: lead.id, reason: 'changed' }])
  })

  it('without the right to delete what was created', async () => {
    const { lead, made } = await aConverted()
    const caller = await asCaller(api, 'No delete')
    await caller.call('post', `/v1/leads/${lead.id}/conversion/revert`).expect(403)
    expect(await read(api, `contacts/${made.contact.id}`)).toMatchObject({ id: made.contact.id })
    expect(await read(api, `leads/${lead.id}`)).toMatchObject({ stageId: 'CONVERTED' })
  })

  it('of a lead that was never converted, or with another version', async () => {
    const { id } = await aLead(api)
    expect((await revert(id).expect(404)).body.code).toBe('not_converted')
    await revert(999_999).expect(404)
    const { lead } = await aConverted()
    await revert(lead.id).set('if-match', '"1"').expect(412)
  })
})

it('forgets purged targets, and the conversion of a purged lead', async () => {
  const { lead, made } = await aConverted()
  const purge = async (path: string, entry: string) => {
    await api.call('delete', `/v1/${path}`).expect(204)
    await api.call('delete', `/v1/recycle-bin/${entry}`).expect(204)
  }
  await purge(`deals/${made.deal.id}`, `D_${made.deal.id}`)
  const { body } = await api.call('get', `/v1/leads/${lead.id}/conversion`).expect(200)
  expect(Object.keys(body).toSorted()).toEqual(['at', 'by', 'company', 'contact', 'undoneAt', 'undoneBy'])
  await purge(`leads/${lead.id}`, `L_${lead.id}`)
  const { rows } = await api.pool.query('select id from conversion where record_id = $1', [lead.id])
  expect(rows).toEqual([])
})
