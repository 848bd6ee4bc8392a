import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import {
  aCompany,
  aContact,
  aDeal,
  aLead,
  anInvoice,
  aQuote,
  asCaller,
  callers,
  defaults,
  limitsOf,
  read,
  seen,
} from '../seed.ts'

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const moscowDay = (days: number) => new Date(Date.now() + 3 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10)

let server: Api
beforeAll(async () => {
  server = await startApi({ limitsOf })
})
afterAll(() => server.close())

describe.each(callers)('A new record of $name', ({ isLimited, hidden }) => {
  let api: Api
  beforeAll(async () => {
    api = isLimited ? await asCaller(server, 'Limited') : server
  })

  it('has every default and a Location header, as a contact', async () => {
    const answer = await api.call('post', '/v1/contacts', { lastName: ' Petrov ' })
    expect(answer.status).toBe(201)
    expect(answer.headers.location).toBe(`/v1/contacts/${answer.body.id}`)
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8')
    const { id, createdAt } = answer.body
    expect(answer.body).toEqual({
      ...seen(defaults.contacts(api.userId), hidden),
      ...{ id, lastName: 'Petrov', createdAt, updatedAt: createdAt },
    })
    expect(createdAt).toEqual(instant)
    expect(await read(api, `contacts/${id}`)).toEqual(answer.body)
  })

  it('is created as a company', async () => {
    const { id, createdAt, ...body } = await aCompany(api, { title: 'Vector LLC' })
    const expected = { ...seen(defaults.companies(api.userId), hidden), title: 'Vector LLC', updatedAt: createdAt }
    expect(body).toEqual(expected)
    expect(await read(api, `companies/${id}`)).toEqual({ id, createdAt, ...body })
  })

  it('is a deal in the first stage with dates from today for a week, and gets a title from its id', async () => {
    const days = [moscowDay(0), moscowDay(7)]
    const { id, createdAt, pipelineId, beginDate, closeDate, ...body } = await aDeal(api)
    expect(body).toEqual({
      ...seen(defaults.deals(api.userId), hidden),
      ...{ title: `Deal #${id}`, movedAt: createdAt, updatedAt: createdAt },
    })
    expect(pipelineId).toEqual(expect.any(Number))
    // The test may run across midnight.
    expect([days, [moscowDay(0), moscowDay(7)]]).toContainEqual([beginDate, closeDate])
    expect((await aDeal(api)).pipelineId).toBe(pipelineId)
  })

  it('is a lead with a title from its id', async () => {
    const { id, createdAt, pipelineId, ...body } = await aLead(api)
    expect(body).toEqual({
      ...seen(defaults.leads(api.userId), hidden),
      ...{ title: `Lead #${id}`, movedAt: createdAt, updatedAt: createdAt },
    })
    expect(pipelineId).toEqual(expect.any(Number))
  })

  it('is a quote: a numbered draft, valid for a week', async () => {
    const days = [moscowDay(0), moscowDay(7)]
    const { id, createdAt, pipelineId, number, beginDate, validUntil, ...body } = await aQuote(api)
    expect(body).toEqual({
      ...seen(defaults.quotes(api.userId), hidden),
      ...{ title: `Quote #${id}`, movedAt: createdAt, updatedAt: createdAt },
    })
    expect([pipelineId, number]).toEqual([expect.any(Number), expect.stringMatching(/^20\d\d-\d{6}$/)])
    expect([days, [moscowDay(0), moscowDay(7)]]).toContainEqual([beginDate, validUntil])
  })

  it('is an invoice: numbered and payable within a week', async () => {
    const days = [moscowDay(0), moscowDay(7)]
    const { id, createdAt, pipelineId, number, issueDate, dueDate, ...body } = await anInvoice(api)
    expect(body).toEqual({
      ...seen(defaults.invoices(api.userId), hidden),
      ...{ title: `Invoice #${id}`, movedAt: createdAt, updatedAt: createdAt },
    })
    expect([pipelineId, number]).toEqual([expect.any(Number), expect.stringMatching(/^20\d\d-\d{6}$/)])
    expect([days, [moscowDay(0), moscowDay(7)]]).toContainEqual([issueDate, dueDate])
  })

  it('keeps every value from the request', async () => {
    const company = await aCompany(api)
    const given = {
      honorific: 'MR',
      firstName: 'Фёдор',
      middleName: 'Иванович',
      lastName: 'Орлов',
      birthDate: '1970-02-28',
      position: 'CEO; "quoted", комма',
      contactType: 'PARTNER',
      participatesInExport: false,
      opened: false,
      observers: [api.userId],
      source: 'WEB',
      sourceDescription: '  line one\nline two  ',
      externalIds: [
        { source: 'b24', key: String(api.userId) },
        { source: '1c', key: `А/${api.userId}` },
      ],
      address: { lines: ['Lenina 1', 'office 2'], city: 'Omsk', district: null, region: null, postalCode: '644000' },
    }
    const { phones, emails, websites, messengers, ...body } = await aContact(api, {
      ...given,
      phones: [{ value: '8 (495) 123-45-67' }, { kind: 'mobile', value: '+7 945 123 45 67' }],
      emails: [{ kind: 'home', value: 'Ivan@Petrov.Example' }],
      websites: [{ value: 'https://WWW.vector.example/' }],
      messengers: [{ value: '@Ivan' }],
      companies: [{ id: company.id }],
    })
    expect(body).toMatchObject({
      ...given,
      address: { ...given.address, country: null },
      companies: [{ id: company.id, primary: true }],
    })
    const id = expect.any(Number)
    expect(phones).toEqual([
      { id, kind: 'work', value: '8 (495) 123-45-67', normalized: '+74951234567' },
      { id, kind: 'mobile', value: '+7 945 123 45 67', normalized: '+79451234567' },
    ])
    expect(emails).toEqual([{ id, kind: 'home', value: 'Ivan@Petrov.Example', normalized: 'ivan@petrov.example' }])
    expect(websites).toEqual([{ id, kind: 'work', value: 'https://WWW.vector.example/', normalized: 'vector.example' }])
    expect(messengers).toEqual([{ id, kind: 'telegram', value: '@Ivan', normalized: 'ivan' }])
    expect(await read(api, `contacts/${body.id}`)).toEqual({ ...body, phones, emails, websites, messengers })
  })

  it('keeps exact amounts, including trailing zeros', async () => {
    const amount = '123456789012345678901234567890.123456789012345'
    const deal = await aDeal(api, { amount, taxAmount: '-0.50', currency: 'USD', amountIsManual: true })
    expect(deal).toMatchObject({ amount, taxAmount: '-0.50', currency: 'USD', amountIsManual: true })
    expect(await aDeal(api, { amount: '-0', taxAmount: '007.10' })).toMatchObject({ amount: '0', taxAmount: '7.10' })
    expect(await aDeal(api, { amount: null, currency: null })).toMatchObject({ amount: null, currency: null })
  })

  it('treats empty texts and lists as empty fields', async () => {
    const contact = await aContact(api, { firstName: ' ', lastName: 'P', position: '', phones: [], address: {} })
    expect(contact).toMatchObject({ firstName: null, position: null, phones: [], address: null })
    expect(await aContact(api, { phones: null, observers: null })).toMatchObject({ phones: [], observers: [] })
  })

  it('has ids of one parity', async () => {
    const ids = await Promise.all([aContact(api), aCompany(api), aContact(api)])
    expect(new Set(ids.map(({ id }) => id % 2)).size).toBe(1)
  })

  it('requires a name where its type does', async () => {
    const fault = (pointer: string, code: string, message: string) => ({ errors: [{ pointer, code, message }] })
    const contact = await api.call('post', '/v1/contacts', { middleName: 'Ivanovich' }).expect(422)
    expect(contact.body).toMatchObject(
      fault('/firstName', 'identity_required', 'A name, a phone number or an e-mail address is required.'),
    )
    const company = await api.call('post', '/v1/companies', { title: '  ' }).expect(422)
    expect(company.body).toMatchObject(fault('/title', 'required', 'This value is required.'))
    await api.call('post', '/v1/contacts', { lastName: 'Petrov' }).expect(201)
  })
})
