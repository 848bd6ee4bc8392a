import { describe, expect, it } from '@jest/globals'
import { aCompany, aContact, aDeal, aLead, aUserField, noAddress, read } from '../seed.ts'
import { anna, withConversions } from './conversions.ts'

const { api, convert } = withConversions()

const stamps = ['id', 'version', 'createdAt', 'updatedAt', 'movedAt', 'pipelineId']
const without = (record: object, ...names: string[]) =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)))

describe('A lead converted to a deal, a contact and a company', () => {
  it('makes all three, links them both ways and is closed', async () => {
    const lead = await aLead(api, anna)
    const { body } = await convert(lead.id, { deal: true, contact: true, company: true }).expect(200)
    const { deal, contact, company } = body
    expect(body).toEqual({
      deal: { id: expect.any(Number) },
      contact: { id: expect.any(Number) },
      company: { id: expect.any(Number) },
    })
    const after = await read(api, `leads/${lead.id}`)
    expect(after).toEqual({
      ...lead,
      ...{ companyId: company.id, contacts: [{ id: contact.id, primary: true }], stageId: 'CONVERTED' },
      ...{ stageSemantic: 'success', closedAt: after.updatedAt, movedAt: after.updatedAt },
      ...{ updatedAt: after.updatedAt, version: 2 },
    })
    const common = {
      ...{ responsibleId: api.userId, opened: false, observers: [], source: 'WEB', sourceDescription: 'Landing page' },
      ...{ comment: 'Call in the morning', externalIds: [], createdBy: api.userId, updatedBy: api.userId },
      ...{ utm: { source: 'search', medium: null, campaign: null, content: null, term: null } },
      ...{ lastActivityAt: null, userFields: {} },
    }
    const address = { ...noAddress, lines: ['Lenina 1'], city: 'Omsk' }
    const reached = (record: object) => {
      const { phones, emails } = record as { phones: { id: number }[]; emails: { id: number }[] }
      expect(phones[0]!.id).not.toBe((lead.phones as { id: number }[])[0]!.id)
      return {
        phones: [{ id: phones[0]!.id, kind: 'mobile', value: '+7 945 123-45-67', normalized: '+79451234567' }],
        emails: [{ id: emails[0]!.id, kind: 'work', value: 'anna@vector.example', normalized: 'anna@vector.example' }],
        ...{ websites: [], messengers: [], address },
      }
    }
    const madeContact = await read(api, `contacts/${contact.id}`)
    expect(without(madeContact, ...stamps)).toEqual({
      ...common,
      ...reached(madeContact),
      ...{ honorific: null, firstName: 'Anna', middleName: null, lastName: 'Orlova', birthDate: '1990-05-01' },
      ...{ position: 'Buyer', photo: null, contactType: null, participatesInExport: true },
      companies: [{ id: company.id, primary: true }],
    })
    const madeCompany = await read(api, `companies/${company.id}`)
    expect(without(madeCompany, ...stamps)).toEqual({
      ...common,
      ...reached(madeCompany),
      ...{ title: 'Vector', logo: null, companyType: null, industry: null, employees: null, annualRevenue: null },
      ...{ currency: 'RUB', isMyCompany: false },
      contacts: [{ id: contact.id, primary: true }],
    })
    expect(without(await read(api, `deals/${deal.id}`), ...stamps, 'beginDate', 'closeDate')).toEqual({
      ...common,
      ...{ title: 'Office furniture', dealType: null, probability: null, leadId: lead.id, quoteId: null },
      ...{ isRepeat: false, companyId: company.id, contacts: [{ id: contact.id, primary: true }] },
      ...{ amount: '1500.50', currency: 'RUB', amountIsManual: false, taxAmount: null },
      ...{ stageId: 'NEW', stageSemantic: 'process', failureReason: null, movedBy: api.userId, closedAt: null },
    })
    expect((await api.call('get', `/v1/leads/${lead.id}/conversion`).expect(200)).body).toEqual({
      deal: { id: deal.id, isNew: true },
      contact: { id: contact.id, isNew: true },
      company: { id: company.id, isNew: true },
      ...{ at: expect.any(String), by: api.userId, undoneAt: null, undoneBy: null },
    })
    const { body: stages } = await api.call('get', `/v1/leads/${lead.id}/stage-history`)
    expect(stages.data.map((one: { kind: string; stageId: string }) => [one.kind, one.stageId])).toEqual([
      ['closed', 'CONVERTED'],
      ['created', 'NEW'],
    ])
  })

  it('takes values of the request before those of the lead', async () => {
    const { id } = await aLead(api, anna)
    const body = { deal: { title: 'Chairs', stageId: 'EXECUTING', comment: null }, company: { title: 'Vector LLC' } }
    const made = (await convert(id, body).expect(200)).body
    expect(Object.keys(made)).toEqual(['deal', 'company'])
    expect(await read(api, `deals/${made.deal.id}`)).toMatchObject({
      ...{ title: 'Chairs', stageId: 'EXECUTING', comment: null, amount: '1500.50', companyId: made.company.id },
    })
    expect(await read(api, `companies/${made.company.id}`)).toMatchObject({
      title: 'Vector LLC',
      comment: anna.comment,
    })
  })
})

describe('Chosen records', () => {
  it('are linked as they are, and an existing contact also to a new company', async () => {
    const contact = await aContact(api)
    const { id } = await aLead(api, anna)
    const body = { deal: true, contact: { id: contact.id }, company: true }
    const made = (await convert(id, body).expect(200)).body
    expect(made.contact).toEqual({ id: contact.id })
    const links = { companyId: made.company.id, contacts: [{ id: contact.id, primary: true }] }
    expect(await read(api, `deals/${made.deal.id}`)).toMatchObject({ ...links, leadId: id })
    expect(await read(api, `leads/${id}`)).toMatchObject({ ...links, stageId: 'CONVERTED' })
    expect(await read(api, `contacts/${contact.id}`)).toEqual({
      ...contact,
      ...{ companies: [{ id: made.company.id, primary: true }], version: 2, updatedAt: expect.any(String) },
    })
  })

  it('stay as they are when both exist, and a new contact is linked to an existing company', async () => {
    const [contact, company] = [await aContact(api), await aCompany(api)]
    const first = await aLead(api, anna)
    await convert(first.id, { contact: { id: contact.id }, company: { id: company.id } }).expect(200)
    expect(await read(api, `contacts/${contact.id}`)).toEqual(contact)
    expect(await read(api, `companies/${company.id}`)).toEqual(company)
    const second = await aLead(api, anna)
    const made = (await convert(second.id, { contact: true, company: { id: company.id } }).expect(200)).body
    expect(await read(api, `contacts/${made.contact.id}`)).toMatchObject({
      companies: [{ id: company.id, primary: true }],
    })
  })

  it('can be a deal, which does not change', async () => {
    const deal = await aDeal(api)
    const { id } = await aLead(api)
    expect((await convert(id, { deal: { id: deal.id } }).expect(200)).body).toEqual({ deal: { id: deal.id } })
    expect(await read(api, `deals/${deal.id}`)).toEqual(deal)
  })

  it('must exist', async () => {
    const [binned, merged, survivor] = [await aCompany(api), await aContact(api), await aContact(api)]
    await api.call('delete', `/v1/companies/${binned.id}`).expect(204)
    await api.pool.query('update contact set merged_into = $1 where id = $2', [survivor.id, merged.id])
    const lead = await aLead(api)
    const body = { company: { id: binned.id }, contact: { id: merged.id }, deal: { id: 999_999 } }
    const { errors } = (await convert(lead.id, body).expect(422)).body
    expect(errors).toEqual([
      { pointer: '/company/id', code: 'not_found_reference', message: expect.any(String) },
      { pointer: '/contact/id', code: 'merged_record', message: expect.any(String), allowed: [String(survivor.id)] },
      { pointer: '/deal/id', code: 'not_found_reference', message: expect.any(String) },
    ])
    expect(await read(api, `leads/${lead.id}`)).toEqual(lead)
  })
})

describe('User fields', () => {
  it('go to fields with the same code and kind', async () => {
    const field = (typeId: number, code: string, kind: string, type: string) =>
      aUserField(api, { typeId, code, kind, columns: { '': type } })
    for (const typeId of [1, 2]) await field(typeId, 'city', 'string', 'text')
    await field(1, 'rooms', 'integer', 'bigint')
    await field(2, 'rooms', 'string', 'text')
    await field(1, 'only_here', 'string', 'text')
    const { id } = await aLead(api, { userFields: { city: 'Omsk', rooms: 3, only_here: 'x' } })
    const first = (await convert(id, { deal: { userFields: { rooms: 'three' } } }).expect(200)).body
    expect(await read(api, `deals/${first.deal.id}`)).toMatchObject({ userFields: { city: 'Omsk', rooms: 'three' } })
  })
})
