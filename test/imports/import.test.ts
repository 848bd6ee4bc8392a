import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import iconv from 'iconv-lite'
import { CatalogueCache } from '../../src/entities/catalogue.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { draftRows, fits } from '../../src/imports/draft.ts'
import { findUsers } from '../../src/imports/people/find-users.ts'
import { planImport } from '../../src/imports/plan.ts'
import { AccessMaker } from '../../src/rights/access.ts'
import { aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { importedJob } from './import-file.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
  await aUser(api.db, { lastName: 'Orlova' })
})
afterAll(() => api.close())

const imported = (file: string | Buffer, path?: string) => importedJob(api, file, path ? { path } : {})

async function faultsOf(job: { links: { errors: string } }, language = 'en') {
  const { body } = await api.call('get', job.links.errors).set('accept-language', language).expect(200)
  return body.data.map(({ recordId, ...fault }: { recordId: number | null; severity: string }) => {
    // A skipped row has no record. Every other row names the record without the value.
    expect(recordId === null).toBe(fault.severity === 'error')
    return fault
  })
}

const lines = (...rows: string[]) => rows.join('\r\n')
const contacts = async (filter: string) => (await api.call('get', `/v1/contacts?${filter}&sort=id`)).body.data

const bitrix = iconv.encode(
  lines(
    'ID;Имя;Фамилия;Имя, Фамилия;Рабочий телефон;Мобильный телефон;Рабочий e-mail;Дата рождения;Тип контакта;Ответственный;Доступен для всех;Дополнительно об источнике;Страна;Шляпа',
    '1;Иван;Петров;Иван Петров;8 (495) 123-45-67;;ivan@petrov.example;31.01.1980;Партнёры;Orlova Test;Нет;;Россия;7',
    '2;Anna;;Anna Orlova;;(541) 959-5556;;;Клиенты;Nobody Known;Да;;США;',
    '3;;;Сидорова Мария Ивановна;;;не почта;32.13.1980;Какой-то;;;;;',
    '4;;;;;;;;;;;;;',
  ),
  'windows-1251',
)

describe('a Bitrix24 file in windows-1251, with default settings', () => {
  let job: Awaited<ReturnType<typeof imported>>
  beforeAll(async () => {
    job = await imported(bitrix)
  })

  it('is read, and the job returns the detected settings', () => {
    expect(job).toMatchObject({
      status: 'completedWithErrors',
      progress: { done: 4, total: 4, etaSeconds: null },
      result: {
        ...{
          rows: 4,
          created: 3,
          updated: 0,
          skipped: 0,
          failed: 1,
          warnings: 4,
          unmapped: [{ index: expect.any(Number), column: 'Шляпа' }],
        },
        dialect: { encoding: 'windows-1251', delimiter: ';', quote: '"', header: true },
      },
    })
  })

  it('creates records with names, phones, e-mails and the ids of the source', async () => {
    const [ivan, anna, maria] = await contacts('filter[externalIds.source]=bitrix24')
    expect(ivan).toMatchObject({
      ...{ firstName: 'Иван', lastName: 'Петров', birthDate: '1980-01-31', contactType: 'PARTNER', opened: false },
      phones: [{ kind: 'work', value: '8 (495) 123-45-67', normalized: '+74951234567' }],
      emails: [{ kind: 'work', value: 'ivan@petrov.example' }],
      externalIds: [{ source: 'bitrix24', key: '1' }],
      createdBy: api.userId,
    })
    expect(ivan.responsibleId).not.toBe(api.userId)
    // The number is national in the country of the row. No user has that name, so the importer is responsible.
    expect(anna).toMatchObject({
      ...{ firstName: 'Anna', lastName: null, contactType: 'CLIENT', opened: true, responsibleId: api.userId },
      phones: [{ kind: 'mobile', normalized: '+15419595556' }],
    })
    expect(maria).toMatchObject({ firstName: 'Мария', middleName: 'Ивановна', lastName: 'Сидорова', emails: [] })
  })

  it('returns a list of skipped values in the language of the caller', async () => {
    const fault = (row: number, column: string | null, severity: string, code: string) =>
      expect.objectContaining({ row, line: row + 1, column, severity, code })
    expect(await faultsOf(job)).toEqual([
      fault(2, 'Ответственный', 'warning', 'unknown_user'),
      fault(3, 'Дата рождения', 'warning', 'invalid_date'),
      fault(3, 'Тип контакта', 'warning', 'unknown_value'),
      fault(3, 'Рабочий e-mail', 'warning', 'invalid_email'),
      fault(4, 'Имя', 'error', 'identity_required'),
    ])
    expect((await faultsOf(job, 'ru')).at(-1)).toEqual({
      ...{ row: 4, line: 5, column: 'Имя', severity: 'error', code: 'identity_required' },
      message: 'Укажите имя, телефон или адрес электронной почты.',
    })
    const { body } = await api.call('get', `${job.links.errors}?limit=2`)
    const next = await api.call('get', `${job.links.errors}?limit=2&cursor=${body.page.next}`)
    expect(next.body.data.map(({ row }: { row: number }) => row)).toEqual([3, 3])
  })

  it('imports rows a second time without the external ids, which are taken', async () => {
    const again = await imported(bitrix)
    expect(again.result).toMatchObject({ created: 3, failed: 1, warnings: 7 })
    expect(await faultsOf(again)).toContainEqual({
      ...{ row: 1, line: 2, column: 'ID', severity: 'warning', code: 'duplicate_external_id' },
      message: 'The external key bitrix24/1 is already in use.',
    })
  })

  it('never stores a value outside the file', async () => {
    const { rows } = await api.pool.query('select to_jsonb(f)::text as text from local.job_fault f')
    expect(rows.filter(({ text }) => /почта"|32\.13|Nobody|Какой/.test(text))).toEqual([])
  })
})

it('imports a raw export, including lists and user fields', async () => {
  await api
    .call('post', '/v1/types/contact/fields', { code: 'tags', kind: 'string', multiple: true, label: 'Tags' })
    .expect(201)
  const job = await imported(
    lines(
      'firstName,phones,address.lines,address.city,tags,opened,externalIds,utm.source',
      `Raw,"[{""kind"":""home"",""value"":""+7 945 123-45-67""},{""value"":""12""}]","[""a"",""b""]",Omsk,"[""x"",""y""]",true,"[{""source"":""erp"",""key"":""7""}]",ads`,
      'Plain,+7 945 000-00-01,,,x; y,,,',
    ),
  )
  expect(await faultsOf(job)).toEqual([
    expect.objectContaining({ row: 1, column: 'phones', severity: 'warning', code: 'invalid_phone' }),
  ])
  const [raw] = await contacts('filter[firstName]=Raw')
  const [plain] = await contacts('filter[firstName]=Plain')
  expect(raw).toMatchObject({
    phones: [{ kind: 'home', normalized: '+79451234567' }],
    address: { lines: ['a', 'b'], city: 'Omsk' },
    ...{ externalIds: [{ source: 'erp', key: '7' }], utm: { source: 'ads' }, userFields: { tags: ['x', 'y'] } },
  })
  expect(plain).toMatchObject({ address: null, utm: null, opened: true, userFields: { tags: ['x', 'y'] } })
})

it('refuses rows with an empty or invalid required field', async () => {
  await api
    .call('post', '/v1/types/company/fields', { code: 'rating', kind: 'integer', required: true, label: 'Rating' })
    .expect(201)
  const job = await imported('title;rating;employees\nA;5;many\nB;;\nC;high;\n;7;', 'companies')
  expect(job.result).toMatchObject({ created: 1, failed: 3, warnings: 1 })
  expect(
    (await faultsOf(job)).map((fault: Record<string, unknown>) => [fault.row, fault.severity, fault.code]),
  ).toEqual([
    [1, 'warning', 'unknown_value'],
    [2, 'error', 'required'],
    [3, 'error', 'invalid_integer'],
    [4, 'error', 'required'],
  ])
})

it('removes the apostrophe that an export put before a formula', async () => {
  await imported("Имя;Комментарий\nFormula;'=1+1\nQuote;'tis")
  const [formula, quote] = await contacts('filter[firstName][in]=Formula,Quote')
  expect([formula.comment, quote.comment]).toEqual(['=1+1', "'tis"])
})

it('fails with the line and creates nothing if a quote is never closed', async () => {
  const before = await contacts('limit=500')
  const rows = Array.from({ length: 1200 }, (_, index) => `Row ${index}`)
  const job = await imported(lines('firstName;comment', ...rows.map((name) => `${name};`), '"Open;x;y', 'Last;y'))
  expect(job).toMatchObject({
    ...{ status: 'failed', errorCode: 'unclosed_quote', error: 'The quote opened in line 1202 is never closed.' },
    ...{ progress: { done: 0, total: null }, result: {} },
  })
  expect(await contacts('limit=500')).toEqual(before)
})

it('fails if no column name is known', async () => {
  const job = await imported('Hat;Coat\n7;8')
  expect(job).toMatchObject({ status: 'failed', errorCode: 'no_known_column', result: {} })
})

it('imports a file with names only, and a file with a header only', async () => {
  expect((await imported('First name\nSolo')).result).toMatchObject({ created: 1, warnings: 0 })
  expect(await imported('First name;Last name\n')).toMatchObject({ status: 'completed', result: { rows: 0 } })
})

it('writes history for the records it creates', async () => {
  const [solo] = await contacts('filter[firstName]=Solo')
  const { body } = await api.call('get', `/v1/contacts/${solo.id}/history`)
  expect(body.data).toMatchObject([{ kind: 'created', via: 'import', actorId: api.userId }])
})

it('does nothing if it was cancelled before it started, or has ended', async () => {
  const { body } = await api
    .call('post', '/v1/contacts/import')
    .set('content-type', 'text/csv')
    .send('firstName\nNever')
  await api.call('post', `${body.links.self}/cancel`).expect(200)
  await api.work()
  expect((await api.call('get', body.links.self)).body).toMatchObject({ status: 'cancelled', progress: { done: 0 } })
  expect(await contacts('filter[firstName]=Never')).toEqual([])
})

it('uses the rows that it read ahead until rights or fields change', async () => {
  const access = new AccessMaker(api.db, new CatalogueCache(api.db, systemTypes))
  const from = { options: {}, sample: [], findUser: await findUsers(api.db) }
  const planNow = async () => planImport(await access.of(api.db, api.userId), 'contact', ['Имя'], from)
  const draft = await draftRows(await planNow(), [])
  expect(fits(draft, await planNow())).toBe(true)
  await api
    .call('post', '/v1/types/contact/fields', { code: 'shoe', kind: 'string', label: { en: 'Shoe' } })
    .expect(201)
  expect(fits(draft, await planNow())).toBe(false)
})
