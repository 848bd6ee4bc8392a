import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { importTask } from '../../src/imports/task.ts'
import { tasksContext } from '../../src/tasks.ts'
import { aUser, testOptions } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { settingsRequired } from '../people/callers.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const both = { create: { fields: true, entries: true } }

const send = (path: string, file: string, options: object, call = api.call) =>
  call('post', `/v1/${path}`)
    .field('options', JSON.stringify(options))
    .attach('file', Buffer.from(file), { filename: 'file.csv', contentType: 'text/csv' })

/** Imports a file and returns the job with its faults. */
async function imported(file: string, options: object, path = 'contacts/import') {
  const started = await send(path, file, options)
  expect(started.status).toBe(202)
  await api.work()
  const { body: job } = await api.call('get', started.body.links.self).expect(200)
  const { body: errors } = await api.call('get', `${job.links.errors}?limit=500`).expect(200)
  return { ...job, faults: errors.data }
}

const contact = async (lastName: string) =>
  (await api.call('get', `/v1/contacts?filter[lastName][eq]=${encodeURIComponent(lastName)}`).expect(200)).body.data[0]
const field = async (code: string) => (await api.call('get', `/v1/types/contact/fields/${code}?labels=all`)).body
const entriesOf = async (dictionary: string) =>
  (await api.call('get', `/v1/dictionaries/${dictionary}/entries?labels=all`).expect(200)).body.data as {
    code: string
    label: { en: string; ru: string }
  }[]
const found = async (dictionary: string, label: string) =>
  (await entriesOf(dictionary)).filter((entry) => entry.label.ru.toLowerCase() === label.toLowerCase())

const file = [
  'Фамилия;Источник;Любимый цвет;Рост;Рейтинг;В клубе;Осмотр;Сайт-визитка;Артикул;Пустой;%',
  'Орлова;Ярмарка в Туле;синий;170;1,5;да;31.01.2026;https://orlova.example;007;;1',
  'Зимин;ярмарка в туле;красный;182;2,25;нет;01.02.2026;https://zimin.example;12;;2',
  'Панов;;;;;;;;;;',
].join('\n')

const fields = [
  { index: 2, column: 'Любимый цвет', code: 'lyubimyy_tsvet', kind: 'string', label: 'Любимый цвет' },
  { index: 3, column: 'Рост', code: 'rost', kind: 'integer', label: 'Рост' },
  { index: 4, column: 'Рейтинг', code: 'reyting', kind: 'decimal', label: 'Рейтинг' },
  { index: 5, column: 'В клубе', code: 'v_klube', kind: 'boolean', label: 'В клубе' },
  { index: 6, column: 'Осмотр', code: 'osmotr', kind: 'date', label: 'Осмотр' },
  { index: 7, column: 'Сайт-визитка', code: 'sayt_vizitka', kind: 'url', label: 'Сайт-визитка' },
  { index: 8, column: 'Артикул', code: 'artikul', kind: 'string', label: 'Артикул' },
]
const missing = { fields, entries: [{ dictionary: 'SOURCE', field: 'source', values: ['Ярмарка в Туле'] }] }

it('the preview and a dry run list what is missing, and create nothing', async () => {
  const before = await entriesOf('SOURCE')
  const mapping = [{ column: 'Пустой', field: null }]
  const { body } = await send('contacts/import/preview', file, { mapping }).expect(200)
  expect(body.toCreate).toEqual(missing)
  expect(body.faults).toMatchObject([1, 2].map((row) => ({ row, column: 'Источник', code: 'unknown_value' })))
  const { body: asked } = await send('contacts/import/preview', file, { mapping, ...both }).expect(200)
  expect(asked).toMatchObject({ toCreate: missing, faults: [], result: { created: 3, warnings: 0 } })
  const { status, result } = await imported(file, both, 'contacts/import?dryRun=true')
  expect(status).toBe('completed')
  expect(result).toMatchObject({ created: 3, warnings: 0, toCreate: missing, dryRun: true })
  expect(result).not.toHaveProperty('added')
  expect(await entriesOf('SOURCE')).toEqual(before)
  expect(await field('rost')).toMatchObject({ code: 'field_not_found' })
  const ignored = { mapping: [{ column: 'Рост', field: null }] }
  const { body: other } = await send('contacts/import/preview', file, ignored).expect(200)
  expect(other.toCreate.fields).toEqual(fields.filter(({ code }) => code !== 'rost'))
})

it('an import needs the settings right to create something, and the preview tells others nothing', async () => {
  const { key, userId } = await aUser(api.db)
  const permissions = [{ type: 'contact', operations: { read: 'all', import: 'all' } }]
  await api.call('post', '/v1/roles', { name: 'Importers', permissions, members: { userIds: [userId] } }).expect(201)
  const other = api.as(key)
  for (const create of [{ fields: true }, { entries: true }]) {
    const { body } = await send('contacts/import', file, { create }, other).expect(403)
    expect(body).toMatchObject(settingsRequired)
  }
  const query = await other('post', '/v1/contacts/import?createFields=true')
    .set('content-type', 'text/csv')
    .send(file as never)
  expect(query.status).toBe(403)
  expect(query.body).toMatchObject(settingsRequired)
  const { body } = await send('contacts/import/preview', file, {}, other).expect(200)
  expect(body.toCreate).toEqual({ fields: [], entries: [] })
})

it('an import creates what is missing and fills it, and a second one creates nothing', async () => {
  const { status, result, faults } = await imported(file, both)
  expect(faults).toEqual([])
  expect(status).toBe('completed')
  expect(result).toMatchObject({ created: 3, failed: 0, warnings: 0, added: missing })
  expect(result.unmapped.map(({ column }: { column: string }) => column)).toEqual(['Пустой', '%'])
  expect(await field('rost')).toMatchObject({ kind: 'integer', system: false, label: { en: 'Рост', ru: 'Рост' } })
  const [entry, ...more] = await found('SOURCE', 'ярмарка в туле')
  expect(entry).toMatchObject({ code: 'YARMARKA_V_TULE', label: { en: 'Ярмарка в Туле', ru: 'Ярмарка в Туле' } })
  expect(more).toEqual([])
  expect(await contact('Орлова')).toMatchObject({
    source: 'YARMARKA_V_TULE',
    userFields: {
      ...{ lyubimyy_tsvet: 'синий', rost: 170, reyting: '1.5', v_klube: true, osmotr: '2026-01-31', artikul: '007' },
      sayt_vizitka: 'https://orlova.example',
    },
  })
  expect(await contact('Зимин')).toMatchObject({
    source: 'YARMARKA_V_TULE',
    userFields: { reyting: '2.25', rost: 182 },
  })
  const again = await imported(file, both)
  expect(again).toMatchObject({ status: 'completed', result: { created: 3, added: { fields: [], entries: [] } } })
  expect(await found('SOURCE', 'ярмарка в туле')).toHaveLength(1)
})

it('reverting the import keeps the new fields and entries', async () => {
  const { id, result } = await imported('Фамилия;Источник;Хобби\nЛуна;Радио Луна;шахматы', both)
  expect(result.added.fields).toMatchObject([{ code: 'khobbi' }])
  await api.call('post', `/v1/jobs/${id}/revert`).expect(202)
  await api.work()
  expect(await contact('Луна')).toBeUndefined()
  expect(await field('khobbi')).toMatchObject({ kind: 'string' })
  expect(await found('SOURCE', 'Радио Луна')).toHaveLength(1)
})

it('creates only what is asked for', async () => {
  const text = 'Фамилия;Источник;Отчёт\nКрылов;Маяк;раз'
  const entries = await imported(text, { create: { entries: true } })
  expect(entries.result).toMatchObject({
    added: { fields: [], entries: [{ values: ['Маяк'] }] },
    unmapped: [{ index: 2, column: 'Отчёт' }],
  })
  const onlyFields = await imported('Фамилия;Источник;Отчёт\nКрылова;Гавань;два', { create: { fields: true } })
  expect(onlyFields.result).toMatchObject({ added: { fields: [{ code: 'otchet' }], entries: [] }, warnings: 1 })
  const none = await imported('Фамилия;Источник;Ничей\nКрылова;Гавань;два', {})
  expect(none.result).not.toHaveProperty('added')
  expect(await found('SOURCE', 'Гавань')).toEqual([])
})

it('adds options to enumerations, also several in one cell', async () => {
  const options = [{ code: 'tea', label: { en: 'Tea', ru: 'Чай' } }]
  await api
    .call('post', '/v1/types/contact/fields', {
      code: 'drinks',
      kind: 'enumeration',
      multiple: true,
      label: 'Напитки',
      options,
    })
    .expect(201)
  const { result, faults } = await imported('Фамилия;Напитки\nРека;чай, Кофе\nОзеро;"кофе; Морс"', both)
  expect(faults).toEqual([])
  expect(result.added.entries).toEqual([{ dictionary: null, field: 'userFields.drinks', values: ['Кофе', 'Морс'] }])
  expect((await field('drinks')).options).toMatchObject([
    { code: 'tea' },
    { code: 'KOFE', label: { en: 'Кофе', ru: 'Кофе' } },
    { code: 'MORS' },
  ])
  expect(await contact('Река')).toMatchObject({ userFields: { drinks: ['tea', 'KOFE'] } })
})

it('leaves out values that can be no label, and gives each new entry a code of its own', async () => {
  const long = 'о'.repeat(101)
  const values = ['???', long, 'Ёлка', 'елка', 'ЁЛКА', 'Ελλάδα', '東京', '2 этаж', 'Web-сайт', 'Web сайт', 'Сайт\nдва']
  const rows = values.map((value, index) => `Странный ${index},"${value}"`)
  const { result, faults } = await imported(['Фамилия,Источник', ...rows].join('\n'), both)
  const created = ['Ёлка', 'Ελλάδα', '東京', '2 этаж', 'Web-сайт', 'Web сайт']
  expect(result.added).toEqual({ fields: [], entries: [{ dictionary: 'SOURCE', field: 'source', values: created }] })
  expect(faults.map(({ row, code }: { row: number; code: string }) => [row, code])).toEqual([
    [1, 'unknown_value'],
    [2, 'unknown_value'],
    [11, 'unknown_value'],
  ])
  const codes = await Promise.all(created.map(async (label) => (await found('SOURCE', label))[0]?.code))
  expect(codes).toEqual(['ELKA', 'ENTRY', 'ENTRY_2', 'ENTRY_2_ETAZH', 'WEB_SAYT', 'WEB_SAYT_2'])
})

it('creates at most 200 entries, and reports the further values', async () => {
  const rows = Array.from({ length: 203 }, (_, index) => `Много ${index},Причина ${index}`)
  const { result, faults } = await imported(['Фамилия,Источник', ...rows].join('\n'), both)
  expect(result.added.entries[0].values).toHaveLength(200)
  expect(faults).toMatchObject([200, 201, 202].map((index) => ({ row: index + 1, code: 'unknown_value' })))
})

it('makes a field of text where a cell would be lost otherwise, and none for a column named as a field', async () => {
  const text = [
    'Фамилия,Смесь,Цена билета,Дата визита,created at,Нет,Нет',
    'Слон,1,$5,31.01.2026,x,1,2',
    'Кит,два,6,12/31/2026,y,3,4',
  ].join('\n')
  const { result } = await imported(text, both)
  expect(result.added.fields).toMatchObject([
    { code: 'smes', kind: 'string' },
    { code: 'tsena_bileta', kind: 'string' },
    { code: 'data_vizita', kind: 'string' },
    { index: 5, code: 'net', kind: 'integer' },
  ])
  expect(await contact('Слон')).toMatchObject({
    userFields: { smes: '1', tsena_bileta: '$5', data_vizita: '31.01.2026', net: 1 },
  })
})

it('creates everything once if two processes run the job', async () => {
  const rows = Array.from({ length: 700 }, (_, index) => `Дважды ${index};Дважды;${index}`)
  const { body } = await send('contacts/import', ['Фамилия;Источник;Дважды', ...rows].join('\n'), both).expect(202)
  const jobId = body.id
  const runs = [1, 2].map(() => {
    const context = tasksContext({ ...testOptions, db: api.db, dataDir: api.dataDir })
    return importTask.run(context, { jobId }, new AbortController().signal).finally(() => context.queue.stop())
  })
  await Promise.all(runs)
  const { body: job } = await api.call('get', body.links.self).expect(200)
  expect(job).toMatchObject({ status: 'completed', result: { created: 700, warnings: 0 } })
  expect(job.result.added).toMatchObject({ fields: [{ code: 'dvazhdy' }], entries: [{ values: ['Дважды'] }] })
  expect(await found('SOURCE', 'Дважды')).toHaveLength(1)
})

it('continues with the fields that it created before it was stopped', async () => {
  const rows = Array.from({ length: 600 }, (_, index) => `Стоп ${index};Стоп;${index}`)
  const { body } = await send('contacts/import', ['Фамилия;Источник;Остановка', ...rows].join('\n'), both).expect(202)
  const context = { ...tasksContext({ ...testOptions, db: api.db, dataDir: api.dataDir }) }
  const stop = new AbortController()
  stop.abort()
  // The file is looked through, and then the signal stops the first chunk.
  await expect(importTask.run(context, { jobId: body.id }, stop.signal)).rejects.toThrow()
  await context.queue.stop()
  const { body: stopped } = await api.call('get', body.links.self).expect(200)
  expect(stopped.progress.done).toBe(0)
  expect(stopped.result.added).toMatchObject({ fields: [{ code: 'ostanovka' }], entries: [{ values: ['Стоп'] }] })
  await api.work()
  const { body: job } = await api.call('get', body.links.self).expect(200)
  expect(job).toMatchObject({ status: 'completed', result: { created: 600, warnings: 0, added: stopped.result.added } })
  expect(await contact('Стоп 599')).toMatchObject({ source: 'STOP', userFields: { ostanovka: 599 } })
})

it('two imports that need the same field and entry at the same time share them', async () => {
  const start = async (name: string, cell: (index: number) => string) => {
    const rows = Array.from({ length: 50 }, (_, index) => `${name} ${index};Общий;${cell(index)}`)
    return (await send('contacts/import', ['Фамилия;Источник;Общее', ...rows].join('\n'), both).expect(202)).body
  }
  const jobs = [await start('Раз', String), await start('Два', (index) => String(index * 2))]
  const runs = jobs.map(({ id }) => {
    const context = tasksContext({ ...testOptions, db: api.db, dataDir: api.dataDir })
    return importTask.run(context, { jobId: id }, new AbortController().signal).finally(() => context.queue.stop())
  })
  await Promise.all(runs)
  const ended = await Promise.all(jobs.map(async ({ links }) => (await api.call('get', links.self).expect(200)).body))
  for (const job of ended) expect(job).toMatchObject({ status: 'completed', result: { created: 50, warnings: 0 } })
  const added = ended.flatMap(({ result }) => result.added.fields)
  expect(added).toMatchObject([{ code: 'obshchee', kind: 'integer' }])
  expect(await found('SOURCE', 'Общий')).toHaveLength(1)
  expect(await contact('Раз 7')).toMatchObject({ source: 'OBSHCHIY', userFields: { obshchee: 7 } })
  expect(await contact('Два 7')).toMatchObject({ source: 'OBSHCHIY', userFields: { obshchee: 14 } })
})
