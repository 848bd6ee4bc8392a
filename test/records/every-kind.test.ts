import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { fileOf, readTable } from '../csv/files.ts'
import { exportedText } from '../exports/exported.ts'
import { aFile, fileReference } from '../files/stored.ts'
import { aCompany, defaults, noAddress, seen } from '../seed.ts'

/** Texts with characters that JSON or Postgres escapes, and texts that look like something else. */
const texts = [
  ...['She said "no"', 'C:\\new\\table', 'tab\tbell\u0007escape\u001bdelete\u007f.', 'separators \u2028 and \u2029.'],
  ...['Ёлка, 東京 and 👩‍👩‍👧', 'NULL', 'null', 'true', '{}', '{a,b}', '[1]', '"quoted"', '\\', ',', '\\u0041'],
]
const [quotes, backslashes, , separators, letters] = texts as [string, string, string, string, string]
const lines = 'first line\r\nsecond "line"\n\t\\third\\ \u0001\n'
const longest = '999999999999999999999999999999.999999999999999'
/** Instants in requests and in responses. */
const instants = [
  ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ['9999-12-31T23:59:59.999999Z', '9999-12-31T23:59:59.999999Z'],
  ['2026-01-31T10:00:00.5+03:00', '2026-01-31T07:00:00.500Z'],
  ['2026-01-31T10:00:00.123450Z', '2026-01-31T10:00:00.123450Z'],
  ['1969-12-31T23:59:59.000001Z', '1969-12-31T23:59:59.000001Z'],
] as const

/** A user field with its value in requests and, if it differs, in responses. */
interface Example {
  code: string
  kind: string
  multiple?: boolean
  options?: object[]
  given: unknown
  shown?: unknown
}

const options = ['a', 'null', 'c'].map((code) => ({ code, label: code }))
const examples: Example[] = [
  ...texts.map((given, index) => ({ code: `string_${index}`, kind: 'string', given })),
  { code: 'strings', kind: 'string', multiple: true, given: texts },
  { code: 'no_strings', kind: 'string', multiple: true, given: [], shown: null },
  { code: 'text', kind: 'text', given: lines },
  { code: 'texts', kind: 'text', multiple: true, given: [lines, ' spaces '] },
  { code: 'integer', kind: 'integer', given: Number.MIN_SAFE_INTEGER },
  { code: 'integers', kind: 'integer', multiple: true, given: [Number.MAX_SAFE_INTEGER, -1, 0] },
  { code: 'decimal', kind: 'decimal', given: longest },
  { code: 'tiny', kind: 'decimal', given: '-0.000000000000001' },
  { code: 'negative_zero', kind: 'decimal', given: '-0.00', shown: '0.00' },
  { code: 'decimals', kind: 'decimal', multiple: true, given: ['1', '1.0', '1.50', longest] },
  { code: 'yes', kind: 'boolean', given: true },
  { code: 'no', kind: 'boolean', given: false },
  { code: 'unset', kind: 'boolean', given: null },
  { code: 'date', kind: 'date', given: '0001-01-01' },
  { code: 'dates', kind: 'date', multiple: true, given: ['9999-12-31', '2024-02-29', '0099-01-01'] },
  ...instants.map(([given, shown], index) => ({ code: `instant_${index}`, kind: 'datetime', given, shown })),
  {
    ...{ code: 'instants', kind: 'datetime', multiple: true },
    ...{ given: instants.map(([given]) => given), shown: instants.map(([, shown]) => shown) },
  },
  { code: 'money', kind: 'money', given: { amount: '-12.30', currency: 'USD' } },
  { code: 'no_money', kind: 'money', given: null },
  { code: 'choice', kind: 'enumeration', options, given: 'null' },
  { code: 'choices', kind: 'enumeration', options, multiple: true, given: ['null', 'a'] },
]

let api: Api
let path: string
/** The whole contact. */
let contact: Record<string, unknown>
let company: { id: number }
let userFields: Record<string, unknown>
beforeAll(async () => {
  api = await startApi()
  const fields = [...examples, { code: 'file', kind: 'file' }, { code: 'files', kind: 'file', multiple: true }]
  for (const { code, kind, multiple = false, options } of fields as Example[]) {
    const field = { code, kind, multiple, label: code, ...(options && { options }) }
    await api.call('post', '/v1/types/contact/fields', field).expect(201)
  }
  const [gone, other] = [await aCompany(api), await aCompany(api)]
  company = await aCompany(api)
  const files = [await aFile(api, '1', 'a "b" \\c.txt'), await aFile(api, '2', 'б.txt')].map(fileReference)
  const same = {
    ...{ firstName: quotes, middleName: backslashes, lastName: letters, position: 'NULL', birthDate: '0001-01-01' },
    ...{ comment: lines, sourceDescription: separators, source: 'WEB', contactType: 'CLIENT' },
    ...{ observers: [api.userId], externalIds: [{ source: '"erp"', key: '\\1' }], photo: files[0] },
  }
  const value = (name: keyof Example) => Object.fromEntries(examples.map((one) => [one.code, one[name] ?? one.given]))
  const phone = { kind: 'mobile', value: '8 (495) 123-45-67', normalized: '+74951234567' }
  const messenger = { kind: 'telegram', value: '@"quoted\\', normalized: '"quoted\\' }
  const answer = await api.call('post', '/v1/contacts', {
    ...same,
    ...{ address: { lines: texts, city: 'NULL' }, utm: { term: '""' }, phones: [phone], messengers: [messenger] },
    companies: [{ id: other.id }, { id: gone.id, primary: true }, { id: company.id }],
    userFields: { ...value('given'), file: files[0], files },
  })
  expect(answer.status).toBe(201)
  const { id, createdAt, updatedAt, phones, messengers } = answer.body
  path = `/v1/contacts/${id}`
  userFields = { ...value('shown'), no_strings: null, file: files[0], files }
  const links = (ids: number[], primary: number) => ids.map((id) => ({ id, primary: id === primary }))
  contact = {
    ...defaults.contacts(api.userId),
    ...same,
    ...{ id, createdAt, updatedAt, userFields },
    address: { ...noAddress, lines: texts, city: 'NULL' },
    utm: { source: null, medium: null, campaign: null, content: null, term: '""' },
    phones: [{ id: phones[0].id, ...phone }],
    messengers: [{ id: messengers[0].id, ...messenger }],
    companies: links([other.id, gone.id, company.id], gone.id),
  }
  expect(answer.body).toEqual(contact)
  // The deleted company is hidden, so the first of the others is the primary one.
  await api.call('delete', `/v1/companies/${gone.id}`).expect(204)
  contact.companies = links([other.id, company.id], other.id)
})
afterAll(() => api.close())

const bodyOf = async (path: string) => (await api.call('get', path).expect(200)).body

describe('A record with a value of every kind', () => {
  it('is the same alone, in a list and in a search', async () => {
    expect(await bodyOf(path)).toEqual(contact)
    const { data, page } = await bodyOf(`/v1/contacts?filter[id]=${contact.id}`)
    expect({ data, page }).toEqual({ data: [contact], page: { next: null, prev: null } })
    const filter = { field: 'userFields.instant_3', op: 'eq', value: instants[3][0] }
    const { body } = await api.call('post', '/v1/contacts/search', { filter, q: 'Ёлка' }).expect(200)
    expect(body.data).toEqual([contact])
  })

  it('has only the requested fields', async () => {
    for (const [name, value] of Object.entries(contact)) {
      expect(await bodyOf(`${path}?fields=${name}`)).toEqual({ id: contact.id, [name]: value })
    }
    for (const [code, value] of Object.entries(userFields)) {
      const userFields = { [code]: value }
      expect(await bodyOf(`${path}?fields=userFields.${code}`)).toEqual({ id: contact.id, userFields })
    }
  })

  it('is the same when a link to it is expanded', async () => {
    const { expanded } = await bodyOf(`/v1/companies/${company.id}?expand=contacts`)
    expect(expanded).toEqual({ contacts: [contact] })
  })

  it('is continued after the position of every sort key', async () => {
    const { body } = await api.call('post', '/v1/contacts', { lastName: 'Empty' }).expect(201)
    const keys = ['lastName', 'birthDate', 'createdAt', 'userFields.integer', 'userFields.decimal', 'userFields.tiny']
    const more = ['userFields.string_0', 'userFields.string_12', 'userFields.date', 'userFields.instant_1']
    for (const sort of [...keys, ...more, `${keys[1]},-${more[3]},${keys[4]}`]) {
      const list = `/v1/contacts?limit=1&sort=${sort}`
      const first = await bodyOf(list)
      const second = await bodyOf(`${list}&cursor=${first.page.next}`)
      expect([...first.data, ...second.data].map(({ id }) => id).sort()).toEqual([contact.id, body.id].sort())
      expect(second.page.next).toBe(null)
      expect((await bodyOf(`${list}&cursor=${second.page.prev}`)).data).toEqual(first.data)
    }
    await api.call('delete', `/v1/contacts/${body.id}`).expect(204)
  })

  it('does not change when its own body is sent back', async () => {
    const readOnly = ['id', 'version', 'createdBy', 'createdAt', 'updatedBy', 'updatedAt', 'lastActivityAt']
    const body = seen(contact, readOnly)
    const answer = await api.call('patch', path, body)
    expect(answer.body).toEqual(contact)
  })

  it('keeps all other values when one changes', async () => {
    const { body } = await api.call('patch', path, { position: letters, companies: { remove: [] } }).expect(200)
    contact = { ...contact, position: letters, version: 2, updatedAt: body.updatedAt }
    expect(body).toEqual(contact)
    const { data } = await bodyOf(`${path}/history?limit=1`)
    expect(data[0].changes).toEqual([{ field: 'position', old: 'NULL', new: letters }])
  })

  it('has the same values in an export', async () => {
    const codes = examples.filter(({ kind }) => kind !== 'money').map(({ code }) => code)
    const columns = codes.map((code) => `userFields.${code}`)
    const file = `contacts/export?mode=raw&filter[id]=${contact.id}&fields=${columns}`
    const { header, rows } = await readTable(fileOf(await exportedText(api.call, file)))
    expect(header).toEqual(columns)
    const cells = codes.map((code) => userFields[code] ?? '')
    expect(rows).toEqual([cells.map((value) => (Array.isArray(value) ? JSON.stringify(value) : String(value)))])
  })

  it('is the same in the recycle bin and after a restore', async () => {
    await api.call('delete', path).expect(204)
    const { record } = await bodyOf(`/v1/recycle-bin/C_${contact.id}`)
    contact = { ...contact, version: 3, updatedAt: record.updatedAt }
    expect(record).toEqual(contact)
    const { body } = await api.call('post', `/v1/recycle-bin/C_${contact.id}/restore`).expect(200)
    expect(body).toEqual({ ...contact, version: 4, updatedAt: body.updatedAt })
  })
})
