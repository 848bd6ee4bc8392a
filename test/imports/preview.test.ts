import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import iconv from 'iconv-lite'
import type { AppOptions } from '../../src/app.ts'
import { aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'

let api: JobApi
beforeAll(async () => {
  const limitsOf: AppOptions['limitsOf'] = (caller) => (caller.isAdmin ? {} : { rows: { import: false } })
  api = await startJobApi({ limitsOf })
})
afterAll(() => api.close())

const preview = (path: string, file: string | Buffer) =>
  api
    .call('post', `/v1/${path}`)
    .set('content-type', 'text/csv')
    .send(file as never)

const bytes = iconv.encode(
  [
    'Имя;Фамилия;Телефон;Дата рождения;Шляпа',
    'Анна;Орлова;8 916 555-00-11;31.01.1990;7',
    'Иван;;;01.02.90;',
    ';;не телефон;;8',
  ].join('\r\n'),
  'windows-1251',
)

describe('a preview of an import', () => {
  it('tells how the file is read, what becomes of its columns, and the records that it would create', async () => {
    const before = (await api.call('get', '/v1/contacts?count=exact').expect(200)).body.page.total
    const { body } = await preview('contacts/import/preview', bytes).expect(200)
    expect(body).toEqual({
      dialect: {
        ...{ encoding: 'windows-1251', delimiter: ';', quote: '"', backslash: false, header: true, skip: 0 },
      },
      confidence: { encoding: expect.any(Number), delimiter: expect.any(Number), header: expect.any(Number) },
      source: 'csv',
      header: ['Имя', 'Фамилия', 'Телефон', 'Дата рождения', 'Шляпа'],
      columns: [
        expect.objectContaining({
          index: 0,
          column: 'Имя',
          field: 'firstName',
          kind: 'text',
          examples: ['Анна', 'Иван'],
        }),
        expect.objectContaining({ index: 1, column: 'Фамилия', field: 'lastName', kind: 'text', examples: ['Орлова'] }),
        expect.objectContaining({
          ...{ index: 2, column: 'Телефон', field: 'phones.work', kind: 'text' },
          proposal: { field: 'phones.work', confidence: 0.9, reason: 'knownName', program: 'csv' },
          examples: ['8 916 555-00-11', 'не телефон'],
        }),
        expect.objectContaining({
          ...{ index: 3, column: 'Дата рождения', field: 'birthDate', kind: 'date' },
          ...{ dateFormat: 'dd.mm.yyyy', formatReason: 'cells', isAmbiguous: false },
          examples: ['31.01.1990', '01.02.90'],
        }),
        expect.objectContaining({
          index: 4,
          column: 'Шляпа',
          field: null,
          proposal: null,
          kind: 'integer',
          examples: ['7', '8'],
        }),
      ],
      rows: [
        {
          ...{ row: 1, line: 2, action: 'create', duplicateId: null },
          record: expect.objectContaining({
            ...{ firstName: 'Анна', lastName: 'Орлова', birthDate: '1990-01-31', middleName: null },
            phones: [expect.objectContaining({ kind: 'work', normalized: '+79165550011' })],
          }),
        },
        {
          row: 2,
          line: 3,
          action: 'create',
          duplicateId: null,
          record: expect.objectContaining({ firstName: 'Иван', birthDate: '1990-02-01' }),
        },
        { row: 3, line: 4, action: 'fail', duplicateId: null, record: null },
      ],
      faults: [
        {
          ...{ row: 3, line: 4, column: 'Телефон', severity: 'warning', code: 'invalid_phone' },
          message: 'Must be a valid phone number.',
        },
        {
          ...{ row: 3, line: 4, column: 'Имя', severity: 'error', code: 'identity_required' },
          message: 'A name, a phone number or an e-mail address is required.',
        },
      ],
      result: { rows: 3, created: 2, updated: 0, skipped: 0, companies: 0, failed: 1, warnings: 1 },
      toCreate: {
        fields: [{ index: 4, column: 'Шляпа', code: 'shlyapa', kind: 'integer', label: 'Шляпа' }],
        entries: [],
      },
      isComplete: true,
    })
    expect((await api.call('get', '/v1/contacts?count=exact').expect(200)).body.page.total).toBe(before)
  })

  it('reads with the settings of the request', async () => {
    const { body } = await preview(
      'contacts/import/preview?dateFormat=mm%2Fdd%2Fyyyy',
      'lastName,birthDate\nA,1/2/2000',
    )
    expect(body.rows[0].record).toMatchObject({ lastName: 'A', birthDate: '2000-01-02' })
    expect(body.columns[1]).toMatchObject({ dateFormat: 'mm/dd/yyyy', formatReason: 'given' })
  })

  it('says how sure it is, and what becomes of duplicates', async () => {
    const known = await api.call('post', '/v1/contacts', {
      lastName: 'Known',
      emails: [{ value: 'known@one.example' }],
    })
    const file = 'Фамилия;E-mail\nKnown;KNOWN@one.example\nNew;new@one.example'
    const { body } = await preview(
      'contacts/import/preview?encoding=utf-8&duplicateAction=merge&duplicateKeys=emails',
      file,
    ).expect(200)
    expect(body.confidence).toMatchObject({ encoding: 1, delimiter: expect.any(Number) })
    expect(body.confidence.delimiter).toBeGreaterThan(0.9)
    expect(body.rows).toMatchObject([
      { row: 1, action: 'update', duplicateId: known.body.id, record: { lastName: 'Known' } },
      { row: 2, action: 'create', duplicateId: null, record: { lastName: 'New' } },
    ])
    expect(body.result).toMatchObject({ created: 1, updated: 1, skipped: 0 })
  })

  it('keeps no file and no job', async () => {
    const files = async () => (await api.db.selectFrom('file').select('id').execute()).length
    const jobs = async () => (await api.db.selectFrom('local.job').select('id').execute()).length
    const before = [await files(), await jobs()]
    await preview('contacts/import/preview', 'lastName\nKept').expect(200)
    expect([await files(), await jobs()]).toEqual(before)
  })

  it('answers when no column is known', async () => {
    const { body } = await preview('contacts/import/preview', 'hat;shoe\n7;42').expect(200)
    expect(body).toMatchObject({ columns: [{ field: null }, { field: null }], rows: [], faults: [] })
  })

  it('refuses what cannot be read, with the line', async () => {
    const { body } = await preview('contacts/import/preview?quote=%22', 'a;b\n1;2\n"x\ny').expect(422)
    expect(body).toMatchObject({ code: 'validation_failed', errors: [{ code: 'unclosed_quote' }] })
    const refused = await preview('contacts/import/preview', Buffer.from('504b0304', 'hex')).expect(415)
    expect(refused.body).toMatchObject({ code: 'unsupported_import_format' })
  })

  it('with raw=true returns all cells as read', async () => {
    const { body } = await preview('contacts/import/preview?raw=true', ' a ;b\n" x";y \n;z').expect(200)
    expect(body).toEqual({
      dialect: { encoding: 'utf-8', delimiter: ';', quote: '"', backslash: false, header: true, skip: 0 },
      header: [' a ', 'b'],
      rows: [
        [' x', 'y '],
        ['', 'z'],
      ],
    })
    const large = await preview('contacts/import/preview?raw=true', `a\n${'x'.repeat(99)}\n`.repeat(11_000)).expect(413)
    expect(large.body).toMatchObject({ code: 'too_large_for_raw' })
  })

  it('needs the right to import, and a type', async () => {
    const { key } = await aUser(api.db, { lastName: 'Reader' })
    const send = api.as(key)('post', '/v1/contacts/import/preview').set('content-type', 'text/csv')
    expect((await send.send('lastName\nA' as never).expect(403)).body).toMatchObject({ code: 'forbidden' })
    const missing = await preview('types/nothing/items/import/preview', 'title\nA').expect(404)
    expect(missing.body).toMatchObject({ code: 'type_not_found' })
  })
})
