import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { aCompany, aContact, aDeal } from '../seed.ts'
import { exported, exportedText } from './exported.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const mark = '\uFEFF'
const text = (path: string, language?: string) => exportedText(api.call, path, language)

async function aDealWithClient() {
  const company = await aCompany(api, { title: 'Vector', phones: [{ value: '+7 945 100-00-00' }] })
  const contacts = [
    await aContact(api, { firstName: 'Ivan', lastName: 'Petrov', companies: [{ id: company.id }] }),
    await aContact(api, { firstName: 'Anna', lastName: 'Orlova', emails: [{ value: 'anna@orlova.example' }] }),
  ]
  const ids = contacts.map(({ id }) => id)
  const deal = await aDeal(api, { title: 'Tables', companyId: company.id, contacts: ids.map((id) => ({ id })) })
  return { company, ids, deal }
}

describe('columns', () => {
  it('are fields and parts of fields in the requested order', async () => {
    const phones = [{ value: '+7 945 123-45-67' }, { kind: 'mobile', value: '+7 945 123-45-68' }]
    const { id } = await aContact(api, { lastName: 'Petrov', phones, address: { city: 'Omsk', country: 'Russia' } })
    const path = `contacts/export?filter[id]=${id}&columns=phones.mobile,lastName,address.city,phones.work,id`
    expect(await text(path)).toBe(
      `${mark}Mobile phone,Last name,City,Work phone,ID\r\n+7 945 123-45-68,Petrov,Omsk,+7 945 123-45-67,${id}\r\n`,
    )
    expect(await text(`${path}&mode=raw`)).toBe(
      `phones.mobile,lastName,address.city,phones.work,id\r\n+7 945 123-45-68,Petrov,Omsk,+7 945 123-45-67,${id}\r\n`,
    )
  })

  it('contain all parts of a field that is named as a whole, and all user fields', async () => {
    for (const code of ['color', 'size'])
      await api.call('post', '/v1/types/contact/fields', { code, kind: 'string', label: code }).expect(201)
    const nobody = 'contacts/export?filter[lastName]=nobody'
    expect(await text(`${nobody}&columns=emails,id`)).toMatch(/^\uFEFFWork e-mail,(?:[^,]+,)+ID\r\n$/)
    expect(await text(`${nobody}&columns=emails&mode=raw`)).toBe('emails\r\n')
    expect(await text(`${nobody}&columns=userFields,userFields.size&mode=raw`)).toBe(
      'userFields.color,userFields.size\r\n',
    )
    expect(await text('deals/export?filter[title]=nobody&columns=userFields&mode=raw')).toBe('id\r\n')
  })

  it('show linked records by id, title and any other field', async () => {
    const { company, ids, deal } = await aDealWithClient()
    const columns = 'companyId,company.id,company.title,company.phones.work,contacts,contacts.id,contacts.lastName'
    const more = 'contacts.emails.work,contacts.companies,responsible.email,stageId'
    const path = `deals/export?filter[id]=${deal.id}&columns=${columns},${more}`
    const { email } = (await api.call('get', '/v1/me')).body
    expect(await text(path)).toBe(
      `${mark}Company,Company: ID,Company: Company name,Company: Work phone,Contacts,Contacts: ID,Contacts: Last name,` +
        'Contacts: Work e-mail,Contacts: Companies,Responsible: E-mail,Stage\r\n' +
        `Vector,${company.id},Vector,+7 945 100-00-00,"Ivan Petrov; Anna Orlova","${ids.join('; ')}","Petrov; Orlova",` +
        `anna@orlova.example,Vector,${email ?? ''},New\r\n`,
    )
    const raw = (await text(`${path}&mode=raw`)).split('\r\n')
    expect(raw[0]).toBe(`${columns},${more}`)
    expect(raw[1]).toBe(
      `${company.id},${company.id},Vector,+7 945 100-00-00,"[{""id"":${ids[0]},""primary"":true},{""id"":${ids[1]},""primary"":false}]",` +
        `"[""${ids.join('"",""')}""]","[""Petrov"",""Orlova""]","["""",""anna@orlova.example""]",` +
        `"[""[{\\""id\\"":${company.id},\\""primary\\"":true}]"",""""]",${email ?? ''},NEW\r\n`.trim(),
    )
  })

  it('are empty for records without a link', async () => {
    const { id } = await aDeal(api, { title: 'Alone' })
    const columns = 'company.title,contacts.lastName,title'
    expect(await text(`deals/export?filter[id]=${id}&columns=${columns}&mode=raw`)).toBe(`${columns}\r\n,,Alone\r\n`)
    expect(await text(`deals/export?filter[title]=nothing&columns=${columns}&mode=raw`)).toBe(`${columns}\r\n`)
  })

  it('follow links of user fields to records of several types', async () => {
    const field = { code: 'partner', kind: 'crm', multiple: true, label: 'Partner' }
    const settings = { types: ['company', 'contact'] }
    await api.call('post', '/v1/types/deal/fields', { ...field, settings }).expect(201)
    const { company, ids } = await aDealWithClient()
    const partner = [
      { type: 'contact', id: ids[0] },
      { type: 'company', id: company.id },
    ]
    const { id } = await aDeal(api, { userFields: { partner } })
    const path = `deals/export?filter[id]=${id}&columns=userFields.partner,userFields.partner.company.title,userFields.partner.contact.lastName`
    expect(await text(path)).toBe(
      `${mark}Partner,Partner: Company name,Partner: Last name\r\n"[C] Ivan Petrov; [CO] Vector",Vector,Petrov\r\n`,
    )
  })

  it('reports all faults of a body at once', async () => {
    const body = { mode: 'x', columns: ['lastNam'], sort: 'foo', filter: { field: 'zz', op: 'eq', value: 1 }, bogus: 1 }
    const refused = await api.call('post', '/v1/contacts/export', body).expect(422)
    expect(refused.body.errors.map(({ pointer, code }: Record<string, string>) => [pointer, code])).toEqual([
      ['/bogus', 'unknown_field'],
      ['/mode', 'unknown_value'],
      ['/filter/field', 'unknown_field'],
      ['/sort', 'unknown_field'],
      ['/columns', 'unknown_field'],
    ])
  })

  it('refuses a column that occurs twice', async () => {
    const { body } = await api.call('get', '/v1/contacts/export?columns=id,lastName,id').expect(400)
    expect(body.errors).toEqual([
      { parameter: 'columns', code: 'duplicate_column', message: 'The column id occurs twice.' },
    ])
    const columns = ['phones', 'phones.work', 'phones']
    const job = await api.call('post', '/v1/contacts/export', { columns }).expect(422)
    expect(job.body.errors).toMatchObject([{ pointer: '/columns', code: 'duplicate_column' }])
  })

  it('refuses unknown names with the nearest one, and columns together with fields', async () => {
    const columns = 'lastNam,phones.mobil,company.titel,,contacts.titel,passwords,compny.title'
    const { body } = await api.call('get', `/v1/deals/export?columns=${columns}`).expect(400)
    const found = body.errors.map(({ parameter, code, hint }: Record<string, string>) => [parameter, code, hint])
    expect(found).toEqual([
      ['columns', 'unknown_field', undefined],
      ['columns', 'unknown_field', undefined],
      ['columns', 'unknown_field', 'company.title'],
      ['columns', 'required', undefined],
      ['columns', 'unknown_field', undefined],
      ['columns', 'unknown_field', undefined],
      ['columns', 'unknown_field', 'company.title'],
    ])
    const ofContacts = await api.call('get', '/v1/contacts/export?columns=lastNam,phones.mobil').expect(400)
    expect(ofContacts.body.errors.map(({ hint }: { hint: string }) => hint)).toEqual(['lastName', 'phones.mobile'])
    const both = await api.call('get', '/v1/contacts/export?columns=id&fields=id').expect(400)
    expect(both.body.errors).toMatchObject([{ parameter: 'fields', code: 'not_allowed_here' }])
  })
})

describe('the format of a file', () => {
  it('has labels in the language of the parameter, whatever the caller prefers', async () => {
    const { id } = await aContact(api, { lastName: 'Petrov', contactType: 'CLIENT' })
    const path = `contacts/export?filter[id]=${id}&fields=lastName,contactType`
    expect(await text(`${path}&language=ru`, 'en')).toBe(`${mark}Фамилия;Тип контакта\r\nPetrov;Клиенты\r\n`)
    expect(await text(`${path}&language=en`, 'ru')).toBe(`${mark}Last name,Contact type\r\nPetrov,Clients\r\n`)
    const { body } = await api.call('get', '/v1/contacts/export?language=de').set('accept-language', 'ru').expect(400)
    expect(body.errors).toMatchObject([{ parameter: 'language', code: 'unknown_value', allowed: ['en', 'ru'] }])
  })

  it('has a byte order mark or not', async () => {
    const path = 'contacts/export?filter[lastName]=nobody&fields=lastName'
    expect(await text(`${path}&encoding=utf-8`)).toBe('Last name\r\n')
    expect(await text(`${path}&encoding=utf-8-bom&mode=raw`)).toBe(`${mark}lastName\r\n`)
  })

  it('is compressed on request', async () => {
    const { id } = await aContact(api, { lastName: 'Сидоров' })
    const path = `contacts/export?filter[id]=${id}&fields=lastName&encoding=windows-1251`
    const plain = await exported(api.call, path)
    const packed = await exported(api.call, `${path}&gzip=true`)
    expect(packed.headers).toMatchObject({ 'content-type': 'application/gzip', 'export-omitted': '0' })
    expect(packed.headers['content-disposition']).toMatch(/^attachment; filename="contacts-[\d-]{10}\.csv\.gz"$/)
    expect(packed.headers).not.toHaveProperty('content-encoding')
    expect(gunzipSync(packed.bytes)).toEqual(plain.bytes)
  })
})
