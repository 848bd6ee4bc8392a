import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { fileOf, readTable } from '../csv/files.ts'
import { aCompany, aContact, aDeal, aLead, aUserField, read, type Saved } from '../seed.ts'
import { exported, exportedText } from './exported.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const text = (path: string, language?: string) => exportedText(api.call, path, language)
const mark = '\uFEFF'

describe('an export for people', () => {
  const fields =
    'lastName,firstName,birthDate,contactType,address,phones,companies,participatesInExport,responsibleId,comment,createdAt'
  let company: Saved
  let contact: Saved
  beforeAll(async () => {
    company = await aCompany(api, { title: 'Вектор' })
    contact = await aContact(api, {
      ...{ firstName: 'Иван', lastName: 'Петров; сын', birthDate: '1980-01-31', comment: 'Он\nсказал "да"' },
      contactType: 'CLIENT',
      address: { lines: ['Ленина, 1', 'кв. 2'], city: 'Омск' },
      phones: [
        { value: '+7 945 123-45-67' },
        { value: '+7 945 123-45-68 доб. 9' },
        { kind: 'mobile', value: '8 (945) 1234569' },
      ],
      companies: [{ id: company.id }],
    })
    await api.pool.query(`update contact set created_at = '2026-01-31T22:00:00.5Z' where id = $1`, [contact.id])
  })
  const path = () => `contacts/export?filter[id]=${contact.id}&fields=${fields}&timeZone=Europe/Moscow`

  it('has labels and names in the requested language and opens in a spreadsheet: Russian', async () => {
    expect(await text(path(), 'ru')).toBe(
      `${mark}Фамилия;Имя;Дата рождения;Тип контакта;"Улица, номер дома";Населенный пункт;Район;Регион;Почтовый индекс;Страна;Широта;Долгота;` +
        'Рабочий телефон;Мобильный телефон;Домашний телефон;Номер факса;Номер пейджера;Телефон для рассылок;Другой телефон;' +
        'Компании;Участвует в экспорте;Ответственный;Комментарий;Дата создания\r\n' +
        '"Петров; сын";Иван;31.01.1980;Клиенты;"Ленина, 1, кв. 2";Омск;;;;;;;' +
        '"+7 945 123-45-67, +7 945 123-45-68 доб. 9";8 (945) 1234569;;;;;;Вектор;Да;Test User;"Он\nсказал ""да""";01.02.2026 01:00:00\r\n',
    )
  })

  it('has labels and names in the requested language and opens in a spreadsheet: English', async () => {
    expect(await text(path(), 'en')).toBe(
      `${mark}Last name,First name,Date of birth,Contact type,Address,City,District,Region,Postal code,Country,Latitude,Longitude,` +
        'Work phone,Mobile phone,Home phone,Fax,Pager,Phone for mailings,Other phone,' +
        'Companies,Participates in export,Responsible,Comment,Created\r\n' +
        '"Петров; сын",Иван,1980-01-31,Clients,"Ленина, 1, кв. 2",Омск,,,,,,,' +
        '"+7 945 123-45-67, +7 945 123-45-68 доб. 9",8 (945) 1234569,,,,,,Вектор,Yes,Test User,"Он\nсказал ""да""",2026-02-01 01:00:00\r\n',
    )
  })

  it('omits technical fields unless they are requested', async () => {
    const header = (await text('contacts/export')).split('\r\n')[0]
    expect(header).toMatch(/^\uFEFFID,Honorific,First name,.*,Created by,Created,Changed by,Changed,Last activity$/)
    expect(header).not.toMatch(/Version|Participates/)
    expect(await text(`contacts/export?filter[id]=${contact.id}&fields=version`)).toBe(`${mark}Version\r\n1\r\n`)
  })

  it('shows linked records by name, people before titles', async () => {
    const lead = await aLead(api, { title: 'Столы', firstName: 'Anna', lastName: 'Orlova' })
    const deal = await aDeal(api, {
      title: 'Сделка',
      companyId: company.id,
      leadId: lead.id,
      contacts: [{ id: contact.id }],
    })
    const file = () => text(`deals/export?filter[id]=${deal.id}&fields=companyId,leadId,contacts&delimiter=|`)
    expect(await file()).toBe(`${mark}Company|Lead|Contacts\r\nВектор|Anna Orlova|"""Иван Петров; сын"""\r\n`)
    await api.call('delete', `/v1/leads/${lead.id}`).expect(204)
    expect(await file()).toBe(`${mark}Company|Lead|Contacts\r\nВектор||"""Иван Петров; сын"""\r\n`)
  })

  it('shows the name of a stage in the pipeline of the record', async () => {
    const { rows } = await api.pool.query(
      `with one as (insert into pipeline (type_id, name, sort) values (2, '{"en": "Second", "ru": "Вторая"}', 20) returning id)
      insert into stage (pipeline_id, code, name, semantic, color, sort)
      select id, 'NEW', '{"en": "Fresh", "ru": "Свежая"}', 'process', '#000000', 10 from one returning pipeline_id as id`,
    )
    await aDeal(api, { title: 'Stage 1' })
    await aDeal(api, { title: 'Stage 2', pipelineId: Number(rows[0].id), stageId: 'NEW' })
    const query = 'filter[title][startsWith]=Stage&sort=title&fields=stageId'
    expect(await text(`deals/export?${query}`)).toBe(`${mark}Stage\r\nNew\r\nFresh\r\n`)
  })

  it('adds the key to columns with the same label, also if only one of them is exported', async () => {
    await api.call('post', '/v1/types/contact/fields', { code: 'city', kind: 'string', label: 'City' }).expect(201)
    const nobody = 'contacts/export?filter[id]=1&filter[lastName]=nobody'
    expect(await text(`${nobody}&fields=userFields.city,address`)).toBe(
      `${mark}City (userFields.city),Address,City,District,Region,Postal code,Country,Latitude,Longitude\r\n`,
    )
    expect(await text(`${nobody}&fields=userFields`)).toBe(`${mark}City (userFields.city)\r\n`)
    expect(await text(`${nobody}&fields=userFields&mode=raw`)).toBe('userFields.city\r\n')
    expect(await text('deals/export?filter[title]=nobody&fields=userFields')).toBe(`${mark}ID\r\n`)
  })

  it.each([
    ['=1+1', "'=1+1"],
    ['+7 перезвонить', "'+7 перезвонить"],
    ['-скидка', "'-скидка"],
    ['@cmd', "'@cmd"],
    ['-5', '-5'],
    ['+7 945 123-45-67, +7 945 123-45-68', '+7 945 123-45-67, +7 945 123-45-68'],
    ["+1, cmd|'/C calc'!A0", "'+1, cmd|'/C calc'!A0"],
    ["'=1", "''=1"],
    ['a=b', 'a=b'],
  ])('puts an apostrophe before %j, which a spreadsheet would run as a formula', async (comment, cell) => {
    const { id } = await aContact(api, { comment })
    const { rows } = await readTable(fileOf(await text(`contacts/export?filter[id]=${id}&fields=comment`)))
    expect(rows).toEqual([[cell]])
    const raw = await readTable(fileOf(await text(`contacts/export?filter[id]=${id}&fields=comment&mode=raw`)))
    expect(raw.rows).toEqual([[comment]])
  })

  it('escapes formulas that look like phones, but not negative numbers', async () => {
    const { id } = await aContact(api, { phones: [{ value: '=HYPERLINK("http://x.example/945123")' }] })
    expect(await text(`contacts/export?filter[id]=${id}&fields=phones`)).toContain(`\r\n"'=HYPERLINK(""http://x`)
    const deal = await aDeal(api, { amount: '-1234.50' })
    expect(await text(`deals/export?filter[id]=${deal.id}&fields=amount`, 'ru')).toBe(`${mark}Сумма\r\n"-1234,50"\r\n`)
  })
})

describe('a raw export', () => {
  it('has codes, ids, exact values and empty cells', async () => {
    const company = await aCompany(api, { title: 'Raw' })
    const { id } = await aContact(api, {
      lastName: '=1+1',
      contactType: 'CLIENT',
      phones: [{ value: '+7 945 123-45-67' }],
      companies: [company.id].map((id) => ({ id })),
    })
    const fields = 'id,firstName,lastName,middleName,phones,emails,companies,contactType,opened,responsibleId'
    expect(await text(`contacts/export?filter[id]=${id}&mode=raw&fields=${fields}`, 'ru')).toBe(
      `${fields}\r\n${id},Ivan,=1+1,,"[{""kind"":""work"",""value"":""+7 945 123-45-67""}]",,` +
        `"[{""id"":${company.id},""primary"":true}]",CLIENT,true,${api.userId}\r\n`,
    )
  })

  it('parses back to the values of the API for every field', async () => {
    await aUserField(api, {
      typeId: 3,
      code: 'price',
      kind: 'money',
      columns: { _amount: 'numeric', _currency: 'text' },
    })
    for (const [code, kind, multiple] of [
      ['words', 'string', true],
      ['when', 'datetime', false],
      ['rates', 'decimal', true],
    ]) {
      await api.call('post', '/v1/types/contact/fields', { code, kind, multiple, label: String(code) }).expect(201)
    }
    const { id: companyId } = await aCompany(api)
    const { id } = await aContact(api, {
      ...{
        firstName: "'=1",
        lastName: ' "quoted" ',
        position: 'sep=;',
        birthDate: '2000-02-29',
        comment: '\uFEFF\r\n 1\t "" ;|,',
      },
      ...{
        observers: [api.userId],
        companies: [{ id: companyId }],
        utm: { source: '😀' },
        externalIds: [{ source: 'a', key: '"1"' }],
      },
      address: { lines: ['a,"b"', ' [1]'], postalCode: '007' },
      emails: [{ value: 'a@b.example' }, { kind: 'home', value: 'c@d.example' }],
      userFields: {
        words: ['a, "b"', ';'],
        when: '2026-01-31T10:00:00.123456Z',
        rates: ['2.50', '-0.1'],
        price: { amount: '1.50', currency: 'RUB' },
      },
    })
    const { header, rows } = await readTable(fileOf(await text(`contacts/export?filter[id]=${id}&mode=raw`)))
    const record = await read(api, `contacts/${id}`)
    expect(rows).toEqual([header.map((key) => cellOf(record, key))])
    expect(new Set(header.map((key) => key.replace(/^userFields\./, '').split('.')[0]))).toEqual(
      new Set(
        [...Object.keys(record), ...Object.keys(record.userFields as object)].filter((name) => name !== 'userFields'),
      ),
    )
  })

  /** Returns an API value as a cell: text as it is, empty for null, everything else as JSON. */
  function cellOf(record: Saved, key: string): string {
    const value = key.split('.').reduce<unknown>((at, name) => (at as Saved | null)?.[name], record) ?? ''
    if (Array.isArray(value) && !value.length) return ''
    if (typeof value === 'string') return value
    return JSON.stringify(value, (name, inner) =>
      name === 'normalized' || (name === 'id' && key !== 'companies') ? undefined : inner,
    )
  }
})

describe('the encoding of an export', () => {
  it('starts with a byte order mark for people only, unless requested otherwise', async () => {
    const start = async (query: string) =>
      (await exported(api.call, `deals/export${query}`)).bytes.subarray(0, 3).toString('hex')
    expect(await Promise.all(['', '?encoding=utf-8', '?mode=raw', '?mode=raw&encoding=utf-8-bom'].map(start))).toEqual([
      'efbbbf',
      '49442c',
      '69642c',
      'efbbbf',
    ])
  })

  it('is windows-1251 on request, with ? for missing characters, whose number it says', async () => {
    const { id } = await aContact(api, { lastName: 'Ёлкин №1 😀 ∑' })
    const { bytes, headers, trailers } = await exported(
      api.call,
      `contacts/export?filter[id]=${id}&fields=lastName&encoding=windows-1251`,
      'ru',
    )
    expect(new TextDecoder('windows-1251').decode(bytes)).toBe('Фамилия\r\nЁлкин №1 ? ?\r\n')
    expect(headers['content-type']).toBe('text/csv; charset=windows-1251; header=present')
    expect(headers.trailer).toBe('export-fields-lost export-characters-replaced')
    expect(trailers).toEqual({ 'export-fields-lost': '', 'export-characters-replaced': '2' })
  })

  it('counts no ? of the records as replaced', async () => {
    const { id } = await aContact(api, { lastName: 'Кто? Где?' })
    const path = `contacts/export?filter[id]=${id}&fields=lastName&encoding=windows-1251`
    const { trailers } = await exported(api.call, path, 'ru')
    expect(trailers).toMatchObject({ 'export-characters-replaced': '0' })
  })

  it('is Unicode in mode raw, which loses nothing', async () => {
    const fault = { code: 'unicode_required', allowed: ['utf-8', 'utf-8-bom'] }
    const { body } = await api.call('get', '/v1/contacts/export?mode=raw&encoding=windows-1251&fields=nam').expect(400)
    expect(body.errors).toEqual([
      expect.objectContaining({ parameter: 'encoding', ...fault }),
      expect.objectContaining({ parameter: 'fields', code: 'unknown_field' }),
    ])
    const options = { mode: 'raw', encoding: 'windows-1251' }
    const started = await api.call('post', '/v1/contacts/export', options).expect(422)
    expect(started.body.errors).toEqual([expect.objectContaining({ pointer: '/encoding', ...fault })])
  })

  it.each([',', ';', '\t', '|'])('uses the delimiter %j on request', async (delimiter) => {
    const path = `deals/export?filter[title]=nobody&fields=id,title&delimiter=${encodeURIComponent(delimiter)}`
    expect(await text(path)).toBe(`${mark}ID${delimiter}Deal name\r\n`)
  })
})

describe('the export request', () => {
  it('accepts the filter and sort order of a list, and fields in order', async () => {
    for (const [title, amount] of [
      ['Q1', '5'],
      ['Q2', null],
      ['Q3', '7'],
      ['R4', '1'],
    ])
      await aDeal(api, { title, amount })
    const query = 'filter[title][startsWith]=Q&sort=-amount,id'
    const list = await api.call('get', `/v1/deals?${query}`).expect(200)
    expect(list.body.data.map(({ title }: Saved) => title)).toEqual(['Q3', 'Q1', 'Q2'])
    expect(await text(`deals/export?${query}&fields=title,amount,title&mode=raw`)).toBe(
      'title,amount\r\nQ3,7\r\nQ1,5\r\nQ2,\r\n',
    )
  })

  it.each([
    ['fields=id,firstNam', { parameter: 'fields', code: 'unknown_field', hint: 'firstName' }],
    ['mode=robot', { parameter: 'mode', code: 'unknown_value', allowed: ['people', 'raw'] }],
    ['encoding=utf8', { parameter: 'encoding', allowed: ['utf-8', 'utf-8-bom', 'windows-1251'] }],
    ['delimiter=:', { parameter: 'delimiter', allowed: [';', ',', '\t', '|'] }],
    ['limit=5', { parameter: 'limit', code: 'unknown_parameter' }],
    ['timeZone=Mars', { parameter: 'timeZone', code: 'invalid_time_zone' }],
    ['filter[nam]=x', { parameter: 'filter[nam]', code: 'unknown_field' }],
    ['sort=phones', { parameter: 'sort', code: 'not_sortable' }],
  ])('returns a fault for %s', async (query, fault) => {
    const { body, headers } = await api.call('get', `/v1/contacts/export?${query}`).expect(400)
    expect(body.errors).toEqual([expect.objectContaining(fault)])
    expect(headers).not.toHaveProperty('content-disposition')
  })

  it('returns the same headers without a body for HEAD', async () => {
    const path = '/v1/contacts/export?timeZone=Asia/Tokyo'
    const { headers } = await api.call('get', path).expect(200)
    const head = await api.app.inject({ method: 'HEAD', url: path, headers: { authorization: `Bearer ${api.key}` } })
    const names = ['content-type', 'content-disposition', 'export-omitted']
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo' }).format()
    expect(names.map((name) => headers[name])).toEqual([
      'text/csv; charset=utf-8; header=present',
      `attachment; filename="contacts-${today}.csv"`,
      '0',
    ])
    expect(names.map((name) => head.headers[name])).toEqual(names.map((name) => headers[name]))
    expect(head.body).toBe('')
    expect(head.headers).not.toHaveProperty('content-length')
  })
})
