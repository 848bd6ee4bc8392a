import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aFile, bytesOf, type SavedFile } from './stored.ts'

let api: JobApi
let file: SavedFile
let path: string
beforeAll(async () => {
  api = await startJobApi()
  file = await aFile(api, '0123456789', 'Цены "2026".csv')
  path = `/v1/files/${file.id}/content`
})
afterAll(() => api.close())

const get = (headers: Record<string, string> = {}) => api.call('get', path).set(headers)
const tag = () => `"${file.sha256}"`

it('returns the bytes with name, type, length and ETag', async () => {
  const answer = await get().expect(200)
  expect(answer.text).toBe('0123456789')
  expect(answer.headers).toMatchObject({
    'content-type': 'text/csv',
    'content-length': '10',
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
    'content-disposition': `attachment; filename="???? \\"2026\\".csv"; filename*=UTF-8''${encodeURIComponent('Цены "2026".csv')}`,
    etag: tag(),
  })
})

it('returns one byte range', async () => {
  const answer = await get({ range: 'bytes=2-4' }).expect(206)
  expect(answer.text).toBe('234')
  expect(answer.headers).toMatchObject({ 'content-range': 'bytes 2-4/10', 'content-length': '3', etag: tag() })
  expect((await get({ range: 'bytes=-2' }).expect(206)).text).toBe('89')
  expect((await get({ range: 'bytes=8-100' }).expect(206)).headers['content-range']).toBe('bytes 8-9/10')
  expect((await get({ range: 'bytes=0-1,4-5' }).expect(200)).text).toBe('0123456789')
})

it('refuses a range outside the file', async () => {
  const { headers, body } = await get({ range: 'bytes=10-' }).expect(416)
  expect(headers['content-range']).toBe('bytes */10')
  expect(body).toMatchObject({
    code: 'range_not_satisfiable',
    detail: 'The range is outside the file, which has 10 bytes.',
  })
  expect(headers).not.toHaveProperty('content-disposition')
})

it('resumes a download only if the bytes are unchanged', async () => {
  expect((await get({ range: 'bytes=5-', 'if-range': tag() }).expect(206)).text).toBe('56789')
  expect((await get({ range: 'bytes=5-', 'if-range': '"another"' }).expect(200)).text).toBe('0123456789')
  expect((await get({ range: 'bytes=5-', 'if-range': `W/${tag()}` }).expect(200)).text).toBe('0123456789')
})

it('returns 304 if the client has the file already', async () => {
  const { headers, text } = await get({ 'if-none-match': `"another", ${tag()}` }).expect(304)
  expect(text).toBe('')
  expect(headers.etag).toBe(tag())
  await get({ 'if-none-match': '"another"' }).expect(200)
})

it('returns the same headers without the bytes for HEAD', async () => {
  const { key } = api
  const answer = await api.app.inject({ method: 'HEAD', url: path, headers: { authorization: `Bearer ${key}` } })
  expect(answer.statusCode).toBe(200)
  expect(answer.headers).toMatchObject({ 'content-length': '10', 'content-type': 'text/csv', etag: tag() })
  expect(answer.body).toBe('')
})

it('returns arbitrary bytes unchanged', async () => {
  const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, n) => (n * 7) % 256))
  const { id } = await aFile(api, bytes, 'a.bin')
  expect((await bytesOf(api.call('get', `/v1/files/${id}/content`))).equals(bytes)).toBe(true)
})

it('returns 404 for an unknown file and 503 for bytes missing from the store', async () => {
  const { body } = await api.call('get', '/v1/files/4000001/content').expect(404)
  expect(body).toMatchObject({ code: 'file_not_found', detail: 'There is no file 4000001.' })
  const lost = await aFile(api)
  const { location } = await api.db
    .selectFrom('file')
    .select('location')
    .where('id', '=', lost.id)
    .executeTakeFirstOrThrow()
  await rm(join(api.dataDir, 'files', location))
  const answer = await api.call('get', `/v1/files/${lost.id}/content`).expect(503)
  expect(answer.body).toMatchObject({ code: 'file_store_unavailable' })
  expect(answer.headers['retry-after']).toBe('5')
})
