import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { type S3Server, startS3 } from './s3-server.ts'
import { aFile, bytesOf, storedNames } from './stored.ts'

let s3: S3Server
let api: JobApi
beforeAll(async () => {
  s3 = await startS3()
  api = await startJobApi({ ...s3.options, uploadLimit: 20_000_000 })
})
afterAll(async () => {
  await api.close()
  await s3.close()
})

it('a bucket stores uploads, large ones in parts, until they are deleted', async () => {
  const bytes = Buffer.from(Array.from({ length: 11_000_000 }, (_, n) => (n / 1_000) % 256))
  const [large, small] = [await aFile(api, bytes, 'large.bin'), await aFile(api, 'small')]
  expect(large).toMatchObject({ size: 11_000_000 })
  expect(await s3.keys()).toHaveLength(2)
  const path = `/v1/files/${large.id}/content`
  expect((await bytesOf(api.call('get', path).expect(200))).equals(bytes)).toBe(true)
  const part = await bytesOf(api.call('get', path).set('range', 'bytes=5999998-6000001').expect(206))
  expect([...part]).toEqual([...bytes.subarray(5_999_998, 6_000_002)])
  await api.call('delete', `/v1/files/${large.id}`).expect(204)
  expect(await s3.keys()).toHaveLength(1)
  await api.call('delete', `/v1/files/${small.id}`).expect(204)
  expect([await s3.keys(), await storedNames(api)]).toEqual([[], []])
})

it('a bucket stores nothing of refused uploads', async () => {
  const form = await api.call('post', '/v1/files').attach('file', Buffer.alloc(20_000_001), 'large.bin')
  expect(form).toMatchObject({ status: 413, body: { code: 'payload_too_large' } })
  expect([await s3.keys(), s3.unfinished()]).toEqual([[], []])
  expect((await api.pool.query('select from local.file_leftover')).rowCount).toBe(0)
})

it('imports read from a bucket', async () => {
  const csv = 'firstName\nBucket'
  const { headers } = await api
    .call('post', '/v1/contacts/import')
    .set('content-type', 'text/csv')
    .send(csv)
    .expect(202)
  expect(await s3.keys()).toHaveLength(1)
  await api.work()
  expect((await api.call('get', headers.location!)).body).toMatchObject({ status: 'completed', result: { created: 1 } })
})

it('an unavailable bucket returns a problem, and nothing is left over', async () => {
  const away = await startJobApi({ ...s3.options, s3Endpoint: 'http://127.0.0.1:9' })
  const { status, headers, body } = await away.call('post', '/v1/files').attach('file', Buffer.from('a'), 'a.txt')
  expect({ status, body }).toMatchObject({ status: 503, body: { code: 'file_store_unavailable' } })
  expect(headers['retry-after']).toBe('5')
  expect((await away.pool.query('select from file')).rowCount).toBe(0)
  // The cleanup looks for leftovers later.
  expect((await away.pool.query('select from local.file_leftover')).rowCount).toBe(1)
  await away.call('get', '/health/ready').expect(200)
  await away.close()
})
