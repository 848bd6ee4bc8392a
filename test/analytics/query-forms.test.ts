import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { parse } from 'csv-parse/sync'
import { type Api, startApi } from '../api.ts'
import { aDeal } from '../seed.ts'
import { elementsOf, shownText } from './forms/picture.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
  await aDeal(api, { title: 'a', amount: '10.50', source: 'CALL' })
  await aDeal(api, { title: 'b', amount: '20', source: 'CALL' })
  await aDeal(api, { title: '=c', amount: '30.25', source: 'WEB' })
})
afterAll(() => api.close())

const body = {
  type: 'deal',
  currency: 'each',
  groupBy: [{ field: 'source' }],
  measures: [{ fn: 'count' }, { as: 'sum', fn: 'sum', field: 'amount' }],
  sort: ['group0'],
}

/** Asks for the query in a form. */
const ask = (accept: string, parameters = '', language = 'en') =>
  api.call('post', `/v1/analytics/query${parameters}`, body).set('accept', accept).set('accept-language', language)

it('answers with CSV', async () => {
  const { headers, text } = await ask('text/csv', '', 'ru').expect(200)
  expect(headers).toMatchObject({
    'content-type': 'text/csv; charset=utf-8; header=present',
    'content-disposition': 'attachment; filename="query.csv"',
    vary: 'Accept, Accept-Language',
  })
  expect(text.split('\r\n')).toEqual([
    '\uFEFFИсточник;Количество;"sum, RUB"',
    'Звонок;2;"30,50"',
    'Веб-сайт;1;"30,25"',
    'Итого;3;"60,75"',
    '',
  ])
  const raw = await ask('text/csv', '?csvMode=raw&delimiter=%7C').expect(200)
  expect(parse(raw.text, { delimiter: '|' })).toEqual([
    ['group0', 'measure0', 'sum.RUB'],
    ['CALL', '2', '30.50'],
    ['WEB', '1', '30.25'],
    ['total', '3', '60.75'],
  ])
})

it('answers with a chart', async () => {
  const { headers, body: bytes } = await ask('image/svg+xml', '?chart=bar&columns=sum&theme=dark').expect(200)
  expect(headers['content-type']).toBe('image/svg+xml')
  const [root, title, desc] = elementsOf(String(bytes))
  expect([root!.attributes.role, shownText(title!), shownText(desc!)]).toEqual([
    'img',
    'Query',
    'Bar chart. sum. Call: ₽30.50; Website: ₽30.25. Total: ₽60.75.',
  ])
})

it('answers with JSON by default', async () => {
  const { body: table, headers } = await ask('*/*').expect(200)
  expect([table.report, headers.vary]).toEqual(['query', 'Accept, Accept-Language'])
})

it('refuses other forms, and parameters of other forms', async () => {
  const { body: problem } = await ask('text/html').expect(406)
  expect(problem).toMatchObject({
    code: 'not_acceptable',
    available: ['application/json', 'text/csv', 'image/svg+xml'],
  })
  const { body: foreign } = await ask('text/csv', '?theme=dark').expect(400)
  expect(foreign.errors).toMatchObject([{ parameter: 'theme', code: 'not_allowed_here' }])
  const { body: column } = await ask('image/svg+xml', '?columns=summ').expect(400)
  expect(column.errors).toMatchObject([{ parameter: 'columns', code: 'unknown_value', hint: 'sum' }])
  await ask('image/svg+xml', '?width=100').expect(400)
})

it('stacks the parts of a whole in a chart of a report', async () => {
  const path = '/v1/analytics/deals?groupBy=source&chart=stackedBar'
  const { body: bytes } = await api.call('get', path).set('accept', 'image/svg+xml').expect(200)
  const [, title, desc] = elementsOf(String(bytes))
  expect(shownText(title!)).toBe('Deals')
  expect(shownText(desc!)).toContain('Call: In work 2, Won 0, Lost 0, Closed before 0;')
})
