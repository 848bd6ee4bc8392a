import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../../jobs.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

/** Returns the phones of the rows of a file of contacts, as they would be stored. */
async function phonesOf(header: string, rows: readonly string[]): Promise<string[][]> {
  const { body } = await api
    .call('post', '/v1/contacts/import/preview')
    .set('content-type', 'text/csv')
    .send([header, ...rows].join('\n') as never)
    .expect(200)
  return body.rows.map(({ record }: { record: { phones: { normalized: string }[] } }) =>
    record.phones.map(({ normalized }) => normalized),
  )
}

const header = 'Фамилия;Компания;Рабочий телефон;Мобильный телефон'
const american = ['20', '21', '22', '23', '24'].map((end, index) => `Smith${index};Granite LLC;+1 302 958 28 ${end};`)
const russian = ['20', '21', '22', '23', '24'].map((end, index) => `Шубина${index};Вектор;;+7 945 123-45-${end}`)

it('two phones of a row have the countries of their own: that at work the one of the company', async () => {
  const found = await phonesOf(header, [
    ...american,
    ...russian,
    'Панова;Granite Partners LLC;302.958.2863;945 535 29 60',
    'Панова;Granite Partners LLC;3029582863;9455352960',
    'Панова;Вектор;3029582863;9455352960',
  ])
  expect(found.slice(-3)).toEqual([
    ['+13029582863', '+79455352960'],
    ['+13029582863', '+79455352960'],
    ['+73029582863', '+79455352960'],
  ])
})

it('a company with a Latin name is in Russia if the file shows no other phones', async () => {
  expect(await phonesOf(header, [...russian, 'Панова;Granite LLC;3029582863;9455352960'])).toContainEqual([
    ...['+73029582863', '+79455352960'],
  ])
})

it('a phone that is invalid in the usual country has another country of the file', async () => {
  expect(await phonesOf(header, [...american, ...russian, 'Панова;;;4699589007'])).toContainEqual(['+14699589007'])
})
