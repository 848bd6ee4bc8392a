import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const lines = (...rows: string[]) => rows.join('\r\n')

/** Sends a file with options, in a form. */
const send = (file: string, options: object, path = 'contacts/import') =>
  api
    .call('post', `/v1/${path}`)
    .field('options', JSON.stringify(options))
    .attach('file', Buffer.from(file), { filename: 'a.csv', contentType: 'text/csv' })

/** Imports a file and returns the job and the created records. */
async function imported(file: string, options: object = {}) {
  const { body } = await send(file, options).expect(202)
  await api.work()
  const job = (await api.call('get', body.links.self).expect(200)).body
  const { data } = (await api.call('get', `/v1/contacts?sort=-id&limit=${job.result.created || 1}`)).body
  const faults = (await api.call('get', job.links.errors).expect(200)).body.data
  return { job, contacts: data.reverse(), faults }
}

describe('the mapping of the caller', () => {
  const file = lines('A;B;Phone;Phone;Город', 'Anna;Orlova;+79451234567;+79457654321;Омск')

  it('says what columns are used for, and the other columns are matched by their names', async () => {
    const mapping = [
      { column: 'A', field: 'firstName' },
      { column: 1, field: 'lastName' },
      { column: 2, field: 'phones.mobile' },
      { column: 3, field: null },
    ]
    const { job, contacts } = await imported(file, { mapping })
    expect(job.result).toMatchObject({ created: 1, unmapped: [{ index: 3, column: 'Phone' }] })
    expect(contacts[0]).toMatchObject({
      ...{ firstName: 'Anna', lastName: 'Orlova', address: { city: 'Омск' } },
      phones: [{ kind: 'mobile', normalized: '+79451234567' }],
    })
  })

  it('splits a column with whole names, and can use positions in a file without a header', async () => {
    const mapping = [
      { column: 0, field: 'fullName' },
      { column: 1, field: 'emails.home' },
    ]
    const rows = lines('Орлова Анна,a@firm.example', 'Петров Иван,b@firm.example')
    const { contacts } = await imported(rows, { mapping, dialect: { header: false } })
    expect(contacts).toMatchObject([
      { firstName: 'Анна', lastName: 'Орлова', emails: [{ kind: 'home', value: 'a@firm.example' }] },
      { firstName: 'Иван', lastName: 'Петров' },
    ])
  })

  it.each(['contacts/import', 'contacts/import/preview'])('is checked at once by %s', async (path) => {
    const mapping = [
      { column: 'C', field: 'firstName' },
      { column: 'Phone', field: 'phones.work' },
      { column: 9, field: 'phones.work' },
      { column: 'A', field: 'fristName' },
      { column: 'B', field: 'createdAt' },
      { column: 0, field: 'lastName' },
      { column: 'Город', field: 'lastName' },
      { column: 4, field: null },
    ]
    const { body } = await send(file, { mapping }, path).expect(422)
    const fault = (pointer: string, code: string) => expect.objectContaining({ pointer: `/mapping/${pointer}`, code })
    expect(body.errors).toEqual([
      fault('0/column', 'unknown_column'),
      fault('1/column', 'ambiguous_column'),
      fault('2/column', 'unknown_column'),
      {
        ...{ pointer: '/mapping/3/field', code: 'unknown_field', hint: 'firstName' },
        message: 'There is no field fristName. Did you mean firstName?',
      },
      fault('4/field', 'unknown_field'),
      fault('6/field', 'field_mapped_twice'),
      fault('7/column', 'column_mapped_twice'),
    ])
    expect(body.errors[1].message).toBe('Several columns have this name. Use a position instead: 2, 3.')
  })

  it('is refused in another form', async () => {
    for (const mapping of [{}, [{ column: 'A' }], [{ column: -1, field: null }], [{ column: 'A', field: 1 }]]) {
      await send(file, { mapping }).expect(422)
    }
  })
})

describe('columns of one value', () => {
  it('find the use of a phone in the column beside it', async () => {
    const { contacts } = await imported(
      lines(
        'First Name,Phone 1 - Label,Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,E-mail 1 - Label,E-mail 1 - Value',
        'Anna,Mobile,+79451234567,Work Fax,+74951234567 ::: +74957654321,* Other,a@firm.example',
        'Ivan,Отдел продаж,+79451234568,,,,',
      ),
    )
    expect(contacts).toMatchObject([
      {
        phones: [
          { kind: 'mobile', normalized: '+79451234567' },
          { kind: 'fax', normalized: '+74951234567' },
          { kind: 'fax', normalized: '+74957654321' },
        ],
        emails: [{ kind: 'other', value: 'a@firm.example' }],
      },
      // The use is unknown, so it is the usual one.
      { phones: [{ kind: 'work', normalized: '+79451234568' }] },
    ])
  })

  it('use one of several addresses, and report the others', async () => {
    const { contacts, faults } = await imported(
      lines(
        'First Name,Business Street,Business City,Home Street,Home City,Home Country/Region,E-mail 2 Address',
        'Anna,Lenina 1,Omsk,,,Russia,',
        'Ivan,,,Mira 2,Tomsk,Russia,',
        'Olga,Lenina 1,Omsk,Mira 2,Tomsk,Russia,',
      ),
    )
    expect(contacts).toMatchObject([
      { address: { lines: ['Lenina 1'], city: 'Omsk', country: null } },
      { address: { lines: ['Mira 2'], city: 'Tomsk', country: 'Russia' } },
      { address: { lines: ['Lenina 1'], city: 'Omsk', country: null } },
    ])
    const fault = (row: number, column: string) => expect.objectContaining({ row, column, code: 'address_left_out' })
    expect(faults).toEqual([
      fault(1, 'Home Country/Region'),
      fault(3, 'Home Street'),
      fault(3, 'Home City'),
      fault(3, 'Home Country/Region'),
    ])
  })

  it('use the parts of an address rather than the whole', async () => {
    const header = 'Имя;Имя, Фамилия;Адрес;Улица, номер дома;Квартира, офис, комната, этаж;Населенный пункт'
    const { contacts, faults } = await imported(
      lines(header, 'Анна;;Ленина 1, 2, Омск;Ленина 1;кв. 2;Омск', 'Иван;;Мира 2, Томск;;;'),
    )
    expect(contacts).toMatchObject([
      { address: { lines: ['Ленина 1', 'кв. 2'], city: 'Омск' } },
      { address: { lines: ['Мира 2, Томск'], city: null } },
    ])
    expect(faults).toEqual([])
  })
})

it('reads whole names in the order of the column', async () => {
  const { contacts } = await imported(lines('Name', 'Иванов Пётр', 'Ли Чен', 'Ким Анна Викторовна', 'Smith, John'))
  expect(contacts).toMatchObject([
    { firstName: 'Пётр', lastName: 'Иванов' },
    { firstName: 'Чен', lastName: 'Ли' },
    { firstName: 'Анна', middleName: 'Викторовна', lastName: 'Ким' },
    { firstName: 'John', lastName: 'Smith' },
  ])
})

it('reads whole names in a column of first names, if there are no last names', async () => {
  const whole = await imported(lines('Имя;Телефон', 'Анна Орлова;', 'Иван Петров;', 'Ольга Ким;', 'Зоя;'))
  expect(whole.contacts).toMatchObject([
    { firstName: 'Анна', lastName: 'Орлова' },
    { firstName: 'Иван', lastName: 'Петров' },
    { firstName: 'Ольга', lastName: 'Ким' },
    { firstName: 'Зоя', lastName: null },
  ])
  const first = await imported(lines('Имя;Телефон', 'Анна Ивановна;', 'Иван Петрович;', 'Ольга П.;'))
  expect(first.contacts).toMatchObject([{ firstName: 'Анна Ивановна', lastName: null }, {}, { firstName: 'Ольга П.' }])
  const both = await imported(lines('Имя;Фамилия', 'Анна Мария;Орлова', 'Ева Мария;Ким', 'Анна Ева;Ли'))
  expect(both.contacts[0]).toMatchObject({ firstName: 'Анна Мария', lastName: 'Орлова' })
})

it('reads the words of other programs for standard values', async () => {
  const { contacts, faults } = await imported(
    lines(
      'Contact ID,First Name,Salutation,Lead Source,Email Opt Out,Mailing City',
      '003A,Anna,Ms.,Referral,1,Omsk',
      '003B,Ivan,Mr.,Hat,0,Omsk',
    ),
  )
  expect(contacts).toMatchObject([
    { honorific: 'MS', source: 'RECOMMENDATION', participatesInExport: false },
    { honorific: 'MR', source: null, participatesInExport: true, externalIds: [{ source: 'salesforce', key: '003B' }] },
  ])
  expect(faults).toEqual([expect.objectContaining({ row: 2, column: 'Lead Source', code: 'unknown_value' })])
})
