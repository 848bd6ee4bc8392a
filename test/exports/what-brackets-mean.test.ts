import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal, aLead, anInvoice, aQuote, aRecord } from '../seed.ts'
import { exportedText } from './exported.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const mark = '\uFEFF'

it('the type of each linked record: contact, company, lead, deal, quote, invoice, item of a smart process', async () => {
  await api.call('post', '/v1/types', { code: 'visit', title: 'Visit', number: 171, features: [] }).expect(201)
  const types = ['contact', 'company', 'lead', 'deal', 'quote', 'invoice', 'visit']
  const field = { code: 'related', kind: 'crm', multiple: true, label: 'Related', settings: { types } }
  await api.call('post', '/v1/types/contact/fields', field).expect(201)
  await api.call('post', '/v1/types/contact/fields', { ...field, code: 'one', multiple: false }).expect(201)
  const records = {
    contact: await aContact(api, { firstName: 'Ivan', lastName: 'Petrov' }),
    company: await aCompany(api, { title: 'Vector' }),
    lead: await aLead(api, { title: 'Tables' }),
    deal: await aDeal(api, { title: 'Shelves' }),
    quote: await aQuote(api, { title: 'Offer' }),
    invoice: await anInvoice(api, { title: 'Bill' }),
    visit: await aRecord(api, 'types/visit/items', { title: 'First visit' }),
  }
  const related = Object.entries(records).map(([type, { id }]) => ({ type, id }))
  const { id } = await aContact(api, { lastName: 'Linked', userFields: { related, one: related.at(-1) } })
  const path = `contacts/export?filter[id]=${id}&columns=userFields.related,userFields.one`
  const names = '[C] Ivan Petrov; [CO] Vector; [L] Tables; [D] Shelves; [Q] Offer; [SI] Bill; [Tab] First visit'
  expect(await exportedText(api.call, path)).toBe(
    `${mark}Related,Related (userFields.one)\r\n"${names}",[Tab] First visit\r\n`,
  )
  const prefixes = ['C', 'CO', 'L', 'D', 'Q', 'SI', 'Tab']
  const keys = related.map(({ id }, index) => `""${prefixes[index]}_${id}""`)
  expect(await exportedText(api.call, `${path}&mode=raw`)).toBe(
    `userFields.related,userFields.one\r\n"[${keys}]",Tab_${records.visit.id}\r\n`,
  )
})

it('the number of the smart process in lower-case hexadecimal', async () => {
  const numbers = { 170: 'Taa', 255: 'Tff', 4095: 'Tfff', 128: 'T80' }
  for (const [number, prefix] of Object.entries(numbers)) {
    const code = `kind${prefix}`
    await api.call('post', '/v1/types', { code, title: code, number: Number(number), features: [] }).expect(201)
    const settings = { types: [code] }
    await api
      .call('post', '/v1/types/company/fields', { code: `to_${number}`, kind: 'crm', label: code, settings })
      .expect(201)
    const item = await aRecord(api, `types/${code}/items`, { title: 'Item' })
    const company = await aCompany(api, { userFields: { [`to_${number}`]: { type: code, id: item.id } } })
    const path = `companies/export?filter[id]=${company.id}&columns=userFields.to_${number}`
    expect(await exportedText(api.call, path)).toBe(`${mark}${code}\r\n[${prefix}] Item\r\n`)
  }
})
