import { afterAll, beforeAll, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { delimiters } from '../../src/csv/dialect.ts'
import { csvLines } from '../../src/csv/write.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { addUserFields } from '../records/rich.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
  await addUserFields(api)
})
afterAll(() => api.close())

/** Invalid cells: JSON of the wrong shape, characters that cannot be stored, numbers out of range. */
const odd = [
  ...['[]', '[null]', '[{}]', '[[]]', '[5]', '["a"]', '{}', '{"a":1}', 'null', '[1e999]', '["\\u0000"]', '["\\ud800"]'],
  ...['[{"value":null}]', '[{"value":"\\u0000"}]', '[{"value":5}]', '[{"kind":"no","value":"x"}]', '[{"id":1}]'],
  ...['[{"source":"a","key":"b"}]', '[{"source":null,"key":"b"}]', '[{"source":"","key":""}]', '[{"id":"1"}]'],
  ...['[{"id":1,"primary":true},{"id":2,"primary":true}]', '[{"id":9007199254740993}]', '[true]', '["","",""]'],
  ...['C_1', 'CO_999', 'D_0', 'C_99999999999999999999', '[C] Nobody', '1', '0', '-1', '99999999999999999999', '1e5'],
  ...['1,5', '1.5.5', '--1', 'NaN', 'Infinity', '0x10', '2026-02-31', '31.02.2026', '00.00.0000', '2026-01-31T25:00Z'],
  ...['999999-01-01', 'true', 'maybe', 'RUB', 'XXX', 'a', 'a;b', ',', ';', '\u200b', '\ufeff', 'а\u0301', '\u{1F600}'],
  ...['+7 945 123-45-67', '12', 'a@b.example', '@', 'http://', 'x'.repeat(70_000), '\\', "'", '=1+1', '{"$ref":"a"}'],
]

it.each(systemTypes)('arbitrary cells of $plural cause faults of their rows, but never fail the job', async (type) => {
  const { text } = await api.call('get', `/v1/${type.plural}/export?mode=raw&filter[id]=1`).expect(200)
  // Imports of contacts create companies, so the file may have a row.
  const [header = []] = text.split('\r\n').map((line) => line.split(','))
  const cell = fc.oneof({ weight: 3, arbitrary: fc.constant('') }, fc.constantFrom(...odd))
  const row = fc.array(cell, { minLength: header.length, maxLength: header.length })
  const rows = fc.sample(row, { numRuns: 300, seed: 5 })
  // Each value is also tried in each column with only a name beside it.
  const named = header.findIndex((name) => ['title', 'lastName'].includes(name))
  const single = odd.flatMap((value) =>
    header.map((_, index) => header.map((_, at) => (at === index ? value : at === named ? 'Name' : ''))),
  )
  const some = fc.sample(fc.constantFrom(...single), { numRuns: 700, seed: 6 })
  const file = csvLines([header, ...rows, ...some], { delimiter: delimiters[0] })
  const started = await api
    .call('post', `/v1/${type.plural}/import?delimiter=%3B`)
    .set('content-type', 'text/csv')
    .send(file as never)
    .expect(202)
  await api.work()
  const { body } = await api.call('get', started.body.links.self)
  expect(body).toMatchObject({ status: 'completedWithErrors', errorCode: null })
  const { created, failed, skipped } = body.result
  expect(created + failed + skipped).toBe(body.progress.total)
})
