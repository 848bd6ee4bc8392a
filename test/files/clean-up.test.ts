import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals'
import { inTransaction } from '../../src/database/transaction.ts'
import { removeUnusedFiles } from '../../src/files/clean-up.ts'
import { createFile, deleteFiles, storeBytes } from '../../src/files/file-lifecycle.ts'
import { localFiles } from '../../src/files/local-store.ts'
import type { FileStore } from '../../src/files/store.ts'
import { JobQueue } from '../../src/jobs/queue.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact } from '../seed.ts'
import { aFile, fileReference, type SavedFile, storedNames } from './stored.ts'

let api: JobApi
let files: FileStore
beforeAll(async () => {
  api = await startJobApi()
  files = localFiles(join(api.dataDir, 'files'))
})
afterAll(() => api.close())
beforeEach(() => api.pool.query(`update file set unused_since = now() where unused_since is not null`))

const cleanUp = (store = files) => removeUnusedFiles.run({ db: api.db, files: store }, {}, new AbortController().signal)
const age = ({ id }: Pick<SavedFile, 'id'>, hours: number) =>
  api.pool.query(`update file set unused_since = now() - make_interval(hours => $2) where id = $1`, [id, hours])
const statusOf = async ({ id }: SavedFile) => (await api.call('get', `/v1/files/${id}`)).status

it('removes files and their bytes after a day without a reference', async () => {
  const [old, young] = [await aFile(api, 'old'), await aFile(api, 'young')]
  await age(old, 25)
  await age(young, 23)
  const before = await storedNames(api)
  await cleanUp()
  expect([await statusOf(old), await statusOf(young)]).toEqual([404, 200])
  expect(await storedNames(api)).toHaveLength(before.length - 1)
  expect((await api.pool.query('select from local.file_leftover')).rowCount).toBe(0)
})

it('keeps referenced files, and for a day files that were referenced', async () => {
  const file = await aFile(api)
  const contact = await aContact(api, { photo: { id: file.id } })
  const inBin = await aFile(api, 'bin')
  const deleted = await aContact(api, { photo: { id: inBin.id } })
  await api.call('delete', `/v1/contacts/${deleted.id}`).expect(204)
  await age(file, 100)
  await age(inBin, 100)
  await cleanUp()
  expect([await statusOf(file), await statusOf(inBin)]).toEqual([200, 200])
  await api.call('patch', `/v1/contacts/${contact.id}`, { photo: null }).expect(200)
  await cleanUp()
  const back = await api.call('patch', `/v1/contacts/${contact.id}`, { photo: fileReference(file) }).expect(200)
  expect(back.body.photo).toEqual(fileReference(file))
  await api.call('patch', `/v1/contacts/${contact.id}`, { photo: null }).expect(200)
  await cleanUp()
  await age(file, 25)
  await cleanUp()
  expect(await statusOf(file)).toBe(404)
})

it('keeps files of imports', async () => {
  await api.call('post', '/v1/contacts/import').set('content-type', 'text/csv').send('firstName\nA').expect(202)
  const { id } = await api.db.selectFrom('file').select('id').where('purpose', '=', 'import').executeTakeFirstOrThrow()
  await age({ id }, 100)
  await cleanUp()
  await api.work()
  const { body } = await api.call('get', '/v1/jobs?limit=1').expect(200)
  expect(body.data[0]).toMatchObject({ type: 'import', status: 'completed' })
})

it('releases files of deleted fields', async () => {
  const fields = '/v1/types/contact/fields'
  await api.call('post', fields, { code: 'scan', kind: 'file', label: 'Scan' }).expect(201)
  const file = await aFile(api)
  await aContact(api, { userFields: { scan: { id: file.id } } })
  const { body } = await api.call('delete', `${fields}/scan?dryRun=true`).expect(200)
  expect(body).toEqual({ records: 1, uses: [] })
  await api.call('delete', `${fields}/scan`).expect(204)
  await api.call('post', fields, { code: 'scan', kind: 'file', label: 'Scan' }).expect(201)
  const contacts = await api.call('get', '/v1/contacts?filter[userFields.scan][isEmpty]=false').expect(200)
  expect(contacts.body.data).toEqual([])
  await cleanUp()
  await age(file, 25)
  await cleanUp()
  expect(await statusOf(file)).toBe(404)
})

it('removes leftovers of an upload whose process was killed, and nothing of a running one', async () => {
  const [killed, onItsWay] = ['ab/killed', 'ab/on-its-way']
  for (const location of [killed, onItsWay]) {
    const path = join(api.dataDir, 'files', location)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, 'half')
  }
  await api.pool.query(
    `insert into local.file_leftover values ($1, now() - interval '1 minute'), ($2, now() + interval '1 hour')`,
    [killed, onItsWay],
  )
  await cleanUp()
  expect(await storedNames(api)).toContain('on-its-way')
  expect(await storedNames(api)).not.toContain('killed')
  expect((await api.pool.query('select location from local.file_leftover')).rows).toEqual([{ location: onItsWay }])
  await api.pool.query('delete from local.file_leftover')
})

it('creates no file if its bytes were removed during a very long upload', async () => {
  const bytes = await storeBytes({ db: api.db, files }, Readable.from([Buffer.from('slow')]), 100)
  await api.pool.query('update local.file_leftover set remove_after = now()')
  await cleanUp()
  const file = { ...bytes, name: 'slow', declaredType: null }
  const making = inTransaction(api.db, (trx) => createFile(trx, file, { purpose: 'upload', userId: api.userId }))
  await expect(making).rejects.toMatchObject({ code: 'request_timeout' })
})

it('continues if bytes cannot be removed, reports them, and retries next time', async () => {
  const broken = ['aa/1', 'aa/2', 'aa/3']
  await api.pool.query(`insert into local.file_leftover select unnest($1::text[]), now()`, [broken])
  const removed: string[] = []
  const failing: FileStore = {
    ...files,
    async remove(location) {
      if (location === 'aa/1') throw new Error('no')
      removed.push(location)
    },
  }
  await expect(cleanUp(failing)).rejects.toThrow('no')
  expect(removed).toEqual(['aa/2', 'aa/3'])
  expect((await api.pool.query('select location from local.file_leftover')).rows).toEqual([{ location: 'aa/1' }])
  await cleanUp()
  expect((await api.pool.query('select from local.file_leftover')).rowCount).toBe(0)
})

it('never removes a file that a record starts to reference at the same time', async () => {
  for (let round = 0; round < 10; round++) {
    const file = await aFile(api, 'raced')
    await age(file, 25)
    const [named] = await Promise.all([
      api.call('post', '/v1/contacts', { firstName: 'Race', photo: { id: file.id } }),
      cleanUp(),
      cleanUp(),
    ])
    expect([named.status, await statusOf(file)]).toEqual(named.status === 201 ? [201, 200] : [422, 404])
    if (named.status !== 201) continue
    const { location } = await api.db
      .selectFrom('file')
      .select('location')
      .where('id', '=', file.id)
      .executeTakeFirstOrThrow()
    expect(await readFile(join(api.dataDir, 'files', location), 'utf8')).toBe('raced')
  }
})

it('deletes no file that became referenced after it was selected', async () => {
  const file = await aFile(api)
  await aContact(api, { photo: { id: file.id } })
  expect(await inTransaction(api.db, (trx) => deleteFiles(trx, [file.id]))).toEqual([])
  expect(await statusOf(file)).toBe(200)
})

it('is a task in the queue', async () => {
  const file = await aFile(api)
  await age(file, 25)
  const queue = new JobQueue(api.db)
  await queue.prepare(removeUnusedFiles)
  await inTransaction(api.db, (trx) => queue.enqueue(trx, removeUnusedFiles, {}))
  await queue.stop()
  await api.work()
  expect(await statusOf(file)).toBe(404)
})
