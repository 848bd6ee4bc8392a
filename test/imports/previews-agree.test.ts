import { afterAll, beforeAll, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { csvLines } from '../../src/csv/write.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { addUserFields } from '../records/rich.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
  await addUserFields(api)
})
afterAll(() => api.close())

/** Cells that are read in several ways, or not at all. */
const nasty = [
  ...[
    '',
    '\u200b',
    '-',
    '—',
    'n/a',
    '?',
    '0',
    '00',
    '-0',
    '+5',
    '1e5',
    '1,5',
    '1.234',
    '1 234,50',
    '1,234.50',
    '(3.5)',
  ],
  ...['$100', '100 ₽', '100 CHF', 'about 5', '="00123"', "'=1+1", '=1+1', '5 %', '٣', '²', '1..2', ',', ';', '"', '[]'],
  ...['31.12.2025', '12/31/2025', '01/02/2026', '2026-02-30', '31 дек 2025', '45231', '45231.5', 'soon', '24:00'],
  ...[
    '2026-01-31T10:00:00Z',
    '1/31/26 1:05 PM',
    'Да',
    'нет',
    'maybe',
    '$',
    'руб.',
    'USD',
    'доллар',
    'A',
    'a, b',
    'A;Z',
  ],
  ...['8 (945) 123-45-67', '7.94512E+10', '+7 945 123-45-06/07', '12', 'a@b.example', '@', 'x'.repeat(600), 'NULL'],
]
const columns = [
  ...['amount', 'currency', 'closeDate', 'probability', 'source', 'opened', 'comment', 'utm.source', 'companyId'],
  ...['userFields.own_text', 'userFields.own_texts', 'userFields.own_number', 'userFields.own_numbers'],
  ...['userFields.own_flag', 'userFields.own_moments', 'userFields.own_money.amount', 'userFields.own_money.currency'],
  ...['userFields.own_choice', 'observers', 'responsibleId', 'stageId'],
]
const defaults = { amount: '7', currency: 'EUR', source: 'WEB', closeDate: '2030-01-01', probability: 5 }

/** A record without what differs each time: ids, versions and times of items and of the record. */
const comparable = (record: Record<string, unknown>) =>
  JSON.parse(JSON.stringify(record, (key, value) => (['id', 'version'].includes(key) ? undefined : value)))

async function compare(prefix: string, rows: readonly (readonly string[])[], header: readonly string[]) {
  const named = rows.map((cells, index) => [`${prefix}${index + 1}`, ...cells])
  const file = Buffer.from(csvLines([['title', ...header], ...named], { delimiter: ';' }))
  const send = (path: string) =>
    api
      .call('post', `/v1/deals/${path}`)
      .field('options', JSON.stringify({ defaults, dialect: { delimiter: ';' } }))
      .attach('file', file, 'file.csv')
  const { body: preview } = await send('import/preview').expect(200)
  const started = await send('import').expect(202)
  await api.work()
  const { body: job } = await api.call('get', started.body.links.self).expect(200)
  const { body: faults } = await api.call('get', `${job.links.errors}?limit=500`).expect(200)
  const { body: stored } = await api.call('get', `/v1/deals?filter[title][startsWith]=${prefix}&limit=500`).expect(200)
  const byTitle = new Map(stored.data.map((one: { title: string }) => [one.title, one]))
  for (const { row, action, record } of preview.rows) {
    const found = byTitle.get(`${prefix}${row}`) as Record<string, unknown> | undefined
    const cells = { cells: named[row - 1] }
    expect({ ...cells, isStored: found !== undefined }).toEqual({ ...cells, isStored: action === 'create' })
    if (found) expect({ ...cells, ...comparable(found) }).toMatchObject({ ...cells, ...comparable(record) })
  }
  const shown = (list: Record<string, unknown>[]) =>
    list.map(({ row, column, code, severity }) => [row, column, code, severity])
  expect(shown(preview.faults)).toEqual(shown(faults.data))
  expect(preview.columns.flatMap((one: Record<string, unknown>) => one.formatReason ?? [])).toEqual(
    job.result.columns.flatMap((one: Record<string, unknown>) => one.formatReason ?? []),
  )
}

// One column at a time, so that each is read by its own cells.
it.each(columns)('a preview shows each nasty cell of %s as the import stores it', async (column) => {
  const cells = nasty.map((cell) => [cell])
  await compare(`One${columns.indexOf(column)}x`, cells, [column])
})

it('a preview shows rows of nasty cells as the import stores them', async () => {
  // An unreadable stage refuses its row.
  const some = columns.filter((column) => column !== 'stageId')
  for (const seed of [1, 2, 3, 4]) {
    const rows = fc.sample(fc.tuple(...some.map(() => fc.constantFrom(...nasty))), { numRuns: 20, seed })
    await compare(`Many${seed}x`, rows, some)
  }
})
