import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import type { Saved } from '../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi({ limitsOf: ({ isAdmin }) => (isAdmin ? {} : { rows: { import: false } }) })
  const label = { en: 'Delivery city', ru: 'Город доставки' }
  await api.call('post', '/v1/types/contact/fields', { code: 'delivery_city', kind: 'string', label }).expect(201)
})
afterAll(() => api.close())

const columns = async (path: string, query = '', language = 'en') =>
  (await api.call('get', `/v1/${path}/import/columns${query}`).set('accept-language', language).expect(200)).body

/** Sends a file with options, in a form. */
const send = (path: string, file: string, options: object) =>
  api
    .call('post', `/v1/${path}`)
    .field('options', JSON.stringify(options))
    .attach('file', Buffer.from(file), { filename: 'clients.csv', contentType: 'text/csv' })

describe('the columns that an import can fill', () => {
  it('have labels, kinds and the names by which they are recognized', async () => {
    const { data, page } = await columns('contacts')
    expect(page).toEqual({ next: null, prev: null })
    const of = (field: string) => data.find((one: Saved) => one.field === field)
    expect(of('lastName')).toEqual({
      ...{ field: 'lastName', label: 'Last name', kind: 'string', required: false, multiple: false },
      aliases: expect.arrayContaining(['Surname', 'Family name', 'N.Family']),
    })
    expect(of('phones.work')).toEqual({
      ...{ field: 'phones.work', label: 'Work phone', kind: 'phones', required: false, multiple: true },
      aliases: expect.arrayContaining(['Phone', 'Телефон', 'Phone 1 - Value']),
    })
    expect(of('emails.work').aliases).toEqual(expect.arrayContaining(['Почта', 'E-mail 1 - Value']))
    expect(of('companies').aliases).toEqual(expect.arrayContaining(['Organisation', 'Фирма']))
    expect(of('fullName')).toMatchObject({ label: 'Full name', aliases: expect.arrayContaining(['ФИО']) })
    expect(of('phones.kind')).toMatchObject({ label: 'Phones: kind', multiple: true })
    expect(of('userFields.delivery_city')).toEqual({
      ...{ field: 'userFields.delivery_city', label: 'Delivery city', kind: 'string' },
      ...{ required: false, multiple: false, aliases: [] },
    })
    expect(of('createdAt')).toBeUndefined()
  })

  it('have labels in the language of the caller, or in all', async () => {
    const { data } = await columns('deals', '', 'ru')
    expect(data.find((one: Saved) => one.field === 'amount')).toMatchObject({ label: 'Сумма', kind: 'decimal' })
    const { data: both } = await columns('deals', '?labels=all')
    expect(both.find((one: Saved) => one.field === 'amount').label).toEqual({ en: 'Amount', ru: 'Сумма' })
  })

  it.each(['contacts', 'companies', 'leads', 'deals', 'quotes', 'invoices'])(
    'of %s can all be mapped',
    async (path) => {
      const fields = (await columns(path)).data.map(({ field }: Saved) => field)
      const mapping = fields.map((field: string, column: number) => ({ column, field }))
      const { body } = await send(`${path}/import/preview`, `${fields.map((_: string, n: number) => `c${n}`)}\n`, {
        mapping,
      }).expect(200)
      expect(body.columns.map(({ field }: Saved) => field)).toEqual(fields)
    },
  )

  it('require the right to import', async () => {
    const { key } = await aUser(api.db, { lastName: 'Limited' })
    const { body } = await api.as(key)('get', '/v1/contacts/import/columns').expect(403)
    expect(body).toMatchObject({ code: 'forbidden' })
  })
})

describe('what a preview proposes can be sent back as the mapping', () => {
  it.each([
    [
      'Google Contacts',
      'contacts',
      'First Name,Last Name,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - City,Address 2 - City',
      'Anna,Orlova,Home,anna@firm.example,Mobile,+79451234567,Work Fax,+74951234567,,Омск',
    ],
    [
      'Outlook',
      'contacts',
      'First Name,Last Name,E-mail Address,E-mail 2 Address,Business Street,Business City,Home Street,Home City,Birthday',
      'Anna,Orlova,a@firm.example,b@firm.example,,,Ленина 1,Омск,0/0/00',
    ],
    [
      'deals with their contacts',
      'deals',
      'Сделка;Контакт 1;Контакт 2;Телефон;Сумма',
      'Полки;Анна Орлова;Иван Петров;+79451234567;12 000,50',
    ],
  ])('%s', async (_, path, header, row) => {
    const file = `${header}\n${row}\n`
    const { body: proposed } = await send(`${path}/import/preview`, file, {}).expect(200)
    const mapping = proposed.columns.map(({ index, field }: Saved) => ({ column: index, field }))
    const { body } = await send(`${path}/import/preview`, file, { mapping }).expect(200)
    // Each preview takes ids of its own.
    const shown = (preview: Saved) =>
      JSON.parse(JSON.stringify(preview, (name, value) => (['id', 'proposal'].includes(name) ? undefined : value)))
    expect(shown(body)).toEqual(shown(proposed))
  })
})

it('an import wizard goes from the file to the corrected rows', async () => {
  const file = [
    'ФИО;Почта;Телефон;Компания;Откуда;Родился;Город доставки',
    'Орлова Анна;orlova@vector.example;8 945 123-45-67;Вектор;Веб-сайт;31.01.1990;Омск',
    'Петров Иван;не почта;8 945 765-43-21;Вектор;;02.03.1985;Казань',
    ';;;;;;Тула',
  ].join('\r\n')

  // The form of the wizard: what a column can be used for.
  const { data: targets } = await columns('contacts', '', 'ru')
  const labels = new Map(targets.map(({ field, label }: Saved) => [field, label]))

  // The file is dropped: what does the server propose?
  const { body: first } = await send('contacts/import/preview', file, {}).expect(200)
  const shown = first.columns.map(({ column, field }: Saved) => [column, labels.get(field) ?? null])
  expect(shown).toEqual([
    ['ФИО', 'Полное имя'],
    ['Почта', 'Рабочий e-mail'],
    ['Телефон', 'Рабочий телефон'],
    ['Компания', 'Компании'],
    ['Откуда', null],
    ['Родился', 'Дата рождения'],
    ['Город доставки', 'Город доставки'],
  ])

  // The user maps the column that was not recognized and the phone, and looks again.
  const changed = new Map([
    ['Откуда', 'source'],
    ['Телефон', 'phones.mobile'],
  ])
  const mapping = first.columns.map(({ column, field }: Saved) => ({
    column,
    field: changed.get(String(column)) ?? field,
  }))
  const options = { mapping, defaults: { source: 'CALL' } }
  const { body: second } = await send('contacts/import/preview', file, options).expect(200)
  expect(second.rows.map(({ action }: Saved) => action)).toEqual(['create', 'create', 'fail'])
  expect(second.rows[0].record).toMatchObject({
    ...{ firstName: 'Анна', lastName: 'Орлова', source: 'WEB', birthDate: '1990-01-31' },
    phones: [{ kind: 'mobile', normalized: '+79451234567' }],
    userFields: { delivery_city: 'Омск' },
  })

  // The user starts the import, and the result names which column went where.
  const { body: started } = await send('contacts/import', file, options).expect(202)
  await api.work()
  const { body: job } = await api.call('get', started.links.self).expect(200)
  expect(job.status).toBe('completedWithErrors')
  expect(job.result).toMatchObject({ rows: 3, created: 2, failed: 1, companies: 1, unmapped: [] })
  expect(job.result.columns).toMatchObject([
    { index: 0, column: 'ФИО', field: 'fullName' },
    { index: 1, column: 'Почта', field: 'emails.work' },
    { index: 2, column: 'Телефон', field: 'phones.mobile' },
    { index: 3, column: 'Компания', field: 'companies' },
    { index: 4, column: 'Откуда', field: 'source' },
    { index: 5, column: 'Родился', field: 'birthDate', dateFormat: 'dd.mm.yyyy' },
    { index: 6, column: 'Город доставки', field: 'userFields.delivery_city' },
  ])

  // The failed row comes back as a file, and is sent again with the same mapping.
  const { body: bytes } = await api.call('get', `${started.links.self}/errors.csv`).responseType('blob').expect(200)
  const errors = bytes.toString()
  expect(errors).toMatch(/^\uFEFF?ФИО;Почта;Телефон;Компания;Откуда;Родился;Город доставки;[^\r\n]+\r\n/)
  expect(errors.trim().split('\r\n')).toHaveLength(2)
  const corrected = errors.replace(/\r\n;;/, '\r\nЗимин Олег;zimin@vector.example;')
  const { body: again } = await send('contacts/import', corrected, options).expect(202)
  await api.work()
  expect((await api.call('get', again.links.self)).body).toMatchObject({
    status: 'completed',
    result: { rows: 1, created: 1, failed: 0 },
  })
})

it('the result also names the columns that say what a phone is used for', async () => {
  const file = 'First Name,Last Name,Phone 1 - Label,Phone 1 - Value\nOleg,Zimin,Mobile,+79457654321\n'
  const { body: started } = await send('contacts/import', file, {}).expect(202)
  await api.work()
  const { body } = await api.call('get', started.links.self).expect(200)
  expect(body.result).toMatchObject({
    unmapped: [],
    columns: [
      { index: 0, field: 'firstName' },
      { index: 1, field: 'lastName' },
      { index: 2, column: 'Phone 1 - Label', field: 'phones.kind' },
      { index: 3, column: 'Phone 1 - Value', field: 'phones.work' },
    ],
  })
})
