import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { exportedText } from '../exports/exported.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, read } from '../seed.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
  const field = (code: string, kind: object) =>
    api.call('post', '/v1/types/contact/fields', { code, label: { en: code, ru: code }, multiple: true, ...kind })
  await field('tags', { kind: 'string' }).expect(201)
  const options = [
    { code: 'a', label: { en: 'Red, dark', ru: 'Красный; тёмный' } },
    { code: 'b', label: { en: 'Blue', ru: 'Синий' } },
  ]
  await field('colours', { kind: 'enumeration', options }).expect(201)
})
afterAll(() => api.close())

const plain = ['one', 'two']
const awkward = ['a, b', 'c;d', '"e"', '"f, g"', '"h', '[1]', 'OOO "I"', "'j"]

it.each([
  ['plain values', plain, 'en'],
  ['values with separators and quotes', awkward, 'en'],
  ['values with separators and quotes, in Russian', awkward, 'ru'],
  ['one value with a comma', ['k, l'], 'ru'],
  ['one value in brackets', ['["m"]'], 'en'],
  ['formulas', ['=1+1', '-x, y', '@z'], 'en'],
])('an export for people comes back with %s', async (name, tags, language) => {
  const given = {
    ...{ lastName: name, userFields: { tags, colours: ['a', 'b'] } },
    websites: [
      { kind: 'work', value: 'https://x.example/?a=1,2;3' },
      { kind: 'work', value: 'y.example' },
    ],
    messengers: [
      { kind: 'skype', value: 'anna orlova' },
      { kind: 'skype', value: 'live:anna' },
    ],
    phones: [
      { kind: 'work', value: '+7 945 123-45-67, доб. 5' },
      { kind: 'work', value: '+7 945 123-45-68' },
    ],
    externalIds: [
      { source: 'amo', key: `7,${name}` },
      { source: '1c', key: `5:6 ${name}` },
    ],
  }
  const { id } = await aContact(api, given)
  const fields = 'lastName,userFields,websites,messengers,phones,externalIds'
  const file = await exportedText(api.call, `contacts/export?filter[id]=${id}&fields=${fields}`, language)
  await api.call('delete', `/v1/contacts/${id}`).expect(204)
  await api.call('delete', '/v1/recycle-bin').expect(202)
  await api.work()
  const job = await importedJob(api, file)
  expect(job).toMatchObject({ status: 'completed', result: { created: 1, warnings: 0 }, faults: [] })
  const [contact] = (await api.call('get', `/v1/contacts?sort=-id&limit=1`)).body.data
  expect(await read(api, `contacts/${contact.id}`)).toMatchObject(given)
})

it('reads external ids by source and key, and reports others', async () => {
  const job = await importedJob(
    api,
    'Фамилия;Внешние ключи\nПервый;amo:1, 1c:2\nВторой;77\nТретий;"[{""source"":""a:b"",""key"":""3""}]"\n',
  )
  expect(job.result).toMatchObject({ created: 3, warnings: 1 })
  expect(job.faults).toMatchObject([
    { row: 2, column: 'Внешние ключи', code: 'external_id_expected', severity: 'warning' },
  ])
  const { body } = await api.call(
    'get',
    '/v1/contacts?filter[externalIds.source][in]=amo,1c,a:b&filter[lastName][in]=Первый,Третий&sort=id',
  )
  expect(body.data.map(({ externalIds }: { externalIds: object[] }) => externalIds)).toEqual([
    [
      { source: 'amo', key: '1' },
      { source: '1c', key: '2' },
    ],
    [{ source: 'a:b', key: '3' }],
  ])
  const path = 'contacts/export?filter[externalIds.source]=a:b&fields=externalIds'
  expect(await exportedText(api.call, path)).toContain('"[{""source"":""a:b"",""key"":""3""}]"')
})
