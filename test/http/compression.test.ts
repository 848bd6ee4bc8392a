import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'

let api: Api
let dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'kartoteka-compression-'))
  api = await startApi({ dataDir })
  const operations = Array.from({ length: 50 }, (_, at) => ({ op: 'create', data: { lastName: `Орлов ${at}` } }))
  await api.call('post', '/v1/contacts/batch', { operations }).expect(200)
})
afterAll(async () => {
  await api.close()
  await rm(dataDir, { recursive: true })
})

/** Reads a path as a client that accepts the given encodings. */
async function read(url: string, encodings?: string, headers: Record<string, string> = {}) {
  const accepted = encodings === undefined ? {} : { 'accept-encoding': encodings }
  return await api.app.inject({ url, headers: { authorization: `Bearer ${api.key}`, ...accepted, ...headers } })
}

describe.each([
  ['br', brotliDecompressSync],
  ['gzip', gunzipSync],
] as const)('compresses with %s', (encoding, decompress) => {
  it.each([
    '/v1/contacts?count=exact',
    '/v1/contacts/export',
    '/openapi.json',
    '/openapi/contacts.json',
    '/docs/static/swagger-ui.css',
  ])('%s', async (path) => {
    const [plain, small] = [await read(path), await read(path, encoding)]
    expect([small.statusCode, small.headers['content-encoding']]).toEqual([200, encoding])
    expect(small.headers.vary).toMatch(/accept-encoding/)
    expect(plain.headers['content-encoding']).toBeUndefined()
    expect(small.rawPayload.length).toBeLessThan(plain.rawPayload.length)
    expect(withoutCursors(decompress(small.rawPayload).toString())).toBe(withoutCursors(plain.payload))
  })

  it('the answer to a POST', async () => {
    const response = await api.app.inject({
      method: 'POST',
      url: '/v1/contacts/search',
      headers: { authorization: `Bearer ${api.key}`, 'accept-encoding': encoding },
      payload: { limit: 40, fields: ['lastName', 'createdAt'], sort: 'id' },
    })
    expect([response.statusCode, response.headers['content-encoding']]).toEqual([200, encoding])
    expect(JSON.parse(decompress(response.rawPayload).toString()).data).toHaveLength(40)
  })
})

it('prefers Brotli, and gives what the client prefers', async () => {
  const encodings = ['gzip, deflate, br', 'br;q=0.5, gzip', 'deflate', 'identity', 'gzip;q=0']
  const given = await Promise.all(encodings.map(async (one) => (await read('/openapi.json', one)).headers))
  expect(given.map((headers) => headers['content-encoding'])).toEqual(['br', 'gzip', undefined, undefined, undefined])
})

it('marks the ETag of a compressed response as weak, and knows it again', async () => {
  const strong = (await read('/openapi.json')).headers.etag
  const { etag } = (await read('/openapi.json', 'gzip')).headers
  expect(etag).toBe(`W/${strong}`)
  const again = await read('/openapi.json', 'gzip', { 'if-none-match': String(etag) })
  expect([again.statusCode, again.payload]).toEqual([304, ''])
})

it('changes a record with the weak ETag of its compressed response', async () => {
  const { id } = (
    await api.call('post', '/v1/contacts', { lastName: 'Орлов', comment: 'Длинный комментарий. '.repeat(200) })
  ).body
  const { headers } = await read(`/v1/contacts/${id}`, 'br')
  expect([headers['content-encoding'], headers.etag]).toEqual(['br', expect.stringMatching(/^W\/"1-/)])
  await api.call('patch', `/v1/contacts/${id}`, { comment: null }).set('if-match', String(headers.etag)).expect(200)
  await api.call('patch', `/v1/contacts/${id}`, { comment: 'x' }).set('if-match', String(headers.etag)).expect(412)
})

it('does not compress small responses', async () => {
  const { headers } = await read('/v1/contacts?limit=1&fields=id', 'br')
  expect(headers['content-encoding']).toBeUndefined()
})

it('does not compress the content of files, so that ranges fit together', async () => {
  const text = 'Строка файла\n'.repeat(1000)
  const uploaded = await api
    .call('post', '/v1/files?name=lines.txt', text)
    .set('content-type', 'text/plain')
    .expect(201)
  const { headers, payload } = await read(`/v1/files/${uploaded.body.id}/content`, 'br, gzip')
  expect([headers['content-encoding'], headers['content-length'], payload]).toEqual([
    undefined,
    String(Buffer.byteLength(text)),
    text,
  ])
})

/** The cursors of a list contain the time of its request. */
function withoutCursors(text: string): string {
  return text.replaceAll(/"(next|prev)":"[^"]+"/g, '"$1":"…"')
}
