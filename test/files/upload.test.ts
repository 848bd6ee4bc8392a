import { createHash } from 'node:crypto'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { aUser } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { limitsFor } from '../seed.ts'
import { aFile, bytesOf, storedNames } from './stored.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi({
    uploadLimit: 50_000,
    limitsOf: (caller) => (caller.lastName === 'Out' ? null : limitsFor(caller)),
  })
})
afterAll(() => api.close())

const sha256 = (content: string) => createHash('sha256').update(content).digest('hex')
const send = (content: string, query = '', type = 'text/plain') =>
  api.call('post', `/v1/files${query}`).set('content-type', type).send(content)

it('accepts a file as a part of a form', async () => {
  const { status, headers, body } = await api
    .call('post', '/v1/files')
    .attach('file', Buffer.from('Привет'), { filename: 'Письмо.txt', contentType: 'text/plain' })
  expect(status).toBe(201)
  expect(headers.location).toBe(`/v1/files/${body.id}`)
  expect(body).toEqual({
    id: expect.any(Number),
    name: 'Письмо.txt',
    size: 12,
    contentType: 'text/plain',
    declaredType: 'text/plain',
    sha256: sha256('Привет'),
    createdBy: api.userId,
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    links: { self: headers.location, content: `${headers.location}/content` },
  })
  expect((await api.call('get', headers.location!).expect(200)).body).toEqual(body)
  expect((await bytesOf(api.call('get', body.links.content))).toString()).toBe('Привет')
})

it('accepts a file as the body, with any content type', async () => {
  for (const type of ['text/plain', 'application/json', 'application/x-www-form-urlencoded', 'image/png']) {
    const { body } = await send('{"a":', '?name=half.json', type).expect(201)
    expect(body).toMatchObject({ name: 'half.json', size: 5, declaredType: type, sha256: sha256('{"a":') })
  }
  expect((await send('a').expect(201)).body).toMatchObject({ name: 'file' })
})

it('serves nothing with a type that a browser would run', async () => {
  for (const type of ['text/html', 'image/svg+xml', 'image/png', 'text/javascript']) {
    const { body } = await send('<svg><script>alert(1)</script></svg>', '?name=a.png', type).expect(201)
    expect(body).toMatchObject({ contentType: 'application/octet-stream', declaredType: type })
    const { headers } = await api.call('get', body.links.content).expect(200)
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment; filename=a.png',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
    })
  }
})

it('keeps only the printable and safe characters of a name', async () => {
  expect(await aFile(api, 'a', '../../etc/passwd')).toMatchObject({ name: 'passwd' })
  expect(await aFile(api, 'a', 'C:\\x\\y.txt')).toMatchObject({ name: 'y.txt' })
  expect(await aFile(api, 'a', `${'x'.repeat(296)}.pdf`)).toMatchObject({ name: `${'x'.repeat(251)}.pdf` })
  const marked = await send('a', `?name=${encodeURIComponent('a\u202Egpj\0.exe')}`).expect(201)
  expect(marked.body.name).toBe('agpj.exe')
  const form = await api.call('post', '/v1/files?name=b.txt').attach('file', Buffer.from('a'), 'a.txt').expect(201)
  expect(form.body.name).toBe('b.txt')
  expect(await aFile(api, 'a', 'ООО "Ромашка".pdf')).toMatchObject({ name: 'ООО "Ромашка".pdf' })
  for (const name of ['/', '..']) expect(await aFile(api, 'a', name)).toMatchObject({ name: 'file' })
})

it('refuses an empty file and a form with faults, and stores nothing', async () => {
  const before = await storedNames(api)
  const form = () => api.call('post', '/v1/files')
  const file = Buffer.from('a')
  const faults: [answer: { status: number; body: object }, fault: object][] = [
    [
      await form().attach('file', Buffer.alloc(0), 'a.txt'),
      { pointer: '/file', code: 'empty_file', message: 'The file is empty.' },
    ],
    [await form(), { pointer: '', code: 'empty_file' }],
    [await form().field('file', 'text'), { pointer: '/file', code: 'invalid_type', message: 'Must be a file.' }],
    [await form().field('hat', 'x'), { pointer: '/hat', code: 'unknown_field', allowed: ['file'] }],
    [await form().attach('file', file, 'a.txt').field('hat', 'x'), { pointer: '/hat', code: 'unknown_field' }],
    [await form().field('a/b~c', 'x'), { pointer: '/a~1b~0c', code: 'unknown_field' }],
    [await form().attach('files', file, 'a.txt'), { pointer: '/files', code: 'unknown_field' }],
  ]
  for (const [{ status, body }, fault] of faults) {
    expect({ status, body }).toMatchObject({ status: 422, body: { code: 'validation_failed', errors: [fault] } })
  }
  const twice = await form().attach('file', file, 'a.txt').attach('file', file, 'b.txt')
  expect(twice).toMatchObject({ status: 422, body: { errors: [{ pointer: '/file', code: 'duplicate_part' }] } })
  const parameter = await send('a', '?nmae=a').expect(400)
  expect(parameter.body.errors).toMatchObject([{ parameter: 'nmae', code: 'unknown_parameter' }])
  expect(await storedNames(api)).toEqual(before)
})

it('accepts a file of the maximum size and refuses a larger one', async () => {
  expect(await aFile(api, 'x'.repeat(50_000))).toMatchObject({ size: 50_000 })
  const before = await storedNames(api)
  const large = 'x'.repeat(50_001)
  const { body } = await send(large).expect(413)
  expect(body).toMatchObject({ code: 'payload_too_large', detail: 'The body must not be larger than 50000 bytes.' })
  const form = await api.call('post', '/v1/files').attach('file', Buffer.from(large), 'large.txt')
  expect(form).toMatchObject({ status: 413, body: { code: 'payload_too_large' } })
  expect(await chunked(large)).toMatch(/^HTTP\/1\.1 413 /)
  expect(await storedNames(api)).toEqual(before)
})

it('stores nothing of an interrupted upload, as a body or a form', async () => {
  const before = await storedNames(api)
  const form = '--b\r\ncontent-disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
  for (const [type, start] of [
    ['text/plain', ''],
    ['multipart/form-data; boundary=b', form],
  ] as const) {
    const socket = connect((await listening()).port, '127.0.0.1')
    try {
      socket.write(`${head(type)}content-length: 40000\r\n\r\n${start}${'x'.repeat(20_000)}`)
      await until(async () => (await storedNames(api)).length > before.length)
      const { rows } = await api.pool.query('select location from local.file_leftover')
      expect(rows).toEqual([{ location: expect.stringMatching(/^[0-9a-f]{2}\/[0-9a-f-]{36}$/) }])
    } finally {
      // Closes the socket also if an expectation fails: the server waits for the rest of the body.
      socket.destroy()
    }
    await until(async () => (await api.pool.query('select from local.file_leftover')).rowCount === 0)
    expect(await storedNames(api)).toEqual(before)
  }
  expect((await api.pool.query(`select from file where name = 'a.txt' and size <> 50000 and size <> 7`)).rowCount).toBe(
    0,
  )
})

it('requires access to the CRM', async () => {
  const { key } = await aUser(api.db, { lastName: 'Out' })
  const { body } = await api.as(key)('post', '/v1/files').attach('file', Buffer.from('a'), 'a.txt').expect(403)
  expect(body).toMatchObject({ code: 'crm_unavailable' })
  await api.as(null)('post', '/v1/files').attach('file', Buffer.from('a'), 'a.txt').expect(401)
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 250; tries++) {
    if (await holds()) return
    await pause(20)
  }
  throw new Error('In vain')
}

async function listening(): Promise<AddressInfo> {
  if (!api.app.server.listening) await api.app.listen({ port: 0, host: '127.0.0.1' })
  return api.app.server.address() as AddressInfo
}

function head(type: string): string {
  return `POST /v1/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${api.key}\r\ncontent-type: ${type}\r\n`
}

/** Sends a body without Content-Length and returns the response. */
async function chunked(body: string): Promise<string> {
  const socket = connect((await listening()).port, '127.0.0.1')
  socket.write(`${head('text/plain')}transfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n`)
  let answer = ''
  for await (const chunk of socket) answer += chunk
  return answer
}
