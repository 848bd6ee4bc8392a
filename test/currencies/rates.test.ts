import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { problem } from '../people/callers.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const put = (path: string, body: object) => api.call('put', `/v1/currencies/${path}`, body)
const rate = (date: string, amount: string, nominal = 1) => ({ date, amount, nominal })
const listOf = async (query: string) =>
  (await api.call('get', `/v1/currencies/${query}`).expect(200)).body.data as ReturnType<typeof rate>[]
const faultsOf = ({ body }: { body: { errors: { pointer?: string; parameter?: string; code: string }[] } }) =>
  body.errors.map(({ pointer, parameter, code }) => `${pointer ?? parameter} ${code}`)

it('sets, replaces, reads and deletes the rate of a day', async () => {
  const created = await put('KZT/rates/2026-01-31', { amount: '17.25', nominal: 100 }).expect(201)
  expect(created.body).toEqual(rate('2026-01-31', '17.25', 100))
  expect(created.headers.location).toBe('/v1/currencies/KZT/rates/2026-01-31')
  const replaced = await put('KZT/rates/2026-01-31', { amount: '0.1730' }).expect(200)
  expect(replaced.body).toEqual(rate('2026-01-31', '0.1730'))
  expect((await api.call('get', '/v1/currencies/KZT/rates/2026-01-31').expect(200)).body).toEqual(replaced.body)
  await put('KZT/rates/2199-12-31', { amount: '1' }).expect(201)
  await api.call('delete', '/v1/currencies/KZT/rates/2199-12-31').expect(204)
  const gone = await api.call('delete', '/v1/currencies/KZT/rates/2199-12-31').expect(404)
  expect(gone.body).toEqual(problem(404, 'rate_not_found', 'The currency KZT has no rate of 2199-12-31.'))
  await api.call('get', '/v1/currencies/KZT/rates/2026-01-30').expect(404)
  const nowhere = await put('EURO/rates/2026-01-31', { amount: '1' }).expect(404)
  expect(nowhere.body).toMatchObject({ code: 'currency_not_found', hint: 'EUR' })
})

it('rolls back a dry run, and answers a repeated request once', async () => {
  await put('GBP/rates/2026-01-01?dryRun=true', { amount: '100' }).expect(201)
  expect(await listOf('GBP/rates')).toEqual([])
  const send = () => put('GBP/rates/2026-01-01', { amount: '100' }).set('idempotency-key', 'gbp')
  await send().expect(201)
  await send().expect(201)
  await api.call('delete', '/v1/currencies/GBP/rates/2026-01-01').expect(204)
})

it('refuses rates that are not positive, too long or of days that do not exist', async () => {
  for (const amount of ['0', '-1', '0.00000000001', '1000000000001', `1.${'0'.repeat(11)}`]) {
    expect(faultsOf(await put('USD/rates/2026-01-01', { amount }).expect(422))[0]).toMatch(/^\/amount /)
  }
  const wrong = await put('USD/rates/2026-01-01', { amount: 90.5, nominal: 0, nominl: 1 }).expect(422)
  expect(faultsOf(wrong).sort()).toEqual([
    '/amount decimal_as_number',
    '/nominal out_of_range',
    '/nominl unknown_field',
  ])
  expect(faultsOf(await put('USD/rates/2026-01-01', { amount: '1', nominal: 0 }).expect(422))).toEqual([
    '/nominal out_of_range',
  ])
  for (const day of ['2026-02-29', '0000-01-01', 'today', '2026-1-1']) {
    expect(faultsOf(await put(`USD/rates/${day}`, { amount: '1' }).expect(400))).toEqual(['date invalid_date'])
  }
  expect(faultsOf(await api.call('get', '/v1/currencies/USD/rates?from=x&to=y').expect(400))).toEqual([
    ...['from invalid_date', 'to invalid_date'],
  ])
  const reversed = api.call('get', '/v1/currencies/USD/rates?from=2026-01-02&to=2026-01-01')
  expect(faultsOf(await reversed.expect(400))).toEqual(['to too_small'])
  expect(await listOf('USD/rates')).toEqual([])
})

it('gives the base currency no rates', async () => {
  const detail = 'RUB is the base currency. Its rate is always 1.'
  for (const request of [
    put('RUB/rates/2026-01-01', { amount: '1' }),
    put('RUB/rates', { rates: [rate('2026-01-01', '1')] }),
  ])
    expect((await request.expect(409)).body).toEqual(problem(409, 'base_currency_rate', detail))
  expect(await listOf('RUB/rates')).toEqual([])
})

describe('many rates at once', () => {
  it('are saved, counted and listed page by page, the newest first', async () => {
    const rates = Array.from({ length: 60 }, (_, day) =>
      rate(new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10), `${80 + day}.5`),
    )
    const saved = await put('EUR/rates', { rates }).expect(200)
    expect(saved.body).toEqual({ created: 60, changed: 0, unchanged: 0 })
    const later = [rate('2026-01-01', '80.50'), rate('2026-01-02', '1'), rate('2026-06-01', '2')]
    const again = await put('EUR/rates', { rates: later }).expect(200)
    expect(again.body).toEqual({ created: 1, changed: 1, unchanged: 1 })
    const seen: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const cursor: string = next && `&cursor=${next}`
      const { body } = await api.call('get', `/v1/currencies/EUR/rates?limit=25${cursor}`).expect(200)
      seen.push(...body.data.map(({ date }: { date: string }) => date))
      next = body.page.next
    }
    expect(seen).toEqual(['2026-06-01', ...rates.map(({ date }) => date).reverse()])
    expect((await listOf('EUR/rates?from=2026-01-02&to=2026-01-04')).map(({ date }) => date)).toEqual([
      ...['2026-01-04', '2026-01-03', '2026-01-02'],
    ])
  })

  it('are refused as a whole, with every fault', async () => {
    const rates = [rate('2026-03-01', '1'), rate('2026-03-01', '0'), { date: '2026-03-02', amount: 'x' }]
    expect(faultsOf(await put('USD/rates', { rates }).expect(422))).toEqual(['/rates/2/amount invalid_decimal'])
    const read = await put('USD/rates', { rates: rates.slice(0, 2) }).expect(422)
    expect(faultsOf(read).sort()).toEqual(['/rates/1/amount out_of_range', '/rates/1/date duplicate_value'])
    const many = { rates: Array.from({ length: 10_001 }, () => rate('2026-03-01', '1')) }
    expect(faultsOf(await put('USD/rates', many).expect(422))).toEqual(['/rates too_many'])
    expect(await listOf('USD/rates')).toEqual([])
  })

  it('can be saved by two requests at the same time', async () => {
    const days = Array.from({ length: 28 }, (_, day) => `2025-02-${String(day + 1).padStart(2, '0')}`)
    const both = [days, days.toReversed()].map((list) =>
      put('CNY/rates', { rates: list.map((day) => rate(day, '12')) }),
    )
    for (const { status } of await Promise.all(both)) expect(status).toBe(200)
    expect(await listOf('CNY/rates')).toHaveLength(28)
  })
})

describe('a CSV file of rates', () => {
  const send = (text: string | Buffer, path = 'BYN/rates') =>
    api
      .call('put', `/v1/currencies/${path}`)
      .set('content-type', 'text/csv')
      .send(text as string)

  it('is read with its own way of writing dates and numbers', async () => {
    const russian = 'Дата;Курс;Номинал\r\n31.01.2026;1 234,5678;10\r\n01.02.2026;1234,6;10\r\n'
    expect((await send(russian).expect(200)).body).toEqual({ created: 2, changed: 0, unchanged: 0 })
    expect(await listOf('BYN/rates')).toEqual([rate('2026-02-01', '1234.6', 10), rate('2026-01-31', '1234.5678', 10)])
    await send('date,amount\n2026-02-02,1.5\n').set('idempotency-key', 'csv').expect(200)
    const other = send('date,amount\n2026-02-02,1.6\n').set('idempotency-key', 'csv')
    expect((await other.expect(422)).body.code).toBe('idempotency_key_reused')
  })

  it('is refused with the line and column of every fault', async () => {
    const wrong = 'date;amount;nominal\n2026-03-01;;1\n2026-03-32;5;0\n2026-03-03;5;1\n2026-03-03;-6,5;1\n'
    const { body } = await send(wrong).expect(422)
    expect(faultsOf({ body })).toEqual([
      ...['/2/amount required', '/3/date invalid_date', '/3/nominal out_of_range'],
      ...['/5/amount out_of_range', '/5/date duplicate_value'],
    ])
    expect(faultsOf(await send('date;amuont\n2026-01-01;5\n').expect(422))).toEqual([
      ...['/header/amuont unknown_field', '/header/amount required'],
    ])
    expect(faultsOf(await send('').expect(422))).toEqual(['/header/date required', '/header/amount required'])
    expect(faultsOf(await send('date;amount\n2026-01-01;5\n2026-01-02;6\n2026-01-03;5;6;7\n').expect(422))).toEqual([
      '/4 too_many_cells',
    ])
  })

  it('is not guessed: a column with two readings is refused until the request says which', async () => {
    const file = 'date;amount\n01/02/2026;1,234\n03/04/2026;2,345\n'
    expect(faultsOf(await send(file, 'KZT/rates').expect(422))).toEqual([
      ...['/header/date two_readings', '/header/amount two_readings'],
    ])
    const formats = 'dateFormat=dd.mm.yyyy&numberFormat=1.234,50'
    await send(file, `KZT/rates?${formats}`).expect(200)
    expect(await listOf('KZT/rates?to=2026-12-31&from=2026-02-01')).toEqual([
      ...[rate('2026-04-03', '2.345'), rate('2026-02-01', '1.234')],
    ])
    const rates = [rate('2026-01-01', '1')]
    expect(faultsOf(await put(`KZT/rates?${formats}`, { rates }).expect(400))).toEqual([
      ...['dateFormat not_allowed_here', 'numberFormat not_allowed_here'],
    ])
  })

  it('comes back as it was sent', async () => {
    const rates = [rate('2026-01-03', '1.234'), rate('2026-01-02', '12.3456789', 100), rate('2026-01-01', '7')]
    await api.call('post', '/v1/currencies', { code: 'AMD', name: 'Dram' }).expect(201)
    await put('AMD/rates', { rates }).expect(200)
    const asFile = (path: string) => api.call('get', `/v1/currencies/${path}`).set('accept', 'text/csv').buffer()
    const file = await asFile('AMD/rates').expect(200)
    expect(file.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="rates-AMD.csv"',
      vary: expect.stringContaining('Accept'),
    })
    expect(file.text).toBe(
      'date,amount,nominal\r\n2026-01-03,1.2340,1\r\n2026-01-02,12.3456789,100\r\n2026-01-01,7,1\r\n',
    )
    expect((await send(file.text, 'AMD/rates').expect(200)).body).toEqual({ created: 0, changed: 0, unchanged: 3 })
    expect(faultsOf(await asFile('AMD/rates?limit=1').expect(400))).toEqual(['limit not_allowed_here'])
    const preferred = api.call('get', '/v1/currencies/AMD/rates').set('accept', 'application/json, text/csv;q=0.5')
    expect((await preferred.expect(200)).body.data).toHaveLength(3)
  })

  it('is accepted by this route only', async () => {
    const { body } = await api.call('post', '/v1/currencies').set('content-type', 'text/csv').send('a').expect(415)
    expect(body.code).toBe('unsupported_media_type')
  })
})

it('deletes the rates with their currency', async () => {
  await api.call('post', '/v1/currencies', { code: 'TRY', name: 'Lira' }).expect(201)
  await put('TRY/rates/2026-01-01', { amount: '2' }).expect(201)
  await api.call('delete', '/v1/currencies/TRY').expect(204)
  await api.call('post', '/v1/currencies', { code: 'TRY', name: 'Lira' }).expect(201)
  expect(await listOf('TRY/rates')).toEqual([])
})
