import { readdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import iconv from 'iconv-lite'
import { encodings } from '../../src/csv/encoding.ts'
import { aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi({
    uploadLimit: 50_000,
    limitsOf: ({ isAdmin }) => (isAdmin ? {} : { rows: { import: false } }),
  })
})
afterAll(() => api.close())

const send = (body: string | Buffer, type = 'text/csv', path = '/v1/contacts/import') =>
  api
    .call('post', path)
    .set('content-type', type)
    .send(body as string)

/** Returns the files in the store, including unfinished ones. */
async function stored(): Promise<string[]> {
  const entries = await readdir(api.dataDir, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name)
}

async function jobOf(location: string) {
  await api.work()
  return (await api.call('get', location)).body
}

const zip = Buffer.from('504b0304140000000000', 'hex')
const xlsx = Buffer.concat([zip, Buffer.from('[Content_Types].xml xl/workbook.xml')])

it.each([
  ['ZIP', zip],
  ['XLSX', xlsx],
  ['XML', '<?xml version="1.0"?><contacts><contact/></contacts>'],
  ['JSON', '[{"firstName": "Anna"}]'],
  ['GZIP', gzipSync('firstName\nAnna')],
])('refuses %s with any declared type, and stores nothing', async (format, content) => {
  for (const type of ['text/csv', 'application/xml', 'application/octet-stream']) {
    const { body } = await send(content, type).expect(415)
    expect(body).toMatchObject({
      code: 'unsupported_import_format',
      detail: `${format} files cannot be imported. Convert the file to CSV.`,
    })
  }
  expect(await stored()).toEqual([])
})

it.each(['text/csv', 'text/plain; charset=utf-8', 'application/vnd.ms-excel', 'application/octet-stream'])(
  'accepts a CSV file with the content type %s',
  async (type) => {
    const { headers, body } = await send('firstName\nTyped', type).expect(202)
    expect(headers.location).toBe(body.links.self)
    expect(body).toMatchObject({ type: 'import', status: 'queued', progress: { done: 0, total: null } })
    expect((await jobOf(headers.location!)).result).toMatchObject({ created: 1 })
  },
)

it('refuses a file that is too large, with or without Content-Length, and stores nothing', async () => {
  const before = await stored()
  const large = `firstName\n${'x'.repeat(60_000)}`
  const { body } = await send(large).expect(413)
  expect(body).toMatchObject({ code: 'payload_too_large', detail: 'The body must not be larger than 50000 bytes.' })
  const form = await api.call('post', '/v1/contacts/import').attach('file', Buffer.from(large), 'large.csv')
  expect(form).toMatchObject({ status: 413, body: { code: 'payload_too_large' } })
  const { port } = await listening()
  const answer = await chunked(port, large)
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  expect(await stored()).toEqual(before)
})

it('stores nothing of an interrupted upload', async () => {
  const before = await stored()
  const { port } = await listening()
  const socket = connect(port, '127.0.0.1')
  socket.write(`${head()}content-length: 40000\r\n\r\nfirstName\nHalf`)
  for (let tries = 0; tries < 100 && (await stored()).length === before.length; tries++) await pause(20)
  expect((await stored()).length).toBe(before.length + 1)
  socket.destroy()
  for (let tries = 0; tries < 100 && (await stored()).length > before.length; tries++) await pause(20)
  expect(await stored()).toEqual(before)
})

async function listening(): Promise<AddressInfo> {
  if (!api.app.server.listening) await api.app.listen({ port: 0, host: '127.0.0.1' })
  return api.app.server.address() as AddressInfo
}

function head(): string {
  return `POST /v1/contacts/import HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${api.key}\r\ncontent-type: text/csv\r\n`
}

/** Sends a body without Content-Length and returns the response. */
async function chunked(port: number, body: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const size = body.length.toString(16)
  socket.write(`${head()}transfer-encoding: chunked\r\n\r\n${size}\r\n${body}\r\n`)
  let answer = ''
  for await (const chunk of socket) answer += chunk
  return answer
}

it('refuses an empty file', async () => {
  const before = await stored()
  for (const empty of ['', ' \r\n \n']) {
    const { body } = await send(empty).expect(422)
    expect(body).toMatchObject({ code: 'validation_failed', errors: [{ code: 'empty_file' }] })
  }
  await api.call('post', '/v1/contacts/import').expect(422)
  expect(await stored()).toEqual(before)
})

it('accepts a form with the file and its settings', async () => {
  const options = { dialect: { delimiter: '|', header: true }, country: 'US', nameOrder: 'lastFirst' }
  const { body } = await api
    .call('post', '/v1/contacts/import')
    .field('options', JSON.stringify(options))
    .attach('file', Buffer.from('Name|Phone\nOrlova Anna|(541) 959-5556'), {
      filename: 'a.csv',
      contentType: 'text/csv',
    })
    .expect(202)
  expect((await jobOf(body.links.self)).result).toMatchObject({ created: 1, dialect: { delimiter: '|' } })
  const [anna] = (await api.call('get', '/v1/contacts?filter[lastName]=Orlova')).body.data
  expect(anna).toMatchObject({ firstName: 'Anna', phones: [{ normalized: '+15419595556' }] })
  const file = await api.db.selectFrom('file').selectAll().orderBy('id', 'desc').executeTakeFirstOrThrow()
  expect(file).toMatchObject({ name: 'a.csv', purpose: 'import', created_by: api.userId })
})

it('refuses a form with faults and stores nothing', async () => {
  const before = await stored()
  const form = () => api.call('post', '/v1/contacts/import')
  const file = Buffer.from('firstName\nForm')
  const missing = await form().field('options', '{}')
  expect(missing).toMatchObject({ status: 422, body: { errors: [{ pointer: '/file', code: 'required' }] } })
  const unknown = await form().attach('file', file, 'a.csv').field('hat', 'x')
  expect(unknown).toMatchObject({ status: 422, body: { errors: [{ pointer: '/hat', code: 'unknown_field' }] } })
  const wrong = await form().attach('file', file, 'a.csv').field('options', '{"dialect": {"encoding": "utf-9"}}')
  expect(wrong).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: '/dialect/encoding', code: 'unknown_value' }] },
  })
  const country = await form().attach('file', file, 'a.csv').field('options', '{"country": "ZZ"}')
  expect(country).toMatchObject({ status: 422, body: { errors: [{ pointer: '/country', code: 'invalid_country' }] } })
  const json = await form().attach('file', file, 'a.csv').field('options', '{')
  expect(json).toMatchObject({ status: 400, body: { code: 'malformed_part' } })
  const typed = await form()
    .attach('file', file, 'a.csv')
    .attach('options', Buffer.from('{'), { contentType: 'application/json' } as never)
  expect(typed).toMatchObject({ status: 400, body: { code: 'malformed_part' } })
  const twice = await form().attach('file', file, 'a.csv').attach('file', file, 'b.csv')
  expect(twice).toMatchObject({ status: 422, body: { errors: [{ pointer: '/file', code: 'duplicate_part' }] } })
  const options = await form().field('options', '{}').field('options', '{}').attach('file', file, 'a.csv')
  expect(options).toMatchObject({ status: 422, body: { errors: [{ pointer: '/options', code: 'duplicate_part' }] } })
  const long = await form().field('options', ' '.repeat(1_000_001)).attach('file', file, 'a.csv')
  expect(long).toMatchObject({ status: 422, body: { errors: [{ pointer: '/options', code: 'too_long' }] } })
  expect(await stored()).toEqual(before)
})

it('refuses parameters that are unknown or have no effect', async () => {
  const asked = (query: string) => send('firstName\nQuery', 'text/csv', `/v1/contacts/import?${query}`)
  expect(await asked('encodnig=utf-8')).toMatchObject({
    status: 400,
    body: { errors: [{ parameter: 'encodnig', code: 'unknown_parameter' }] },
  })
  const nested = await asked('dialect[header]=false&duplicates.keys=phones&create=true').expect(400)
  expect(nested.body.errors).toMatchObject([
    { parameter: 'dialect[header]', hint: 'header' },
    { parameter: 'duplicates.keys', hint: 'duplicateKeys' },
    { parameter: 'create', hint: 'createFields' },
  ])
  const flat = await api
    .call('post', '/v1/contacts/import')
    .field('options', '{"header": false, "duplicateAction": "skip"}')
    .attach('file', Buffer.from('firstName\nFlat'), 'a.csv')
    .expect(422)
  expect(flat.body.errors).toMatchObject([
    { pointer: '/header', code: 'unknown_field', hint: 'dialect.header' },
    { pointer: '/duplicateAction', code: 'unknown_field', hint: 'duplicates.action' },
  ])
  await asked('delimiter=x').expect(400)
  await asked('country=ZZ').expect(400)
  await asked('timeZone=Mars/Olympus').expect(400)
  const { body } = await asked('encoding=koi8-r&delimiter=%09&header=true').expect(202)
  expect((await jobOf(body.links.self)).result.dialect).toMatchObject({ encoding: 'koi8-r', delimiter: '\t' })
})

it('requires the right to import', async () => {
  const { key } = await aUser(api.db)
  const { body } = await api
    .as(key)('post', '/v1/contacts/import')
    .set('content-type', 'text/csv')
    .send('firstName\nX')
    .expect(403)
  expect(body).toMatchObject({ code: 'forbidden', detail: 'You need the permission "import" for "contact".' })
})

it.each([
  ['text/csv; charset=windows-1251', 'windows-1251'],
  ['text/csv;charset="CP1251"', 'windows-1251'],
  ['text/csv; header=present; Charset=koi8-r', 'koi8-r'],
])('reads a file in the charset of its Content-Type: %s', async (type, encoding) => {
  // The text is too short to detect the encoding by its letters.
  const file = iconv.encode(`firstName;comment\nШ${type.length};Ъ\n`, encoding)
  const { body } = await send(file, type).expect(202)
  expect(await jobOf(body.links.self)).toMatchObject({ status: 'completed', result: { dialect: { encoding } } })
  const { body: found } = await api.call('get', `/v1/contacts?filter[firstName]=Ш${type.length}`)
  expect(found.data).toMatchObject([{ comment: 'Ъ' }])
})

it('prefers the query over Content-Type, and the byte order mark over Content-Type', async () => {
  const said = await send(
    iconv.encode('firstName\nЖуёт\n', 'cp866'),
    'text/csv; charset=windows-1251',
    '/v1/contacts/import?encoding=ibm866',
  ).expect(202)
  expect((await jobOf(said.body.links.self)).result.dialect.encoding).toBe('ibm866')
  const marked = await send('\uFEFFfirstName\nЖуёт\n', 'text/csv; charset=windows-1251').expect(202)
  expect((await jobOf(marked.body.links.self)).result.dialect.encoding).toBe('utf-8')
})

it('refuses an unknown charset and returns the supported ones', async () => {
  const { body } = await send('firstName\nUnknown', 'text/csv; charset=klingon').expect(415)
  expect(body).toMatchObject({ status: 415, code: 'unsupported_charset' })
  expect(body.detail).toBe(`The charset klingon is not supported. Use one of: ${encodings.join(', ')}.`)
})
