import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { removeUnusedFiles } from '../../src/files/clean-up.ts'
import { localFiles } from '../../src/files/local-store.ts'
import { aUser } from '../api.ts'
import { storedNames } from '../files/stored.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact, type Saved } from '../seed.ts'
import { exported } from './exported.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const problem = (code: string) => expect.objectContaining({ code })
const named = (lastName: string) => ({ field: 'lastName', op: 'startsWith', value: lastName })

/** Starts an export, runs it, and returns the job. */
async function exportJob(path: string, body: object, call = api.call): Promise<Saved & { links: { file: string } }> {
  const started = await call('post', `/v1/${path}/export`, body).set('accept-language', 'en').expect(202)
  expect(started.headers.location).toBe(started.body.links.self)
  await api.work()
  return (await call('get', started.body.links.self)).body
}

it('writes the same file as the stream, and describes it in the job', async () => {
  const company = await aCompany(api, { title: 'Vector' })
  for (const lastName of ['Jobb', 'Joba', 'Jobc'])
    await aContact(api, { lastName, companies: [{ id: company.id }], participatesInExport: lastName !== 'Jobc' })
  const columns = ['lastName', 'companies', 'companies.title', 'createdAt']
  const job = await exportJob('contacts', { filter: named('Job'), sort: 'lastName', columns, language: 'ru' })
  expect(job).toMatchObject({
    ...{ type: 'export', status: 'completed', result: { rows: 2, omitted: 1 }, error: null },
    progress: { done: 2, total: 2 },
    links: { file: `/v1/jobs/${job.id}/file` },
  })
  const query = `filter[lastName][startsWith]=Job&sort=lastName&columns=${columns}&language=ru`
  const stream = await exported(api.call, `contacts/export?${query}`)
  const file = await exported(api.call, job.links.file.slice('/v1/'.length))
  expect(file.bytes.toString()).toBe(stream.bytes.toString())
  expect(file.headers).toMatchObject({
    'content-type': 'text/csv',
    'content-disposition': expect.stringMatching(/^attachment; filename="?contacts-[\d-]{10}\.csv"?$/),
    'content-length': String(file.bytes.length),
    'x-content-type-options': 'nosniff',
  })
})

it('says how many characters the encoding lacks', async () => {
  await aContact(api, { lastName: 'Lacking ∑😀', firstName: '∑?' })
  const body = { filter: named('Lacking'), fields: ['lastName', 'firstName'], encoding: 'windows-1251' }
  expect(await exportJob('contacts', body)).toMatchObject({ status: 'completed', result: { rows: 1, replaced: 3 } })
  const fitting = await exportJob('contacts', { ...body, fields: ['id'] })
  expect(fitting.result).toEqual({ rows: 1, omitted: 0 })
})

it('sorts, searches and compresses as requested', async () => {
  await aContact(api, { lastName: 'Зайцева', firstName: 'Ольга' })
  const body = { q: 'зайцева', fields: ['firstName', 'lastName'], mode: 'raw', gzip: true, sort: ['-lastName', 'id'] }
  const job = await exportJob('contacts', body)
  const { headers, bytes } = await exported(api.call, job.links.file.slice('/v1/'.length))
  expect(headers).toMatchObject({ 'content-type': 'application/gzip' })
  expect(headers['content-disposition']).toMatch(/contacts-[\d-]{10}\.csv\.gz/)
  expect(gunzipSync(bytes).toString()).toBe('firstName,lastName\r\nОльга,Зайцева\r\n')
})

it('reports every fault of the request', async () => {
  const filter = { field: 'lastNam', op: 'eq', value: 1 }
  const body = { filter, columns: ['lastNam'], timeZone: 'Mars', sort: '-nothing' }
  const answer = await api.call('post', '/v1/contacts/export', body).expect(422)
  const faults = answer.body.errors.map(({ pointer, code }: Record<string, string>) => `${pointer} ${code}`)
  expect(faults.sort()).toEqual([
    '/columns unknown_field',
    '/filter/field unknown_field',
    '/sort unknown_field',
    '/timeZone invalid_time_zone',
  ])
  const unknown = await api.call('post', '/v1/contacts/export', { column: ['id'], limit: 5 }).expect(422)
  expect(unknown.body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(['/column', '/limit'])
  const board = await api.call('post', '/v1/contacts/export', { view: 'board' }).expect(422)
  expect(board.body).toMatchObject({ code: 'export_requires_list_view', errors: [{ pointer: '/view' }] })
})

it('starts once for repeated requests with the same idempotency key', async () => {
  const send = () => api.call('post', '/v1/contacts/export', {}).set('idempotency-key', 'export-1').expect(202)
  const [first, second] = [await send(), await send()]
  expect(second.body.id).toBe(first.body.id)
  await api.work()
})

describe('the file', () => {
  let job: Saved & { links: { file: string } }
  beforeAll(async () => {
    await aContact(api, { lastName: 'Filed' })
    job = await exportJob('contacts', { filter: named('Filed'), fields: ['lastName'], mode: 'raw' })
  })
  const fetchLink = (url: string, call = api.as(null)) => exported(call, url.slice('/v1/'.length))

  it('can be fetched with a link that needs no key', async () => {
    const { body, headers } = await api.call('post', `${job.links.file}/link`).expect(201)
    expect(headers.location).toBe(body.url)
    const left = Date.parse(body.expiresAt) - Date.now()
    expect(left).toBeGreaterThan(9 * 60_000)
    expect(left).toBeLessThanOrEqual(10 * 60_000)
    const { status, bytes } = await fetchLink(body.url)
    expect([status, bytes.toString()]).toEqual([200, 'lastName\r\nFiled\r\n'])
    const changed = `${body.url.slice(0, -1)}${body.url.endsWith('A') ? 'B' : 'A'}`
    for (const url of [changed, '/v1/downloads/x', `/v1/downloads/${'A'.repeat(60)}`]) {
      expect((await api.as(null)('get', url).expect(404)).body).toEqual(problem('invalid_link'))
    }
    expect((await api.as(null)('get', job.links.file).expect(401)).body.code).toBe('authentication_required')
  })

  it('is there for the user who started the job and for administrators only', async () => {
    const { key } = await aUser(api.db, { isAdmin: true })
    await api.as(key)('get', job.links.file).expect(200)
    const reader = await aUser(api.db)
    const permissions = [{ type: 'contact', operations: { read: 'all', export: 'all' } }]
    const members = { userIds: [reader.userId], departments: [], groupIds: [] }
    await api.call('post', '/v1/roles', { name: 'Exporter', permissions, members }).expect(201)
    for (const path of [job.links.file, '/v1/jobs/999/file'])
      expect((await api.as(reader.key)('get', path).expect(404)).body.code).toBe('job_not_found')
  })

  it('is withheld when its maker may no longer export or read a field', async () => {
    const { userId, key } = await aUser(api.db)
    const call = api.as(key)
    const field = { code: 'margin', kind: 'string', label: 'Margin' }
    await api.call('post', '/v1/types/contact/fields', field).expect(201)
    const permissions = [{ type: 'contact', operations: { read: 'all', export: 'all' } }]
    const members = { userIds: [userId], departments: [], groupIds: [] }
    const role = await api.call('post', '/v1/roles', { name: 'Temporary', permissions, members }).expect(201)
    const own = await exportJob(
      'contacts',
      { filter: named('Filed'), columns: ['userFields.margin'], mode: 'raw' },
      call,
    )
    const link = (await call('post', `${own.links.file}/link`).expect(201)).body.url
    expect((await fetchLink(link)).status).toBe(200)
    const restrict = (restricted: boolean) => {
      const body = { restricted, userIds: [], departments: [] }
      return api.call('put', '/v1/types/contact/fields/margin/visibility', body).expect(200)
    }
    await restrict(true)
    expect((await call('get', own.links.file).expect(403)).body).toEqual(problem('export_fields_hidden'))
    expect((await api.as(null)('get', link).expect(403)).body).toEqual(problem('export_fields_hidden'))
    await restrict(false)
    await call('get', own.links.file).expect(200)
    const fewer = { permissions: [{ type: 'contact', operations: { read: 'all' } }] }
    await api.call('patch', `/v1/roles/${role.body.id}`, fewer).expect(200)
    expect((await call('get', own.links.file).expect(403)).body).toEqual(problem('export_right_required'))
    expect((await api.as(null)('get', link).expect(403)).body).toEqual(problem('export_right_required'))
  })

  it('supports ranges and entity tags', async () => {
    const { headers } = await api.call('get', job.links.file).expect(200)
    await api.call('get', job.links.file).set('if-none-match', headers.etag!).expect(304)
    const part = await api.call('get', job.links.file).set('range', 'bytes=0-7').buffer(true).expect(206)
    expect(part.headers['content-range']).toMatch(/^bytes 0-7\/17$/)
  })

  it('is deleted after a week', async () => {
    await api.pool.query(`update local.job set finished_at = now() - interval '8 days' where id = $1`, [job.id])
    const files = await storedNames(api)
    await cleanUp()
    expect((await api.call('get', job.links.file).expect(404)).body).toMatchObject({
      code: 'job_file_not_found',
      detail: `The job ${job.id} has no file. Completed exports and scheduled reports have one for 7 days.`,
    })
    await api.pool.query(`update file set unused_since = now() - interval '2 days' where unused_since is not null`)
    await cleanUp()
    expect((await storedNames(api)).length).toBe(files.length - 1)
    expect((await api.call('get', `/v1/jobs/${job.id}`)).body.links).not.toHaveProperty('file')
  })
})

const cleanUp = () => {
  const files = localFiles(join(api.dataDir, 'files'))
  return removeUnusedFiles.run({ db: api.db, files }, {}, new AbortController().signal)
}

describe('a job', () => {
  it('can be started by a key that only reads and exports, within its scopes', async () => {
    const keyFor = async (operations: string[]) => {
      const body = { name: operations.join(), scopes: [{ type: 'contact', operations }] }
      return api.as((await api.call('post', '/v1/api-keys', body).expect(201)).body.key)
    }
    const call = await keyFor(['read', 'export'])
    const job = await exportJob('contacts', { filter: named('Job'), columns: ['lastName'] }, call)
    await call('get', job.links.file).expect(200)
    const { body } = await call('post', `${job.links.file}/link`).expect(201)
    expect((await api.as(null)('get', body.url)).status).toBe(200)
    const wrong = [
      [call, '/v1/deals/export'],
      [await keyFor(['read']), '/v1/contacts/export'],
    ] as const
    for (const [by, path] of wrong)
      expect((await by('post', path, {}).expect(403)).body).toEqual(problem('insufficient_scope'))
  })

  it('fails when its user may no longer export, and keeps no request', async () => {
    const { userId, key } = await aUser(api.db)
    const permissions = [{ type: 'contact', operations: { read: 'all', export: 'all' } }]
    const members = { userIds: [userId], departments: [], groupIds: [] }
    const role = await api.call('post', '/v1/roles', { name: 'Short', permissions, members }).expect(201)
    const { body: job } = await api
      .as(key)('post', '/v1/contacts/export', { filter: named('Secret') })
      .expect(202)
    expect((await api.call('get', `${job.links.self}/file`).expect(404)).body).toEqual(problem('job_file_not_found'))
    await api.call('patch', `/v1/roles/${role.body.id}`, {
      permissions: [{ type: 'contact', operations: { read: 'all' } }],
    })
    await api.work()
    const { body } = await api.as(key)('get', job.links.self)
    expect(body).toMatchObject({ status: 'failed', errorCode: 'export_right_required' })
    const { rows } = await api.pool.query('select request from local.export where job_id = $1', [job.id])
    expect(rows).toEqual([{ request: null }])
  })

  it('names the field of its filter that was deleted meanwhile', async () => {
    await api.call('post', '/v1/types/contact/fields', { code: 'brief', kind: 'string', label: 'B' }).expect(201)
    const filter = { field: 'userFields.brief', op: 'eq', value: 'x' }
    const { body: job } = await api.call('post', '/v1/contacts/export', { filter }).expect(202)
    await api.call('delete', '/v1/types/contact/fields/brief').expect(204)
    await api.work()
    const { body } = await api.call('get', job.links.self).set('accept-language', 'en')
    expect(body).toMatchObject({ status: 'failed', error: expect.stringContaining('userFields.brief') })
  })

  it('writes no file when it was cancelled before it began', async () => {
    const { body: job } = await api.call('post', '/v1/contacts/export', {}).expect(202)
    await api.call('post', job.links.cancel).expect(200)
    const before = await storedNames(api)
    await api.work()
    expect(await storedNames(api)).toEqual(before)
    expect((await api.call('get', job.links.self)).body).toMatchObject({ status: 'cancelled' })
  })
})
