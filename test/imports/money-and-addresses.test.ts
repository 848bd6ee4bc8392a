import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
  const field = (code: string, kind: string, en: string, ru: string) =>
    api.call('post', '/v1/types/deal/fields').send({ code, kind, label: { en, ru } }).expect(201)
  await field('price', 'money', 'Price', 'Цена')
  await field('office', 'address', 'Office', 'Офис')
})
afterAll(() => api.close())

/** Imports deals of these lines. Returns the faults, and the deals in the order of the lines. */
async function imported(prefix: string, header: string, ...lines: readonly string[]) {
  const file = [`Title;${header}`, ...lines.map((line, index) => `${prefix}${index};${line}`)].join('\n')
  const { result, faults } = await importedJob(api, file, { path: 'deals' })
  const { body } = await api.call('get', `/v1/deals?filter[title][startsWith]=${prefix}&sort=id`).expect(200)
  return {
    unmapped: result.unmapped,
    warnings: result.warnings,
    faults: faults.map(({ row, column, code }: Record<string, unknown>) => [row, column, code]),
    money: body.data.map(({ amount, currency }: Record<string, unknown>) => [amount, currency]),
    prices: body.data.map(({ userFields }: { userFields: Record<string, unknown> }) => userFields.price),
    offices: body.data.map(({ userFields }: { userFields: Record<string, unknown> }) => userFields.office),
  }
}

describe('a currency inside the cell of an amount', () => {
  it('wins over a default', async () => {
    expect(await imported('D', 'Amount;Currency', '$100;', '100 CHF;', '100;EUR')).toMatchObject({
      faults: [[2, 'Amount', 'unknown_value']],
      money: [
        ['100', 'USD'],
        ['100', null],
        ['100', 'EUR'],
      ],
    })
  })

  it('leaves both empty if the column of currencies has another one', async () => {
    expect(await imported('C', 'Amount;Currency;Price;Price: currency', '$100;EUR;5 ₽;USD', '$100;USD;$5;$')).toEqual({
      unmapped: [],
      warnings: 2,
      faults: [
        [1, 'Amount', 'currency_conflict'],
        [1, 'Price', 'currency_conflict'],
      ],
      money: [
        [null, null],
        ['100', 'USD'],
      ],
      prices: [null, { amount: '5', currency: 'USD' }],
      offices: [null, null],
    })
  })
})

describe('the name of a column of amounts', () => {
  it('says the currency of cells without one', async () => {
    expect(await imported('N', 'Amount, USD;Price (€)', '100;5', '100 ₽;5')).toMatchObject({
      faults: [[2, 'Amount, USD', 'other_currency']],
      money: [
        ['100', 'USD'],
        ['100', 'RUB'],
      ],
      prices: [
        { amount: '5', currency: 'EUR' },
        { amount: '5', currency: 'EUR' },
      ],
    })
  })

  it('contradicts the column of currencies', async () => {
    expect(await imported('O', 'Amount, USD;Currency', '100;EUR')).toMatchObject({
      faults: [[1, 'Amount, USD', 'currency_conflict']],
      money: [[null, null]],
    })
  })
})

describe('money in a user field', () => {
  it('has the base currency if the file has none', async () => {
    expect(await imported('B', 'Цена', '1 234,50')).toMatchObject({
      ...{ unmapped: [], faults: [], prices: [{ amount: '1234.50', currency: 'RUB' }] },
    })
    expect(await imported('E', 'userFields.price.amount;Price: currency', '7;')).toMatchObject({
      ...{ faults: [], prices: [{ amount: '7', currency: 'RUB' }] },
    })
  })

  it('is left out if its currency cannot be read, and a currency alone is nothing', async () => {
    expect(await imported('U', 'Price: amount;Price: currency', '7;Gulden', ';USD')).toEqual({
      unmapped: [],
      warnings: 2,
      faults: [
        [1, 'Price: currency', 'unknown_value'],
        [1, 'Price: amount', 'incomplete_value'],
        [2, 'Price: currency', 'currency_without_amount'],
      ],
      money: [
        ['0', 'RUB'],
        ['0', 'RUB'],
      ],
      prices: [null, null],
      offices: [null, null],
    })
  })
})

describe('an address in a user field', () => {
  it('is found by the label of the field and by those of its parts', async () => {
    const office = {
      ...{ lines: ['Lenina 1'], city: 'Omsk', district: null, region: null, postalCode: null, country: null },
      ...{ latitude: null, longitude: null },
    }
    expect(await imported('A', 'Офис;Office city', 'Lenina 1;Omsk')).toMatchObject({
      ...{ unmapped: [], faults: [], offices: [office] },
    })
  })

  it('loses only the coordinate that is incomplete', async () => {
    const { faults, offices } = await imported('P', 'Office;Office latitude;Office longitude', 'Lenina 1;55,5;', ';1;x')
    expect(faults).toEqual([
      [1, 'Office latitude', 'incomplete_value'],
      [2, 'Office longitude', 'invalid_decimal'],
      [2, 'Office latitude', 'incomplete_value'],
    ])
    expect(offices).toMatchObject([{ lines: ['Lenina 1'], latitude: null, longitude: null }, null])
  })
})

it('says what an incomplete value lacks, in the language of the caller', async () => {
  const file = 'Title;Office latitude\nLost;55.5'
  const started = await api
    .call('post', '/v1/deals/import/preview')
    .set({ 'content-type': 'text/csv', 'accept-language': 'ru' })
    .send(file as never)
    .expect(200)
  expect(started.body.faults).toMatchObject([
    { column: 'Office latitude', message: 'Пропущено, потому что нет другой части: Офис: Долгота.' },
  ])
})
