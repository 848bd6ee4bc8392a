import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const imported = (file: string | Buffer, to: { path?: string; query?: string } = {}) => importedJob(api, file, to)

const contacts = async (filter: string) => (await api.call('get', `/v1/contacts?${filter}&sort=id`)).body.data

it('ends with errors for unreadable dates, and each error names the record', async () => {
  const job = await imported('Имя;Дата рождения\nИван;31.02.1980\nАнна;01.02.1980\n')
  const [ivan] = await contacts('filter[firstName]=Иван')
  expect(ivan.birthDate).toBeNull()
  expect(job).toMatchObject({ status: 'completedWithErrors', result: { created: 2, failed: 0, warnings: 1 } })
  expect(job.faults).toEqual([
    {
      ...{ row: 1, line: 2, recordId: ivan.id, column: 'Дата рождения', severity: 'warning', code: 'invalid_date' },
      message: 'Must be a date such as 2026-01-31.',
    },
  ])
})

it('names no record if nothing was saved', async () => {
  const job = await imported('Имя;Дата рождения\nПроба;31.02.1980\n', { query: 'dryRun=true' })
  expect(job.faults).toMatchObject([{ row: 1, recordId: null, code: 'invalid_date' }])
})

it('treats an unclosed quote as text and reports the line', async () => {
  const job = await imported('firstName;lastName;comment\nOne;"Stray;x\nTwo;Plain;y\n')
  const [one] = await contacts('filter[firstName]=One')
  expect(one).toMatchObject({ lastName: '"Stray', comment: 'x' })
  expect(job).toMatchObject({ status: 'completedWithErrors', result: { created: 2, failed: 0, warnings: 1 } })
  expect(job.faults).toEqual([
    {
      ...{ row: 1, line: 2, recordId: one.id, column: 'lastName', severity: 'warning', code: 'stray_quote' },
      message: 'A quote in the cell is never closed. It was read as text.',
    },
  ])
})

it('skips rows with more cells than the header, and reports cells in columns without a name', async () => {
  const job = await imported('firstName;comment;city;\nWide;call; later;Omsk;!\nNote;x;;see there\nFine;x;;\n')
  expect(await contacts('filter[firstName][in]=Wide,Note,Fine')).toHaveLength(2)
  const [note] = await contacts('filter[firstName]=Note')
  expect(job).toMatchObject({ status: 'completedWithErrors', result: { created: 2, failed: 1, warnings: 1 } })
  expect(job.faults).toMatchObject([
    { row: 1, line: 2, recordId: null, column: null, severity: 'error', code: 'too_many_cells' },
    { row: 2, line: 3, recordId: note.id, column: null, severity: 'warning', code: 'unnamed_column' },
  ])
})

it('reports lines with bytes that are invalid in the encoding, and with characters that cannot be stored', async () => {
  const file = Buffer.concat([
    Buffer.from('firstName;lastName\nЁлка;Good\nBad;Пло'),
    Buffer.from([0xff]),
    Buffer.from('хо\nNul;a\0b\n'),
  ])
  const job = await imported(file)
  const [bad] = await contacts('filter[firstName]=Bad')
  const [nul] = await contacts('filter[firstName]=Nul')
  expect([bad.lastName, nul.lastName]).toEqual(['Пло\uFFFDхо', 'ab'])
  expect(job.faults).toMatchObject([
    { row: 2, line: 3, recordId: bad.id, column: 'lastName', severity: 'warning', code: 'damaged_text' },
    { row: 3, line: 4, recordId: nul.id, column: 'lastName', severity: 'warning', code: 'invalid_characters' },
  ])
})

it('names the ids, keys and limits that the messages need, cut to 200 characters', async () => {
  const settings = { types: ['company'] }
  const field = { code: 'partners', kind: 'crm', multiple: true, label: 'Partners', settings }
  await api.call('post', '/v1/types/deal/fields', field).expect(201)
  const partners = 'userFields.partners'
  const cells = (...texts: string[]) => texts.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(';')
  const job = await imported(
    [
      `title;pipelineId;${partners}`,
      cells('Key', '', '["Vector"]'),
      cells('Part', '', '[{"type":"company","id":999999,"na\\ud83d\\u0000me":"Vector"}]'),
      cells('Record', '', '["CO_999999"]'),
      cells('Pipeline', 'Wholesale', ''),
      cells('Long', `${'я'.repeat(198)}🙂!`, ''),
    ].join('\n'),
    { path: 'deals' },
  )
  const told = (row: number, column: string, code: string, message: string) => ({ row, column, code, message })
  const start = 'There is no pipeline '
  expect(job.faults).toMatchObject([
    told(1, partners, 'record_key_expected', 'Must be the prefix of a record type and an id, such as CO_15.'),
    told(2, partners, 'unknown_field', 'There is no field na\uFFFDme.'),
    told(3, partners, 'not_found_reference', 'There is no company 999999.'),
    told(4, 'pipelineId', 'unknown_pipeline', `${start}Wholesale. Allowed: General.`),
    told(5, 'pipelineId', 'unknown_pipeline', `${start}${'я'.repeat(198)}\uFFFD…. Allowed: General.`),
  ])
})

it('reports faults in the cells of a money field and continues', async () => {
  await api.call('post', '/v1/types/company/fields', { code: 'limit', kind: 'money', label: 'Limit' }).expect(201)
  const job = await imported(
    [
      'title;userFields.limit.amount;userFields.limit.currency',
      'Both;1 234,50;RUB',
      'Neither;;',
      'Amount;much;RUB',
      'Currency;5;doubloons',
      'Lone amount;5;',
      'Lone currency;;RUB',
    ].join('\n'),
    { path: 'companies' },
  )
  expect(job).toMatchObject({ status: 'completedWithErrors', result: { created: 6, failed: 0, warnings: 3 } })
  const { body } = await api.call('get', '/v1/companies?fields=title,userFields.limit')
  const titles = ['Both', 'Neither', 'Amount', 'Currency', 'Lone amount', 'Lone currency']
  const stored = titles.map((title) => body.data.find((one: { title: string }) => one.title === title))
  expect(stored.map(({ userFields }) => userFields.limit)).toEqual([
    { amount: '1234.50', currency: 'RUB' },
    ...[null, null, null],
    { amount: '5', currency: 'RUB' },
    null,
  ])
  const at = (row: number, column: string, code: string) => ({
    ...{ row, line: row + 1, recordId: stored[row - 1].id, severity: 'warning', column, code },
  })
  expect(job.faults).toMatchObject([
    at(3, 'userFields.limit.amount', 'invalid_decimal'),
    at(4, 'userFields.limit.currency', 'unknown_value'),
    at(4, 'userFields.limit.amount', 'incomplete_value'),
    { ...at(6, 'userFields.limit.currency', 'currency_without_amount'), severity: 'info' },
  ])
})

it('rejects the rows of a second table instead of storing them as records of the first', async () => {
  const file = [
    'Last name;Phone;E-mail',
    'Firsttable;+7 916 123-45-67;first@x.example',
    'Secondrow;+7 916 123-45-68;second@x.example',
    '',
    'Deal;Stage;Amount',
    'Roof;New;100',
    'Wall;Won;200',
  ].join('\n')
  const job = await imported(file)
  expect(job).toMatchObject({ status: 'completedWithErrors', result: { rows: 5, created: 2, failed: 3, skipped: 0 } })
  expect(job.faults).toEqual(
    [3, 4, 5].map((row) => ({
      ...{ row, line: row + 2, recordId: null, column: null, severity: 'error', code: 'other_table' },
      message: 'The row belongs to another table in the file. Import that table as a file of its own.',
    })),
  )
  expect(await contacts('filter[lastName][in]=Deal,Roof,Wall')).toEqual([])
})

it('reads the words of spreadsheets for true and false', async () => {
  const words = ['ИСТИНА', 'ЛОЖЬ', 'TRUE', 'FALSE', '=TRUE()', '=ЛОЖЬ()', 'Вкл.', 'off', '✓', '✗']
  const rows = words.map((word, index) => `Flag ${index};${word}`)
  const job = await imported(['Фамилия;Доступен всем', ...rows].join('\n'))
  expect(job).toMatchObject({ status: 'completed', result: { created: words.length, warnings: 0 }, faults: [] })
  const found = await contacts('filter[lastName][startsWith]=Flag')
  expect(found.map(({ opened }: { opened: boolean }) => opened)).toEqual(words.map((_, index) => index % 2 === 0))
  const preview = await api
    .call('post', '/v1/contacts/import/preview')
    .set('content-type', 'text/csv')
    .send('Фамилия;Доступен всем\nA;ИСТИНА\nB;ЛОЖЬ\n' as never)
    .expect(200)
  expect(preview.body.columns[1]).toMatchObject({ field: 'opened', kind: 'boolean' })
})
