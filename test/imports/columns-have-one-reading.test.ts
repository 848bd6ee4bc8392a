import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { addUserFields } from '../records/rich.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
  await addUserFields(api)
})
afterAll(() => api.close())

async function imported(path: string, file: string, query = '') {
  const { status, result, faults } = await importedJob(api, file, { path, query })
  return {
    status,
    columns: result.columns,
    faults: faults.map(({ row, column, code }: { row: number; column: string; code: string }) => [row, column, code]),
  }
}

const dates = async (...names: string[]) => {
  const { body } = await api.call('get', `/v1/contacts?filter[lastName][in]=${names}&sort=lastName`).expect(200)
  return body.data.map(({ birthDate }: { birthDate: string | null }) => birthDate)
}
const amounts = async (prefix: string) => {
  const { body } = await api.call('get', `/v1/deals?filter[title][startsWith]=${prefix}&sort=title`).expect(200)
  return body.data.map(({ amount, currency }: { amount: unknown; currency: string }) => [amount, currency])
}
const named = { index: 0, column: 'Фамилия', field: 'lastName' }
const born = { index: 1, column: 'Дата рождения', field: 'birthDate' }
const titled = { index: 0, column: 'Title', field: 'title' }
const amount = { index: 1, column: 'Amount', field: 'amount' }

describe('dates of a column', () => {
  it('have the month first if one of them shows it, and two readings have none if others contradict', async () => {
    const file = 'Фамилия,Дата рождения\nM1,01/31/2020\nM2,02/03/2020\nM3,31/01/2020'
    expect(await imported('contacts', file)).toEqual({
      status: 'completedWithErrors',
      columns: [named, { ...born, dateFormat: 'dd.mm.yyyy', formatReason: 'country', isAmbiguous: true }],
      faults: [
        [1, 'Дата рождения', 'invalid_date'],
        [2, 'Дата рождения', 'ambiguous_date'],
      ],
    })
    const clear = 'Фамилия,Дата рождения\nN1,01/31/2020\nN2,02/03/2020'
    expect(await imported('contacts', clear)).toEqual({
      status: 'completed',
      columns: [named, { ...born, dateFormat: 'mm/dd/yyyy', formatReason: 'cells', isAmbiguous: false }],
      faults: [],
    })
    expect(await dates('N1', 'N2')).toEqual(['2020-01-31', '2020-02-03'])
  })

  it('are read as the request says', async () => {
    const file = 'Фамилия,Дата рождения\nG1,01/02/2020\nG2,3 марта 2020'
    expect(await imported('contacts', file, 'dateFormat=mm%2Fdd%2Fyyyy')).toMatchObject({
      columns: [named, { ...born, dateFormat: 'mm/dd/yyyy', formatReason: 'given', isAmbiguous: false }],
    })
    expect(await dates('G1', 'G2')).toEqual(['2020-01-02', '2020-03-03'])
  })
})

describe('dates that a spreadsheet has turned into numbers', () => {
  it('are dates if all cells of the column are such numbers', async () => {
    const file = 'Фамилия,Дата рождения\nS1,20090\nS2,45231\nS3,\nS4,73415'
    expect(await imported('contacts', file)).toEqual({
      status: 'completed',
      columns: [named, { ...born, formatReason: 'dayNumbers', isAmbiguous: false }],
      faults: [],
    })
    expect(await dates('S1', 'S2', 'S3', 'S4')).toEqual(['1955-01-01', '2023-11-01', null, '2100-12-31'])
  })

  it('are reported and left out beside other dates', async () => {
    const file = 'Фамилия,Дата рождения\nU1,45231\nU2,2023-11-01'
    expect((await imported('contacts', file)).faults).toEqual([[1, 'Дата рождения', 'day_number']])
    expect(await dates('U1', 'U2')).toEqual([null, '2023-11-01'])
  })

  it('keep the time of day in the time zone of the file', async () => {
    const file = 'title,userFields.own_moments\nMoment,45231.4375'
    expect((await imported('deals', file, 'timeZone=Europe/Moscow')).faults).toEqual([])
    const { body } = await api.call('get', '/v1/deals?filter[title]=Moment').expect(200)
    expect(body.data[0].userFields.own_moments).toEqual(['2023-11-01T07:30:00.000Z'])
  })
})

describe('numbers of a column', () => {
  it('have thousands, decimals and currencies', async () => {
    const file = 'Title,Amount\nT1,"$1,234.50"\nT2,"1,234"\nT3,"12,345 EUR"\nT4,about 5\nT5,"(3.5)"'
    expect(await imported('deals', file)).toEqual({
      status: 'completedWithErrors',
      columns: [titled, { ...amount, numberFormat: '1,234.50', formatReason: 'cells', isAmbiguous: false }],
      faults: [[4, 'Amount', 'invalid_decimal']],
    })
    expect(await amounts('T')).toEqual([
      ['1234.50', 'USD'],
      ['1234', 'RUB'],
      ['12345', 'EUR'],
      [null, 'RUB'],
      ['-3.5', 'RUB'],
    ])
  })

  it('are read as the request says', async () => {
    expect(await imported('deals', 'Title,Amount\nR1,"1,234"', 'numberFormat=1%2C234.50')).toMatchObject({
      columns: [titled, { ...amount, numberFormat: '1,234.50', formatReason: 'given', isAmbiguous: false }],
    })
    expect(await amounts('R')).toEqual([['1234', 'RUB']])
  })
})

it('refuses an unknown format, with the known ones', async () => {
  const { body } = await api
    .call('post', '/v1/contacts/import?dateFormat=dmy')
    .set('content-type', 'text/csv')
    .send('lastName\nA' as never)
    .expect(400)
  expect(body.errors).toMatchObject([
    { parameter: 'dateFormat', code: 'unknown_value', allowed: ['dd.mm.yyyy', 'mm/dd/yyyy', 'yyyy-mm-dd'] },
  ])
})

it('tells which phones a spreadsheet has spoilt, and splits several in one cell', async () => {
  const rows = [
    ...['A;7.91656E+10', 'B;79165550000.0', 'C;"=""89165550011"""', 'D;+7 (916) 555-00-06/07'],
    ...['E;89165550011 84951234567', 'F;"8 916 555-00-11, 8 495 123-45-67"'],
  ]
  const { faults } = await imported('contacts', ['Фамилия;Телефон', ...rows].join('\n'))
  expect(faults).toEqual([
    [1, 'Телефон', 'spoilt_phone'],
    [2, 'Телефон', 'spoilt_phone'],
    [4, 'Телефон', 'several_phones'],
    [5, 'Телефон', 'several_phones'],
  ])
  const { body } = await api.call('get', '/v1/contacts?filter[lastName][in]=A,B,C,D,E,F&sort=lastName').expect(200)
  const phones = body.data.map((one: { phones: { normalized: string }[] }) => one.phones.map((p) => p.normalized))
  expect(phones).toEqual([
    [],
    [],
    ['+79165550011'],
    ['+79165550006', '+79165550007'],
    ['+79165550011', '+74951234567'],
    ['+79165550011', '+74951234567'],
  ])
})
