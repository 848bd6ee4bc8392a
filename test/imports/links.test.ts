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
