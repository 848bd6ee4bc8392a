import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, aUser, startApi } from '../api.ts'
import { adminRequired, problem, settingsRequired } from '../people/callers.ts'
import { aCompany, aDeal, anInvoice, aQuote, read } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const aCurrency = (code: string) => api.call('post', '/v1/currencies', { code, name: code }).expect(201)
const choose = (change: object) => api.call('patch', '/v1/settings', change).expect(200)

it('creates, reads, changes and deletes a currency', async () => {
  const yen = { code: 'JPY', name: { en: 'Japanese yen', ru: 'Японская иена' }, digits: 0 }
  const created = await api.call('post', '/v1/currencies', yen).set('accept-language', 'ru').expect(201)
  expect(created.body).toEqual({ code: 'JPY', name: 'Японская иена', digits: 0, sort: 80, isBase: false })
  expect(created.headers.location).toBe('/v1/currencies/JPY')
  const again = await api.call('post', '/v1/currencies', yen).expect(409)
  expect(again.body).toEqual(problem(409, 'currency_exists', 'There is already a currency JPY.'))
  const changed = await api.call('patch', '/v1/currencies/JPY', { name: { en: 'Yen' }, sort: 5 }).expect(200)
  expect(changed.body).toEqual({ code: 'JPY', name: 'Yen', digits: 0, sort: 5, isBase: false })
  const { body: list } = await api.call('get', '/v1/currencies?labels=all').expect(200)
  const name = { en: 'Yen', ru: 'Японская иена' }
  expect(list.data[0]).toEqual({ code: 'JPY', name, digits: 0, sort: 5, isBase: false })
  const one = await api.call('get', '/v1/currencies/JPY').expect(200)
  await api.call('get', '/v1/currencies/JPY').set('if-none-match', one.headers.etag!).expect(304)
  await api.call('delete', '/v1/currencies/JPY?dryRun=true').expect(200)
  await api.call('delete', '/v1/currencies/JPY').expect(204)
  const gone = await api.call('get', '/v1/currencies/JPY').expect(404)
  expect(gone.body).toMatchObject(problem(404, 'currency_not_found', 'There is no currency JPY.'))
  await api.call('delete', '/v1/currencies/JPY').expect(404)
})

it('creates a currency once for the same idempotency key', async () => {
  const post = () => api.call('post', '/v1/currencies', { code: 'SEK', name: 'Krona' }).set('idempotency-key', 'sek')
  expect((await post().expect(201)).body).toEqual((await post().expect(201)).body)
})

it('refuses codes that are no ISO codes, and unknown properties', async () => {
  const { body } = await api.call('post', '/v1/currencies', { code: 'rub', name: 'R', digits: 9, nam: 1 }).expect(422)
  const found = body.errors.map(({ pointer, code }: { pointer: string; code: string }) => `${pointer} ${code}`)
  expect(found.sort()).toEqual(['/code wrong_characters', '/digits out_of_range', '/nam unknown_field'])
})

it('is changed only by callers with the settings right', async () => {
  const { userId, key } = await aUser(api.db, { lastName: 'Losev' })
  const permissions = [{ type: 'contact', operations: { read: 'all' } }]
  await api.call('post', '/v1/roles', { name: 'Readers', permissions, members: { userIds: [userId] } }).expect(201)
  const asReader = api.as(key)
  const requests = [
    asReader('post', '/v1/currencies', { code: 'AAA', name: 'A' }),
    asReader('patch', '/v1/currencies/USD', { sort: 1 }),
    asReader('delete', '/v1/currencies/USD'),
    asReader('put', '/v1/currencies/USD/rates/2026-01-01', { amount: '1' }),
    asReader('put', '/v1/currencies/USD/rates', { rates: [{ date: '2026-01-01', amount: '1' }] }),
    asReader('delete', '/v1/currencies/USD/rates/2026-01-01'),
  ]
  for (const request of requests) expect((await request.expect(403)).body).toEqual(settingsRequired)
  await asReader('get', '/v1/currencies/USD/rates').expect(200)
})

it('keeps a currency that records have, also in the recycle bin, and counts them', async () => {
  await aCurrency('AED')
  const price = { code: 'price', kind: 'money', label: 'Price' }
  await api.call('post', '/v1/types/company/fields', price).expect(201)
  const [deal, binned] = [await aDeal(api, { currency: 'AED' }), await aDeal(api, { currency: 'AED' })]
  await api.call('delete', `/v1/deals/${binned.id}`).expect(204)
  await aCompany(api, { currency: 'RUB', userFields: { price: { amount: '5', currency: 'AED' } } })
  const { body } = await api.call('delete', '/v1/currencies/AED').expect(409)
  const uses = [
    { type: 'deal', field: 'currency', records: 2 },
    { type: 'company', field: 'userFields.price', records: 1 },
  ]
  const detail = 'Records, sales plans or defaults of fields have the currency AED.'
  expect(body).toEqual(problem(409, 'currency_in_use', detail, { records: 3, uses }))
  expect(await read(api, `deals/${deal.id}`)).toMatchObject({ currency: 'AED', version: 1 })
})

it('keeps a currency that the default of a field has', async () => {
  await aCurrency('ISK')
  const settings = { default: { amount: '1', currency: 'ISK' } }
  await api.call('post', '/v1/types/deal/fields', { code: 'fee', kind: 'money', label: 'Fee', settings }).expect(201)
  const { body } = await api.call('delete', '/v1/currencies/ISK').expect(409)
  expect(body).toMatchObject({ records: 0, uses: [{ type: 'deal', field: 'userFields.fee' }] })
  await api.call('delete', '/v1/types/deal/fields/fee').expect(204)
  await api.call('delete', '/v1/currencies/ISK').expect(204)
})

it('does not tell a caller whether a hidden field has a currency', async () => {
  const field = { code: 'secret', kind: 'money', label: 'Secret' }
  await api.call('post', '/v1/types/deal/fields', field).expect(201)
  await api.call('put', '/v1/types/deal/fields/secret/visibility', { restricted: true }).expect(200)
  const { userId, key } = await aUser(api.db, { lastName: 'Zimina' })
  await api.call('post', '/v1/roles', { name: 'CRM', settings: true, members: { userIds: [userId] } }).expect(201)
  await aCurrency('NOK')
  expect((await api.as(key)('delete', '/v1/currencies/NOK').expect(403)).body).toEqual(adminRequired)
  await api.call('delete', '/v1/currencies/NOK').expect(204)
  await api.call('delete', '/v1/types/deal/fields/secret').expect(204)
})

it('keeps the currencies that the settings name, and says which setting', async () => {
  await aCurrency('THB')
  await choose({ reportCurrency: 'THB', invoiceCurrency: 'THB' })
  const { body } = await api.call('delete', '/v1/currencies/THB').expect(409)
  const named = 'THB is the currency of the settings reportCurrency, invoiceCurrency. Choose another one there first.'
  expect(body).toEqual(problem(409, 'currency_chosen', named))
  await choose({ reportCurrency: null, invoiceCurrency: null })
  await api.call('delete', '/v1/currencies/THB').expect(204)
  const base = await api.call('delete', '/v1/currencies/RUB').expect(409)
  expect(base.body.code).toBe('currency_chosen')
})

it('takes only currencies that exist in the settings', async () => {
  const change = { baseCurrency: 'rub', reportCurrency: 'XXX', invoiceCurrency: 5 }
  const { body } = await api.call('patch', '/v1/settings', change).expect(422)
  expect(body.errors).toMatchObject([
    { pointer: '/invoiceCurrency', code: 'invalid_type' },
    { pointer: '/baseCurrency', code: 'unknown_value', hint: 'RUB' },
    { pointer: '/reportCurrency', code: 'unknown_value' },
  ])
  await api.call('patch', '/v1/settings', { baseCurrency: null }).expect(422)
})

it('gives new invoices the currency of invoices, and other records the base currency', async () => {
  await choose({ invoiceCurrency: 'EUR' })
  expect([(await anInvoice(api)).currency, (await aQuote(api)).currency]).toEqual(['EUR', 'RUB'])
  expect((await anInvoice(api, { currency: 'USD' })).currency).toBe('USD')
  await choose({ invoiceCurrency: null })
  expect((await anInvoice(api)).currency).toBe('RUB')
})

it('never leaves a record with a currency that is deleted while the record gets it', async () => {
  const outcomes = new Map<string, number>()
  const letters = [...'ABCDEFGHIJ']
  for (const code of letters.flatMap((one) => letters.slice(0, 4).map((other) => `X${one}${other}`))) {
    await aCurrency(code)
    const [created, deleted] = await Promise.all([
      api.call('post', '/v1/deals', { currency: code }),
      api.call('delete', `/v1/currencies/${code}`),
    ])
    const outcome = `${created.status} ${created.body.errors?.[0].code ?? 'created'}, ${deleted.body?.code ?? deleted.status}`
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  const allowed = ['201 created, currency_in_use', '422 unknown_value, 204']
  expect([...outcomes.keys()].filter((outcome) => !allowed.includes(outcome))).toEqual([])
  const { rows } = await api.pool.query('select id from deal where currency not in (select code from currency)')
  expect(rows).toEqual([])
})

it('never leaves a field or a setting with a currency that is deleted meanwhile', async () => {
  for (const code of ['YAA', 'YBB', 'YCC', 'YDD', 'YEE', 'YFF']) {
    await aCurrency(code)
    const settings = { default: { amount: '1', currency: code } }
    const field = { code: `fee_${code.toLowerCase()}`, kind: 'money', label: 'Fee', settings }
    const [added, chosen, deleted] = await Promise.all([
      api.call('post', '/v1/types/quote/fields', field),
      api.call('patch', '/v1/settings', { reportCurrency: code }),
      api.call('delete', `/v1/currencies/${code}`),
    ])
    const outcome = `${added.status} ${chosen.status} ${deleted.body?.code ?? deleted.status}`
    expect([
      ...['201 200 currency_chosen', '201 422 currency_in_use', '422 422 204', '201 200 currency_in_use'],
      ...['422 200 currency_chosen'],
    ]).toContain(outcome)
    await choose({ reportCurrency: null })
  }
  const { rows } = await api.pool.query(
    `select code from user_field where settings -> 'default' ->> 'currency' not in (select code from currency)`,
  )
  expect(rows).toEqual([])
})
