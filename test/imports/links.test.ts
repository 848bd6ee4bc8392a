import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact, aUserField, type Saved } from '../seed.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
let deals = 0
const people: Record<string, Saved> = {}
const firms: Record<string, Saved> = {}
beforeAll(async () => {
  api = await startJobApi()
  const aNamed = (lastName: string, firstName: string, more = {}) => aContact(api, { lastName, firstName, ...more })
  people.semyonov = await aNamed('Семёнов', 'Пётр', { middleName: 'Ильич', phones: [{ value: '8 945 123-45-67' }] })
  people.orlova = await aNamed('Orlova', 'Anna Maria', {
    emails: [{ value: 'Anna@firm.example' }],
    externalIds: [
      { source: 'amo', key: '77' },
      { source: 'csv', key: 'A-1' },
    ],
  })
  people.twin = await aNamed('Twin', 'Max')
  people.other = await aNamed('Twin', 'Max')
  firms.vector = await aCompany(api, { title: 'ООО «Вектор»' })
  firms.comma = await aCompany(api, { title: 'Smith, Jones & Co' })
  firms.link = await aCompany(api, { title: 'Link: a company' })
  for (const multiple of [true, false]) {
    const types = JSON.stringify({ types: ['contact', 'company'] })
    const code = multiple ? 'advisers' : 'adviser'
    const id = await aUserField(api, { typeId: 2, code, kind: 'crm', multiple, columns: {} })
    await api.pool.query('update user_field set settings = $1 where id = $2', [types, id])
  }
})
afterAll(() => api.close())

const imported = (path: string, file: string) => importedJob(api, file, { path })

/** Imports deals with one column more and returns the one deal with its faults. */
async function aDealWith(column: string, cell: string) {
  const title = `Deal ${++deals}`
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const job = await imported('deals', `title;${column}\n${quoted(title)};${quoted(cell)}`)
  const { body } = await api.call('get', `/v1/deals?filter[title]=${encodeURIComponent(title)}&limit=1&sort=-id`)
  const [deal] = body.data
  const faults = job.faults.map((fault: { severity: string; column: string; code: string; message: string }) => {
    const { severity, column, code, message } = fault
    return { severity, column, code, message }
  })
  return { deal, faults }
}
const idsOf = (links: { id: number }[]) => links.map(({ id }) => id)

describe('a contact of a deal is found', () => {
  it.each([
    ['by first and last name', 'Contact', 'Пётр Семёнов', 'semyonov'],
    ['by last and first name', 'Контакт', 'Семёнов Пётр', 'semyonov'],
    ['in any case, without ё, with more spaces', 'Contact', ' семенов   ПЕТР ', 'semyonov'],
    ['with a comma between the names', 'Contact', 'Orlova, Anna Maria', 'orlova'],
    ['by the whole name', 'Contact', 'Семёнов Пётр Ильич', 'semyonov'],
    ['by a name of several words', 'Contact', 'Anna Maria Orlova', 'orlova'],
    ['by a phone in another form', 'Contact', '+7 (945) 123-45-67', 'semyonov'],
    ['by an e-mail', 'Contact', 'anna@FIRM.example', 'orlova'],
    ['by an external id', 'Contact', 'amo:77', 'orlova'],
    ['by an external id of CSV files', 'contacts.externalIds', 'A-1', 'orlova'],
    ['by a column of phones', 'contacts.phones', '8 945 123 45 67', 'semyonov'],
    ['by a column of e-mails', 'contacts.emails', 'anna@firm.example', 'orlova'],
    ['by a name as exports write it', 'Contact', '[C] Пётр Семёнов', 'semyonov'],
    ['by a name with the prefix in Cyrillic', 'Contact', '[С] Пётр Семёнов', 'semyonov'],
  ])('%s', async (_, column, cell, name) => {
    const { deal, faults } = await aDealWith(column, cell)
    expect(faults).toEqual([])
    expect(deal.contacts).toEqual([{ id: people[name]!.id, primary: true }])
  })

  it('by its id', async () => {
    const cells = [String(people.twin!.id), `C_${people.twin!.id}`]
    for (const cell of cells)
      expect(idsOf((await aDealWith('Contacts', cell)).deal.contacts)).toEqual([people.twin!.id])
  })

  it('with others in the same cell', async () => {
    for (const cell of ['Пётр Семёнов; Anna Maria Orlova', 'Пётр Семёнов, Anna Maria Orlova', 'Семёнов Пётр\namo:77']) {
      const { deal, faults } = await aDealWith('Contacts', cell)
      expect(faults).toEqual([])
      expect(deal.contacts).toEqual([
        { id: people.semyonov!.id, primary: true },
        { id: people.orlova!.id, primary: false },
      ])
    }
  })

  it('once, if two columns name it', async () => {
    const file = 'title;Contact;contacts.phones\nTwice;Пётр Семёнов;89451234567'
    const { faults } = await imported('deals', file)
    expect(faults).toEqual([])
    const { body } = await api.call('get', '/v1/deals?filter[title]=Twice')
    expect(idsOf(body.data[0].contacts)).toEqual([people.semyonov!.id])
  })
})

describe('a deal is imported without a link', () => {
  const warning = (column: string, code: string, message: string) => [{ severity: 'warning', column, code, message }]
  it.each([
    ['a name that nobody has', 'Contact', 'Nobody Known'],
    ['a part of a name', 'Contact', 'Семёнов'],
    ['a middle name that differs', 'Contact', 'Семёнов Пётр Олегович'],
    ['an unknown phone', 'contacts.phones', '+7 945 000-00-00'],
    ['a name in a column of e-mails', 'contacts.emails', 'Пётр Семёнов'],
    ['an unknown id', 'Contact', '999999'],
    ['a company in the place of a contact', 'Contact', '[CO] ООО «Вектор»'],
    ['an unknown company', 'Company', 'Nobody Ltd'],
    ['a company without its legal form', 'Company', 'Вектор'],
  ])('by %s', async (_, column, cell) => {
    const { deal, faults } = await aDealWith(column, cell)
    expect(deal).toMatchObject({ contacts: [], companyId: null })
    expect(faults).toEqual(warning(column, 'unknown_record', 'No record matches.'))
  })

  it('by a name that several contacts have', async () => {
    const { deal, faults } = await aDealWith('Contact', 'Max Twin')
    expect(deal.contacts).toEqual([])
    const ids = [people.twin!.id, people.other!.id].join(', ')
    expect(faults).toEqual(warning('Contact', 'ambiguous_record', `Several records match: ${ids}.`))
  })

  it.each(['Nobody Known; Anna Maria Orlova', 'Nobody Known, Anna Maria Orlova', 'Anna Maria Orlova\nNobody Known'])(
    'but with the other contacts of the cell %j',
    async (cell) => {
      const { deal, faults } = await aDealWith('Contact', cell)
      expect(idsOf(deal.contacts)).toEqual([people.orlova!.id])
      expect(faults).toEqual(warning('Contact', 'unknown_record', 'No record matches.'))
    },
  )
})

describe('columns that name the same contact', () => {
  const dealWith = async (header: string, cells: string) => {
    const title = `Deal ${++deals}`
    const job = await imported('deals', `title;${header}\n${title};${cells}`)
    const { body } = await api.call('get', `/v1/deals?filter[title]=${encodeURIComponent(title)}`)
    const faults = job.faults.map(({ column, code, message }: Saved) => ({ column, code, message }))
    return { contacts: idsOf(body.data[0].contacts), faults }
  }
  const header = 'Contact;contacts.phones;contacts.emails;contacts.externalIds'

  it.each([
    ['by the e-mail if the others are unknown', 'Nobody Known;+7 945 000-00-00;anna@firm.example;', 'orlova'],
    ['by the phone if there is no e-mail', 'Nobody Known;8 945 123-45-67;;', 'semyonov'],
    ['by the phone if the e-mail is unknown', ';8 945 123-45-67;who@firm.example;', 'semyonov'],
    ['by the name if the others are unknown', 'Пётр Семёнов;+7 945 000-00-00;who@firm.example;X', 'semyonov'],
    ['by the external id', 'Nobody Known;;;amo:77', 'orlova'],
    ['once, if all of them know it', 'Anna Maria Orlova;;anna@firm.example;amo:77', 'orlova'],
  ])('find it %s', async (_, cells, name) => {
    expect(await dealWith(header, cells)).toEqual({ contacts: [people[name]!.id], faults: [] })
  })

  it('choose one of several people with the same name', async () => {
    const { id } = await aContact(api, {
      lastName: 'Twin',
      firstName: 'Max',
      emails: [{ value: 'third@twin.example' }],
    })
    expect(await dealWith(header, 'Max Twin;;third@twin.example;')).toEqual({ contacts: [id], faults: [] })
    await api.pool.query('delete from communication where record_id = $1', [id])
    await api.pool.query('delete from link where from_id = $1 or to_id = $1', [id])
    await api.pool.query('delete from contact where id = $1', [id])
  })

  it.each([
    ['a phone and an e-mail', ';8 945 123-45-67;anna@firm.example;', 'contacts.phones', ['semyonov', 'orlova']],
    ['a name and an external id', 'Пётр Семёнов;;;amo:77', 'Contact', ['semyonov', 'orlova']],
    ['several people and another one', 'Max Twin;8 945 123-45-67;;', 'Contact', ['twin', 'other', 'semyonov']],
  ])('leave the link out if they differ: %s', async (_, cells, column, names) => {
    const ids = names.map((name) => people[name]!.id).join(', ')
    const message = `The columns name different records: ${ids}.`
    const faults = [{ column, code: 'different_records', message }]
    expect(await dealWith(header, cells)).toEqual({ contacts: [], faults })
  })

  it('report one of them if nobody is found', async () => {
    const faults = [{ column: 'Contact', code: 'unknown_record', message: 'No record matches.' }]
    expect(await dealWith(header, 'Nobody Known;+7 945 000-00-00;;')).toEqual({ contacts: [], faults })
  })

  it('find several contacts in numbered columns', async () => {
    const mapping = [
      { column: 'A', field: 'contacts' },
      { column: 'B', field: 'contacts' },
      { column: 'A phone', field: 'contacts.phones' },
      { column: 'B phone', field: 'contacts.phones' },
    ]
    const rows = 'title;A;B;A phone;B phone\nNumbered;Nobody Known;Anna Maria Orlova;8 945 123-45-67;+7 945 000-00-00'
    await api
      .call('post', '/v1/deals/import')
      .field('options', JSON.stringify({ mapping }))
      .attach('file', Buffer.from(rows), 'a.csv')
    await api.work()
    const { body } = await api.call('get', '/v1/deals?filter[title]=Numbered')
    expect(idsOf(body.data[0].contacts)).toEqual([people.semyonov!.id, people.orlova!.id])
  })

  it('find a company by its external id or by its title', async () => {
    await api
      .call('patch', `/v1/companies/${firms.vector!.id}`, { externalIds: [{ source: 'csv', key: 'V' }] })
      .expect(200)
    const job = await imported(
      'deals',
      'title;Компания;ID компании\nBy id;Renamed Ltd;V\nBy title;ООО «Вектор»;Unknown',
    )
    expect(job.faults).toEqual([])
    const { body } = await api.call('get', `/v1/deals?filter[companyId]=${firms.vector!.id}&sort=-id&limit=2`)
    expect(body.data.map(({ title }: Saved) => title)).toEqual(['By title', 'By id'])
  })
})

describe('the company of a lead', () => {
  const lead = async (header: string, cells: string) => {
    const title = `Lead ${++deals}`
    const job = await imported('leads', `title;${header}\n${title};${cells}`)
    const { body } = await api.call('get', `/v1/leads?filter[title]=${encodeURIComponent(title)}`)
    const { companyId, companyTitle } = body.data[0]
    return { companyId, companyTitle, faults: job.faults.map(({ column, code }: Saved) => [column, code]) }
  }

  it('is linked if it exists', async () => {
    const found = await lead('Компания', 'ООО «Вектор»')
    expect(found).toEqual({ companyId: firms.vector!.id, companyTitle: null, faults: [] })
  })

  it('is kept as a text if it does not, or if several have the name', async () => {
    const unknown = await lead('Компания', 'Nobody Ltd')
    expect(unknown).toEqual({ companyId: null, companyTitle: 'Nobody Ltd', faults: [['Компания', 'kept_as_text']] })
    for (const title of ['Double', '«Double»']) await aCompany(api, { title })
    const double = await lead('Компания', 'double')
    expect(double).toEqual({ companyId: null, companyTitle: 'double', faults: [['Компания', 'ambiguous_record']] })
  })

  it('has the name in a column of its own, if there is one', async () => {
    const found = await lead('Компания;Название компании', 'Nobody Ltd;Own name')
    expect(found).toEqual({ companyId: null, companyTitle: 'Own name', faults: [['Компания', 'unknown_record']] })
  })

  it('is not a text if it is an id or an e-mail', async () => {
    for (const cell of ['999999', 'who@firm.example']) {
      const found = await lead('Компания', cell)
      expect(found).toEqual({ companyId: null, companyTitle: null, faults: [['Компания', 'unknown_record']] })
    }
  })
})

describe('a company of a deal is found', () => {
  it.each([
    ['by its title', 'Company', 'ООО «Вектор»', 'vector'],
    ['with other quotes, case and spaces', 'Компания', 'ооо  "вектор"', 'vector'],
    ['by a title with a comma', 'companyId', 'Smith, Jones & Co', 'comma'],
    ['by a title that looks like an external id', 'companyId.name', 'Link: a company', 'link'],
    ['by its title as exports write it', 'Company', '[CO] ООО «Вектор»', 'vector'],
  ])('%s', async (_, column, cell, name) => {
    const { deal, faults } = await aDealWith(column, cell)
    expect(faults).toEqual([])
    expect(deal.companyId).toBe(firms[name]!.id)
  })
})

describe('a user field of records', () => {
  it.each(['[C] Пётр Семёнов, [CO] ООО «Вектор»', '[С] Семёнов Пётр; [СО] ооо вектор', 'Пётр Семёнов; ООО "Вектор"'])(
    'reads %s',
    async (cell) => {
      const { deal, faults } = await aDealWith('advisers', cell)
      expect(faults).toEqual([])
      expect(deal.userFields.advisers).toEqual([
        { type: 'contact', id: people.semyonov!.id },
        { type: 'company', id: firms.vector!.id },
      ])
    },
  )

  it('reads ids with prefixes', async () => {
    const both = await aDealWith('advisers', `C_${people.twin!.id}, CO_${firms.vector!.id}`)
    expect(both.deal.userFields.advisers).toEqual([
      { type: 'contact', id: people.twin!.id },
      { type: 'company', id: firms.vector!.id },
    ])
    const one = await aDealWith('adviser', `[CO] Smith, Jones & Co`)
    expect(one.deal.userFields.adviser).toEqual({ type: 'company', id: firms.comma!.id })
  })

  it('does not choose one of several records', async () => {
    const { deal, faults } = await aDealWith('adviser', `C_${people.twin!.id}, CO_${firms.vector!.id}`)
    expect(deal.userFields.adviser).toBeNull()
    expect(faults).toMatchObject([{ code: 'unknown_record' }])
  })
})
