import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const send = (file: string | Buffer, type: string) =>
  api.call('post', '/v1/contacts/import').set('content-type', type).send(file)
const xml = '<?xml version="1.0" encoding="UTF-8"?>\n<contacts><contact><name>Anna</name></contact></contacts>'

it('Q9: can data be imported in XML? Only CSV is supported; convert the file to CSV', async () => {
  for (const type of ['application/xml', 'text/xml', 'text/csv']) {
    const { body } = await send(xml, type).expect(415)
    expect(body).toMatchObject({
      code: 'unsupported_import_format',
      detail: 'XML files cannot be imported. Convert the file to CSV.',
    })
  }
  const { body: russian } = await send(xml, 'application/xml').set('accept-language', 'ru').expect(415)
  expect(russian.detail).toBe('Файлы XML не импортируются. Преобразуйте файл в CSV.')
  const others: [string | Buffer, RegExp][] = [
    ['[{"name": "Anna"}]', /^JSON/],
    ['<!doctype html><table><tr><td>Anna</td></tr></table>', /^HTML/],
    ['%PDF-1.7\n%âãÏÓ', /^PDF/],
    [Buffer.from('504b0304140000000800', 'hex'), /^(ZIP|XLSX)/],
    [Buffer.from('d0cf11e0a1b11ae1', 'hex'), /^XLS/],
    [gzipSync('lastName\nAnna'), /^GZIP/],
  ]
  for (const [file, name] of others) {
    const { body } = await send(file, 'application/octet-stream').expect(415)
    expect(body).toMatchObject({ code: 'unsupported_import_format', detail: expect.stringMatching(name) })
  }
  const { body: jobs } = await api.call('get', '/v1/jobs').expect(200)
  expect(jobs.data).toEqual([])
})

it('Q9: the same contacts as CSV are imported', async () => {
  const { body } = await send('Name\nAnna', 'text/csv').expect(202)
  await api.work()
  expect((await api.call('get', body.links.self)).body).toMatchObject({ status: 'completed', result: { created: 1 } })
})
