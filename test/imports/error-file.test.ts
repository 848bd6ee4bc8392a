import { afterAll, beforeAll, expect, it } from '@jest/globals'
import iconv from 'iconv-lite'
import { encodings } from '../../src/csv/encoding.ts'
import { encodeLines } from '../../src/csv/write.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, type Saved } from '../seed.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

async function imported(file: string | Buffer, query = '', type = 'text/csv') {
  const { body } = await api
    .call('post', `/v1/contacts/import${query}`)
    .set('content-type', type)
    .send(file)
    .expect(202)
  await api.work()
  return (await api.call('get', body.links.self)).body
}

const binary = (response: NodeJS.ReadableStream, done: (error: Error | null, body: Buffer) => void) => {
  const chunks: Buffer[] = []
  response.on('data', (chunk) => chunks.push(chunk)).on('end', () => done(null, Buffer.concat(chunks)))
}
const errorsOf = async (id: number, query = '', language = 'en') =>
  await api
    .call('get', `/v1/jobs/${id}/errors.csv${query}`)
    .set('accept-language', language)
    .buffer()
    .parse(binary as never)
    .expect(200)

it('returns the rejected rows in the columns, delimiter and encoding of the source, to be corrected and imported', async () => {
  const source = [
    'Фамилия;Имя;Дата рождения;Заметка;Прочее',
    'Орлова;Анна;31.12.1990;"a; b";x',
    ';;01.02.1990;"Без ""имени""; совсем";y',
    'Зимин;Олег;когда-то;;',
    ';;;"две',
    'строки";',
  ].join('\r\n')
  const job = await imported(iconv.encode(source, 'windows-1251'))
  expect(job).toMatchObject({ status: 'completedWithErrors', result: { created: 2, failed: 2, warnings: 1 } })
  const { body, headers } = await errorsOf(job.id, '', 'ru')
  expect(headers['content-type']).toBe('text/csv; charset=windows-1251; header=present')
  expect(headers['content-disposition']).toBe('attachment; filename=contacts-errors.csv')
  const reason = '"Имя: Укажите имя, телефон или адрес электронной почты."'
  const text = iconv.decode(body, 'windows-1251')
  expect(text).toBe(
    [
      'Фамилия;Имя;Дата рождения;Заметка;Прочее;Ошибка импорта',
      `;;01.02.1990;"Без ""имени""; совсем";y;${reason}`,
      `;;;"две\r\nстроки";;${reason}`,
      '',
    ].join('\r\n'),
  )
  const corrected = text.replace('\r\n;;', '\r\nПервый;;').replace('\r\n;;', '\r\nВторой;;')
  const again = await imported(iconv.encode(corrected, 'windows-1251'))
  expect(again).toMatchObject({
    status: 'completed',
    result: { created: 2, failed: 0, unmapped: job.result.unmapped },
  })
  // The reasons of the first import are not kept in the next file of errors.
  const wrong = await imported(iconv.encode(text, 'windows-1251'))
  expect(iconv.decode((await errorsOf(wrong.id, '', 'ru')).body, 'windows-1251')).toBe(text)
})

it('returns rows with warnings on request', async () => {
  await aContact(api, { lastName: 'Taken', externalIds: [{ source: 'csv', key: '7' }] })
  const job = await imported('ID,Last name,Birth date,Phones\n1,Fine,,\n2,Dated,never,\n3,,1990-01-01,\n7,Twice,,\n')
  const rows = async (query: string) =>
    String((await errorsOf(job.id, query)).body)
      .trim()
      .split('\r\n')
      .slice(1)
  const dated = expect.stringMatching(/^2,Dated,never,,"?Birth date: /)
  const unnamed = expect.stringMatching(/^3,,1990-01-01,,"?[A-Z]/)
  const taken = expect.stringMatching(/^7,Twice,,,"?ID: /)
  expect(await rows('?severity=warning')).toEqual([dated, taken])
  expect(await rows('?severity=error')).toEqual([unnamed])
  expect(await rows('?severity=all')).toEqual([dated, unnamed, taken])
  await api.call('get', `/v1/jobs/${job.id}/errors.csv?severity=none`).expect(400)
})

it('keeps a byte order mark, and writes English reasons where the encoding has no Cyrillic letters', async () => {
  const marked = await imported(`\ufeffLast name;Phones\n;x\n`)
  expect(String((await errorsOf(marked.id)).body)).toMatch(/^\ufeffLast name;Phones;Import error\r\n;x;/)
  const western = await imported(
    iconv.encode('Last name;Comment\n;caf\u00e9\n', 'windows-1252'),
    '?encoding=windows-1252',
  )
  const { body } = await errorsOf(western.id, '', 'ru')
  expect(iconv.decode(body, 'windows-1252')).toMatch(/^Last name;Comment;Import error\r\n;café;[ -~]+\r\n$/)
})

it('writes every encoding that imports read', () => {
  for (const encoding of encodings) {
    const isCyrillic = /^utf|1251|^koi8|866|cyrillic|8859-5/.test(encoding)
    const text = isCyrillic ? 'Щёлково;1' : encoding === 'windows-1253' ? 'Αθήνα;1' : 'Jürgen;1'
    expect([encoding, new TextDecoder(encoding).decode(encodeLines(text, encoding))]).toEqual([encoding, text])
  }
})

it('has thousands of rows in the order of the file, and only the header without errors', async () => {
  const file = [
    'lastName;birthDate',
    ...Array.from({ length: 5000 }, (_, row) => (row % 2 ? `;${row}` : `Fine ${row};`)),
  ]
  const job = await imported(file.join('\n'))
  expect(job.result).toMatchObject({ created: 2500, failed: 2500 })
  const lines = String((await errorsOf(job.id)).body)
    .trim()
    .split('\r\n')
  expect(lines.slice(1).map((line) => line.split(';')[1])).toEqual(
    Array.from({ length: 2500 }, (_, index) => String(2 * index + 1)),
  )
  const fine = await imported('lastName\nFine\n')
  expect(String((await errorsOf(fine.id)).body)).toBe('lastName;Import error\r\n')
})

it('refuses jobs without a file', async () => {
  const contact = await aContact(api, { lastName: 'Bulk' })
  const { body } = await api
    .call('post', '/v1/contacts/bulk', { ids: [contact.id], set: { opened: false } })
    .expect(202)
  const { body: refused } = await api.call('get', `/v1/jobs/${body.id}/errors.csv`).expect(409)
  expect(refused).toMatchObject({
    code: 'job_without_file',
    detail: `Job ${body.id} did not import a file. GET /v1/jobs/${body.id}/errors lists the errors of any job.`,
  })
})

it('says that the record type of an import was deleted', async () => {
  await api.call('post', '/v1/types', { code: 'parcel', title: 'Parcel' }).expect(201)
  const { body } = await api
    .call('post', '/v1/types/parcel/items/import')
    .set('content-type', 'text/csv')
    .send('title;opened\nFirst;maybe' as never)
    .expect(202)
  await api.work()
  await api.call('delete', '/v1/types/parcel?force=true').expect(204)
  const { body: refused } = await api.call('get', `/v1/jobs/${body.id}/errors.csv`).expect(409)
  expect(refused).toMatchObject({
    code: 'import_type_deleted',
    detail: `The record type of the import ${body.id} was deleted, and its file with it. GET /v1/jobs/${body.id}/errors lists its errors.`,
  })
  const { body: errors } = await api.call('get', `/v1/jobs/${body.id}/errors`).expect(200)
  expect(errors.data).toMatchObject([{ row: 1, column: 'opened' }])
})

it('leaves out totals and repeated headers, which are no failed rows', async () => {
  const source = [
    'Last name;Birth date;Amount',
    'Orlova;1990-12-31;100',
    'Last name;Birth date;Amount',
    ';1991-01-01;200',
    'Total;;300',
  ]
  const job = await importedJob(api, source.join('\n'))
  expect(job).toMatchObject({ status: 'completedWithErrors', result: { rows: 4, created: 1, skipped: 2, failed: 1 } })
  expect(job.faults.map(({ row, severity, code }: Saved) => [row, severity, code])).toEqual([
    [2, 'info', 'repeated_header'],
    [3, 'error', 'identity_required'],
    [4, 'info', 'total_row'],
  ])
  for (const query of ['', '?severity=all']) {
    const lines = String((await errorsOf(job.id, query)).body).split('\r\n')
    expect(lines).toEqual(['Last name;Birth date;Amount;Import error', expect.stringMatching(/^;1991-01-01;200;/), ''])
  }
})

it('recognizes totals and repeated headers in a file with reasons', async () => {
  const source = [
    'Last name;Amount;Import error',
    'Last name;Amount;The row repeats the header.',
    'Zimin;5;',
    'Total;300;The last row contains totals.',
  ]
  const job = await importedJob(api, source.join('\n'))
  expect(job).toMatchObject({ status: 'completed', result: { rows: 3, created: 1, skipped: 2, failed: 0 } })
})

it('keeps cells beyond the header out of the column of reasons', async () => {
  const job = await importedJob(api, 'Last name;Comment;\nOrlova;a;b;c\n;short\n;d;e\n')
  const { body } = await errorsOf(job.id)
  const [header, ...rows] = String(body).trim().split('\r\n')
  expect(header).toBe('Last name;Comment;;Import error')
  expect(rows).toEqual([
    expect.stringMatching(/^Orlova;a;b;The row has more cells[^;]*;c$/),
    expect.stringMatching(/^;short;;[^;]+$/),
    expect.stringMatching(/^;d;e;[^;]+$/),
  ])
  const again = await importedJob(api, body as Buffer)
  expect(again.faults.map(({ row, code }: Saved) => [row, code])).toEqual(
    job.faults.map(({ code }: Saved, index: number) => [[1, 2, 3, 3][index], code]),
  )
})

it('writes reasons in one column if the file has no header', async () => {
  const mapping = {
    mapping: [
      { column: 0, field: 'lastName' },
      { column: 1, field: 'birthDate' },
    ],
  }
  const { body } = await api
    .call('post', '/v1/contacts/import')
    .attach('file', Buffer.from('Orlova;1990-12-31;x\n;1991-01-01;\n;;y\n'), 'contacts.csv')
    .field('options', JSON.stringify({ dialect: { header: false }, ...mapping }))
    .expect(202)
  await api.work()
  const lines = String((await errorsOf(body.id)).body)
    .trim()
    .split('\r\n')
  expect(lines).toEqual([expect.stringMatching(/^;1991-01-01;;[^;]+$/), expect.stringMatching(/^;;y;[^;]+$/)])
})

it('keeps the values of dates and numbers whose reading other rows decided', async () => {
  for (const [code, kind] of Object.entries({ debt: 'decimal', visits: 'date' })) {
    const body = { code, kind, label: { en: code, ru: code }, multiple: kind === 'date' }
    await api.call('post', '/v1/types/contact/fields', body).expect(201)
  }
  const source = [
    'Last name;Birth date;Debt;visits',
    'Orlova;01/31/2020;1,234.50;',
    ';02/03/2020;$1,234;"02/03/2020, 12/31/2020"',
    ';2/3/20;1.234;never',
  ]
  const job = await importedJob(api, source.join('\n'))
  expect(job.result).toMatchObject({ created: 1, failed: 2 })
  const text = String((await errorsOf(job.id)).body)
  expect(text).toMatch(/^.*\r\n;2020-02-03;\$1234;"2020-02-03, 12\/31\/2020";.*\r\n;2020-02-03;1.2340;never;/)
  const again = await importedJob(api, text.replaceAll('\n;', '\nCorrected;'))
  expect(again.result).toMatchObject({ created: 2, failed: 0 })
  const { body } = await api.call('get', '/v1/contacts?filter[lastName]=Corrected&sort=id').expect(200)
  expect(body.data).toMatchObject([
    { birthDate: '2020-02-03', userFields: { debt: '1234', visits: ['2020-02-03', '2020-12-31'] } },
    { birthDate: '2020-02-03', userFields: { debt: '1.2340', visits: null } },
  ])
})

it('leaves cells as they are whose reading nothing decided', async () => {
  const job = await importedJob(api, 'Last name;Birth date\nA;01/31/2020\nB;31/01/2020\nC;02/03/2020\n')
  expect(job.faults).toMatchObject([{ code: 'invalid_date' }, { code: 'ambiguous_date' }])
  expect(String((await errorsOf(job.id, '?severity=warning')).body)).toMatch(
    /^.*\r\nA;01\/31\/2020;.*\r\nC;02\/03\/2020;/,
  )
})

it('leaves out the rows of another table, which fit no columns of the file', async () => {
  const people = ['Last name;Birth date', ...'ABCD'.split('').map((name) => `${name};1990-12-31`), ';1990-12-30']
  const job = await importedJob(api, [...people, '', 'Stock;Sum;Place', 'Bolt;5;7', 'Nut;6;8'].join('\n'))
  expect(job.result).toMatchObject({ created: 4, failed: 4 })
  const lines = String((await errorsOf(job.id, '?severity=all')).body).split('\r\n')
  expect(lines).toEqual(['Last name;Birth date;Import error', expect.stringMatching(/^;1990-12-30;/), ''])
})
