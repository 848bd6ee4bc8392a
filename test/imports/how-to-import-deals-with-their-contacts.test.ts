import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import type { Saved } from '../seed.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const imported = (path: string, file: string) => importedJob(api, file, { path })
const listed = async (path: string): Promise<Saved[]> =>
  (await api.call('get', `/v1/${path}&sort=id`).expect(200)).body.data
const namesOf = (deals: Saved[]) =>
  deals.map(({ title, expanded }) => {
    const { contacts } = expanded as { contacts: Saved[] }
    return [title, ...contacts.map(({ firstName, lastName }) => `${firstName} ${lastName}`)]
  })

it('by importing contacts first, with first and last name in separate columns', async () => {
  const file = 'Имя;Фамилия;Рабочий телефон\nИван;Петров;8 945 123-45-67\nАнна;Орлова;\nПётр;Семёнов;'
  expect(await imported('contacts', file)).toMatchObject({ status: 'completed', result: { created: 3 } })
  const contacts = await listed('contacts?fields=firstName,lastName')
  expect(contacts.map(({ firstName, lastName }) => [firstName, lastName])).toEqual([
    ['Иван', 'Петров'],
    ['Анна', 'Орлова'],
    ['Пётр', 'Семёнов'],
  ])
})

it('then deals, with first and last name of the contact in one column; the contacts link by themselves', async () => {
  const file = 'Название сделки;Контакт\nПервая;Иван Петров\nВторая;Орлова Анна\nТретья;петр семенов\nБез контакта;'
  expect(await imported('deals', file)).toMatchObject({ status: 'completed', result: { created: 4, warnings: 0 } })
  expect(namesOf(await listed('deals?expand=contacts&filter[title][ne]=x'))).toEqual([
    ['Первая', 'Иван Петров'],
    ['Вторая', 'Анна Орлова'],
    ['Третья', 'Пётр Семёнов'],
    ['Без контакта'],
  ])
})

it('of a file in English', async () => {
  expect(await imported('deals', 'Deal name,Contact\nEnglish,Anna Nobody\nPhone,+7 945 123 45 67')).toMatchObject({
    result: { created: 2, warnings: 1 },
  })
  expect(namesOf(await listed('deals?expand=contacts&filter[title]=Phone'))).toEqual([['Phone', 'Иван Петров']])
})

it('but not before their contacts: a deal creates no contact', async () => {
  const job = await imported('deals', 'Название сделки;Контакт\nЗаранее;Новый Клиент')
  expect(job).toMatchObject({ status: 'completedWithErrors', result: { created: 1, failed: 0, warnings: 1 } })
  expect(job.faults).toMatchObject([{ row: 1, column: 'Контакт', severity: 'warning', code: 'unknown_record' }])
  expect(await listed(`contacts?filter[lastName]=${encodeURIComponent('Клиент')}`)).toEqual([])
  const [deal] = await listed(`deals?filter[title]=${encodeURIComponent('Заранее')}`)
  expect(deal!.contacts).toEqual([])
})

it('and never to one of several contacts with the same name', async () => {
  await imported('contacts', 'Имя;Фамилия\nИван;Петров')
  const job = await imported('deals', 'Название сделки;Контакт\nЧья;Петров Иван')
  expect(job.faults).toMatchObject([{ severity: 'warning', code: 'ambiguous_record' }])
  const [deal] = await listed(`deals?filter[title]=${encodeURIComponent('Чья')}`)
  expect(deal).toMatchObject({ contacts: [] })
})
