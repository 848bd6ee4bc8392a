import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { exportedText } from '../exports/exported.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact, aDeal, read, type Saved } from '../seed.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
  for (const [code, kind] of Object.entries({ rates: 'decimal', visits: 'date' })) {
    const body = { code, kind, label: { en: code, ru: code }, multiple: true }
    await api.call('post', '/v1/types/contact/fields', body).expect(201)
  }
})
afterAll(() => api.close())

/** Returns the newest record of a type as its import made it. */
async function imported(path: string, file: string) {
  const job = await importedJob(api, file, { path })
  expect(job).toMatchObject({ status: 'completed', result: { created: 1, warnings: 0 }, faults: [] })
  const { body } = await api.call('get', `/v1/${path}?sort=-id&limit=1`)
  return read(api, `${path}/${body.data[0].id}`)
}

it.each(['en', 'ru'])(
  'companies of an export for people are created again, each by its whole title: %s',
  async (language) => {
    const titles = ['Smith, Inc.', '"Rose"', 'Salt; pepper', '"Rose" and co', 'Plain']
    const companies = await Promise.all(titles.map((title) => aCompany(api, { title })))
    const links = companies.map(({ id }) => ({ id }))
    const { id } = await aContact(api, { lastName: 'Linked', companies: links })
    const file = await exportedText(api.call, `contacts/export?filter[id]=${id}&columns=lastName,companies`, language)
    await Promise.all(companies.map((one) => api.call('delete', `/v1/companies/${one.id}`).expect(204)))
    const { companies: found } = await imported('contacts', file)
    const names = await Promise.all((found as Saved[]).map((one: Saved) => read(api, `companies/${one.id}`)))
    expect(names.map((one) => (one as Saved).title)).toEqual(titles)
  },
)

it('the primary contact of an export for people is the primary one again, and names keep their commas', async () => {
  const first = await aContact(api, { firstName: 'Anna', lastName: 'First' })
  const second = await aContact(api, { firstName: 'Oleg, Jr.', lastName: "O'Neil" })
  const { id } = await aDeal(api, { contacts: [{ id: first.id }, { id: second.id, primary: true }] })
  const deal = await imported(
    'deals',
    await exportedText(api.call, `deals/export?filter[id]=${id}&columns=title,contacts`, 'en'),
  )
  expect(deal.contacts).toEqual([
    { id: second.id, primary: true },
    { id: first.id, primary: false },
  ])
})

it('lists of decimals and dates of a Russian export for people come back', async () => {
  const userFields = { rates: ['1.5', '-2.25', '1000'], visits: ['2020-01-02', '1999-12-31'] }
  const { id } = await aContact(api, { lastName: 'Numbers', userFields })
  const file = await exportedText(api.call, `contacts/export?filter[id]=${id}&fields=lastName,userFields`, 'ru')
  expect(await imported('contacts', file)).toMatchObject({ userFields })
})

it('reads the day numbers of spreadsheets in a column with several dates', async () => {
  const contact = await imported('contacts', 'Фамилия;visits\nDay numbers;45231, 45232\n')
  expect(contact).toMatchObject({ userFields: { visits: ['2023-11-01', '2023-11-02'] } })
})
