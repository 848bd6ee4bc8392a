import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parse } from 'csv-parse/sync'
import { themeNames } from '../../../src/analytics/forms/palette.ts'
import { reports } from '../../../src/analytics/reports/reports.ts'
import { type Api, startApi } from '../../api.ts'
import { inThePast } from '../../reporting-period/past.ts'
import { aCompany, aDeal, aLead, anInvoice } from '../../seed.ts'
import { elementsOf, expectSound, shownText, wholeText } from '../forms/picture.ts'
import { readReport } from './read-report.ts'

let api: Api
const march = { from: '2026-03-01', to: '2026-04-01', timeZone: 'Europe/Moscow' }
const longTitle = 'Общество с ограниченной ответственностью «Научно-производственное объединение „Северное сияние“»'

/** A year of sales, with one name that no chart has room for. */
beforeAll(async () => {
  api = await startApi()
  const at = inThePast(api)
  const company = await aCompany(api, { title: longTitle })
  const ends = [{ stageId: 'WON' }, { stageId: 'LOSE', failureReason: 'PRICE' }, {}, { stageId: 'EXECUTING' }]
  for (const [index, source] of ['WEB', 'CALL', null, 'EMAIL', 'STORE'].entries()) {
    for (const [place, end] of ends.entries()) {
      const time = `2026-0${1 + ((index + place) % 3)}-1${index}T09:00:00Z`
      const deal = { amount: `${10 ** (index + place)}.50`, source, companyId: place ? company.id : null, ...end }
      await at(time, () => aDeal(api, { ...deal, closeDate: `2026-0${4 + place}-15` }))
      await at(time, () => aLead(api, { source, ...(place === 1 && { stageId: 'JUNK' }) }))
    }
  }
  await anInvoice(api, { amount: '123456789.01', issueDate: '2026-03-02', dueDate: '2026-03-10' })
  await anInvoice(api, { amount: '2', issueDate: '2026-01-02', dueDate: '2026-01-10' })
  const plan = { month: '2026-03', type: 'deal', amount: '150000', currency: 'RUB' }
  await api.call('post', '/v1/sales-plans', plan).expect(201)
})
afterAll(() => api.close())

async function sent(name: string, accept: string, body: object, query = '', language = 'en'): Promise<string> {
  const request = api.call('post', `/v1/analytics/${name}${query}`, body)
  const answer = await request.set('accept', accept).set('accept-language', language).buffer(true)
  expect([name, query, body, answer.status]).toEqual([name, query, body, 200])
  return answer.text ?? String(answer.body)
}

it.each([
  ['en', '2026-02-23', '2026-02-23 – 2026-03-01'],
  ['ru', '23.02.2026', '23.02.2026 – 01.03.2026'],
])('names weeks by their first day on an axis (%s)', async (language, day, week) => {
  const xml = await sent('trends', 'image/svg+xml', { ...march, groupBy: 'week' }, '?chart=line', language)
  const names = elementsOf(xml).filter(({ name }) => name === 'text')
  expect(names.map(shownText)).toContain(day)
  expect(names.map(wholeText)).toContain(week)
  for (const name of names) expect(shownText(name)).not.toContain('…')
})

describe.each(reports.map(({ name, report: { groupNames } }) => ({ name, groupNames })))(
  'the report $name',
  ({ name, groupNames }) => {
    const groups = groupNames.length ? groupNames.map((groupBy) => ({ groupBy })) : [{}]

    it.each(['en', 'ru'])('has legible pictures of every chart and group (%s)', async (language) => {
      for (const group of groups) {
        const { charts } = await readReport(api, name, { ...march, ...group })
        for (const shape of charts) {
          for (const theme of themeNames) {
            const query = `?chart=${shape}&theme=${theme}`
            expectSound(await sent(name, 'image/svg+xml', { ...march, ...group }, query, language), { shape })
          }
        }
      }
    })

    it('has a CSV with its columns, its rows and the totals', async () => {
      for (const group of groups) {
        const { columns, rows } = await readReport(api, name, { ...march, ...group })
        const csv = await sent(name, 'text/csv', { ...march, ...group })
        const [header, ...lines] = parse(csv, { bom: true }) as string[][]
        const labels = columns.flatMap(({ label, kind }) =>
          kind === 'money' ? [label, `${label}, currency`] : [label],
        )
        expect(header).toEqual(labels)
        expect(lines.map(([label]) => label)).toEqual([...rows.map(({ label }) => label), 'Total'])
      }
    })
  },
)
