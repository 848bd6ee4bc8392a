import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Callers, problem, startWithCallers, unavailable } from '../people/callers.ts'

let callers: Callers
beforeAll(async () => {
  callers = await startWithCallers()
})
afterAll(() => callers.api.close())

const page = { next: null, prev: null }
const get = (path: string) => callers.asReader('get', path)

it("lists the dictionaries in the caller's language, or in all languages", async () => {
  const { body } = await get('/v1/dictionaries').expect(200)
  expect(body).toEqual({
    data: [
      { code: 'COMPANY_TYPE', name: 'Company type' },
      { code: 'CONTACT_TYPE', name: 'Contact type' },
      { code: 'DEAL_TYPE', name: 'Deal type' },
      { code: 'EMPLOYEES', name: 'Employees' },
      { code: 'FAILURE_REASON', name: 'Reason of failure' },
      { code: 'HONORIFIC', name: 'Honorific' },
      { code: 'INDUSTRY', name: 'Industry' },
      { code: 'SOURCE', name: 'Source' },
    ],
    page,
  })
  const all = await get('/v1/dictionaries?labels=all').expect(200)
  expect(all.body.data[7]).toEqual({ code: 'SOURCE', name: { en: 'Source', ru: 'Источник' } })
})

describe('The entries of a dictionary', () => {
  it('are sorted, and in Russian on request', async () => {
    const { body } = await get('/v1/dictionaries/HONORIFIC/entries').set('accept-language', 'ru').expect(200)
    expect(body).toEqual({
      data: [
        { code: 'MR', label: 'г-н', sort: 10, system: true },
        { code: 'MS', label: 'г-жа', sort: 20, system: true },
      ],
      page,
    })
    const all = await get('/v1/dictionaries/HONORIFIC/entries?labels=all').expect(200)
    expect(all.body.data[0]).toEqual({ code: 'MR', label: { en: 'Mr', ru: 'г-н' }, sort: 10, system: true })
  })

  it('are always current', async () => {
    const { pool } = callers.api
    await pool.query(
      `insert into dictionary_entry (dictionary, code, label, sort) values ('HONORIFIC', 'DR', '{"en": "Dr", "ru": "д-р"}', 5)`,
    )
    const { body } = await get('/v1/dictionaries/HONORIFIC/entries').expect(200)
    expect(body.data[0]).toEqual({ code: 'DR', label: 'Dr', sort: 5, system: false })
  })

  it('return 404 for an unknown dictionary, with the nearest code as a hint', async () => {
    const { body } = await get('/v1/dictionaries/sources/entries').expect(404)
    expect(body).toEqual(
      problem(404, 'dictionary_not_found', 'There is no dictionary sources. Did you mean SOURCE?', { hint: 'SOURCE' }),
    )
    const far = await get('/v1/dictionaries/colour/entries').expect(404)
    expect(far.body).not.toHaveProperty('hint')
  })
})

it('lists the currencies, with one base currency', async () => {
  const { body } = await get('/v1/currencies').set('accept-language', 'ru').expect(200)
  expect(body.page).toEqual(page)
  expect(body.data.slice(0, 2)).toEqual([
    { code: 'RUB', name: 'Российский рубль', digits: 2, sort: 10, isBase: true },
    { code: 'USD', name: 'Доллар США', digits: 2, sort: 20, isBase: false },
  ])
  expect(body.data.filter(({ isBase }: { isBase: boolean }) => isBase)).toHaveLength(1)
  const all = await get('/v1/currencies?labels=all').expect(200)
  expect(all.body.data[1].name).toEqual({ en: 'US dollar', ru: 'Доллар США' })
})

const paths = ['/dictionaries', '/dictionaries/SOURCE/entries', '/currencies']

it.each(paths)('refuses %s to callers without CRM access', async (path) => {
  expect((await callers.asOutsider('get', `/v1${path}`).expect(403)).body).toEqual(unavailable)
  await callers.api.as(null)('get', `/v1${path}`).expect(401)
})

it('does not reveal to them which dictionaries exist', async () => {
  expect((await callers.asOutsider('get', '/v1/dictionaries/NOSUCH/entries').expect(403)).body).toEqual(unavailable)
})

it.each(paths)('returns the allowed parameters of %s', async (path) => {
  const typo = await get(`/v1${path}?lables=all`).expect(400)
  expect(typo.body.errors).toEqual([
    {
      ...{ parameter: 'lables', code: 'unknown_parameter', hint: 'labels' },
      message: 'There is no parameter lables. Did you mean labels?',
    },
  ])
  const value = await get(`/v1${path}?labels=alle`).expect(400)
  expect(value.body.errors).toEqual([
    {
      ...{ parameter: 'labels', code: 'unknown_value', allowed: ['all'], hint: 'all' },
      message: 'Must be one of the allowed values. Did you mean all?',
    },
  ])
})
