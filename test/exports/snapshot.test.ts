import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { exportTask } from '../../src/exports/task.ts'
import { tasksContext } from '../../src/tasks.ts'
import { testOptions } from '../api.ts'
import { storedNames } from '../files/stored.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { addField } from '../model-in-motion.ts'
import { aContact } from '../seed.ts'
import { until } from '../until.ts'
import { type Workers, workersFor } from '../workers.ts'
import { exported } from './exported.ts'

let api: JobApi
let workers: Workers
beforeAll(async () => {
  api = await startJobApi()
  workers = workersFor(api)
})
afterEach(() => workers.kill())
afterAll(() => api.close())

/** Creates contacts in SQL. */
async function contacts(count: number, source: string, comment = ''): Promise<void> {
  await api.pool.query(
    `insert into contact (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers,
        first_name, contact_type, participates_in_export, source, comment)
      select $1, $1, now(), $1, now(), true, '{}', 'N' || i, 'CLIENT', true, $3, $4 from generate_series(1, $2::int) i`,
    [api.userId, count, source, comment],
  )
}

async function startExport(source: string, columns: string[]): Promise<{ id: number; links: { self: string } }> {
  const filter = { field: 'source', op: 'eq', value: source }
  return (await api.call('post', '/v1/contacts/export', { filter, columns, mode: 'raw' }).expect(202)).body
}

const read = async (job: { links: { self: string } }) => (await api.call('get', job.links.self).expect(200)).body
const linesIn = async ({ id }: { id: number }) =>
  (await exported(api.call, `jobs/${id}/file`)).bytes.toString().trim().split('\r\n').slice(1)

/** Runs an export in this process, and does something when its first bytes are stored. */
async function runAndMeanwhile(jobId: number, meanwhile: () => Promise<void>, signal?: AbortSignal): Promise<void> {
  const context = tasksContext({ ...testOptions, db: api.db, dataDir: api.dataDir })
  const { files } = context
  const write: typeof files.write = (location, bytes) => files.write(location, paused(bytes, meanwhile))
  await exportTask.run({ ...context, files: { ...files, write } }, { jobId }, signal ?? new AbortController().signal)
}

async function* paused(bytes: AsyncIterable<Buffer>, meanwhile: () => Promise<void>): AsyncGenerator<Buffer> {
  let isFirst = true
  for await (const chunk of bytes) {
    yield chunk
    if (isFirst) await meanwhile()
    isFirst = false
  }
}

it('contains every record as it was when the file was begun', async () => {
  await contacts(3_000, 'WEB', 'before')
  const { id: moved } = await aContact(api, { source: 'WEB', comment: 'before' })
  const job = await startExport('WEB', ['comment', 'companies.title', 'id'])
  await runAndMeanwhile(job.id, async () => {
    await api.pool.query(`update contact set comment = 'after' where source = 'WEB'`)
    await api.pool.query(`update contact set source = 'OTHER' where id = $1`, [moved])
    await api.pool.query(`update contact set deleted_at = now() where source = 'WEB' and id % 3 = 0`)
    await contacts(500, 'WEB', 'new')
  })
  expect(await read(job)).toMatchObject({ status: 'completed', result: { rows: 3_001 }, progress: { total: 3_001 } })
  const lines = await linesIn(job)
  expect([lines.length, lines.filter((line) => line.startsWith('before,,')).length]).toEqual([3_001, 3_001])
})

it('lets fields be added and deleted meanwhile, and reports those that are lost', async () => {
  const column = `f_${await addField(api, 'contact', 'passing')}`
  await contacts(2_000, 'EMAIL', 'слово '.repeat(200))
  await api.pool.query(`update contact set ${column} = true where source = 'EMAIL'`)
  const job = await startExport('EMAIL', ['userFields.passing', 'comment'])
  await runAndMeanwhile(job.id, async () => {
    await api.call('delete', '/v1/types/contact/fields/passing').expect(204)
    await addField(api, 'contact', 'other')
  })
  expect(await read(job)).toMatchObject({ status: 'completed', result: { rows: 2_000, lost: ['userFields.passing'] } })
  const lines = await linesIn(job)
  expect(lines[0]).toMatch(/^true,/)
  expect(lines.at(-1)).toMatch(/^,/)
})

it('stops when it is cancelled, and leaves nothing', async () => {
  await contacts(3_000, 'CALL', 'слово '.repeat(200))
  const before = await storedNames(api)
  const job = await startExport('CALL', ['comment'])
  await runAndMeanwhile(job.id, async () => {
    await api.call('post', `${job.links.self}/cancel`).expect(200)
  })
  expect(await read(job)).toMatchObject({
    status: 'cancelled',
    links: expect.not.objectContaining({ file: expect.anything() }),
  })
  expect(await storedNames(api)).toEqual(before)
  expect((await api.pool.query('select from local.file_leftover')).rowCount).toBe(0)
})

it('starts over when its process was killed, and leaves exactly one file', async () => {
  await contacts(60_000, 'STORE', 'слово '.repeat(50))
  const before = await storedNames(api)
  const job = await startExport('STORE', ['id', 'comment'])
  const worker = workers.start()
  await until(async () => (await read(job)).progress.done > 0)
  worker.kill('SIGKILL')
  await new Promise((resolve) => worker.on('exit', resolve))
  const { status, progress } = await read(job)
  expect([status, progress.done < 60_000]).toEqual(['running', true])
  expect(await storedNames(api)).toHaveLength(before.length + 1)
  workers.start()
  // A killed process is noticed after some seconds.
  await api.call('get', `${job.links.self}?wait=60`).expect(200)
  await api.call('get', `${job.links.self}?wait=60`).expect(200)
  expect(await read(job)).toMatchObject({ status: 'completed', result: { rows: 60_000 }, progress: { done: 60_000 } })
  expect(await storedNames(api)).toHaveLength(before.length + 1)
  expect((await api.pool.query('select from local.file_leftover')).rowCount).toBe(0)
  const ids = (await linesIn(job)).map((line) => line.split(',')[0])
  expect([ids.length, new Set(ids).size]).toEqual([60_000, 60_000])
}, 180_000)

it('is written once if two processes take it at the same time', async () => {
  await contacts(2_000, 'PARTNER')
  const before = await storedNames(api)
  const job = await startExport('PARTNER', ['id'])
  workers.start()
  workers.start()
  await Promise.all([runAndMeanwhile(job.id, async () => {}), runAndMeanwhile(job.id, async () => {})])
  expect(await read(job)).toMatchObject({ status: 'completed', result: { rows: 2_000 } })
  expect(await storedNames(api)).toHaveLength(before.length + 1)
}, 60_000)
