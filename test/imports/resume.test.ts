import type { ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { importTask } from '../../src/imports/task.ts'
import { tasksContext } from '../../src/tasks.ts'
import { testOptions } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { type Workers, workersFor } from '../workers.ts'

let api: JobApi
let workers: Workers
beforeAll(async () => {
  api = await startJobApi({ uploadLimit: 100_000_000 })
  workers = workersFor(api)
})
afterEach(() => workers.kill())
afterAll(() => api.close())

const startWorker = () => workers.start()

const fileOf = (name: string, rows: number) =>
  ['ID;Имя;Рабочий телефон;Комментарий']
    .concat(Array.from({ length: rows }, (_, row) => `${name}-${row};${name} ${row};8 945 ${1000000 + row};${name}`))
    .join('\n')

async function startImport(name: string, rows: number): Promise<string> {
  const { headers } = await api
    .call('post', '/v1/contacts/import')
    .set('content-type', 'text/csv')
    .send(fileOf(name, rows))
    .expect(202)
  return headers.location!
}

const read = async (location: string, wait = 0) => (await api.call('get', `${location}?wait=${wait}`)).body

/** Waits for the condition and returns the job. */
async function until(location: string, holds: (job: Awaited<ReturnType<typeof read>>) => boolean) {
  for (let tries = 0; tries < 600; tries++) {
    const job = await read(location)
    if (holds(job)) return job
    await pause(100)
  }
  throw new Error(`In vain: ${JSON.stringify(await read(location))}`)
}

/** Counts rows by the number of records they created. `{1: rows}` is correct. */
async function timesImported(name: string) {
  const { rows } = await api.pool.query<{ times: number; rows: number }>(
    `select times, count(*) as rows from (
      select key, count(*) as times from external_id where key like $1 || '-%' group by key) as k group by times`,
    [name],
  )
  const { rows: contacts } = await api.pool.query<{ n: number }>(
    'select count(*) as n from contact where comment = $1',
    [name],
  )
  return { ...Object.fromEntries(rows.map(({ times, rows }) => [times, rows])), contacts: contacts[0]!.n }
}

it('continues after a killed worker, with every row imported exactly once', async () => {
  const location = await startImport('Killed', 3000)
  const worker = startWorker()
  await until(location, ({ progress }) => progress.done > 0)
  worker.kill('SIGKILL')
  await new Promise((resolve) => worker.on('exit', resolve))
  const { status, progress } = await read(location)
  expect(status).toBe('running')
  expect(progress.done).toBeLessThan(3000)
  expect(await timesImported('Killed')).toEqual({ 1: progress.done, contacts: progress.done })
  startWorker()
  const job = await until(location, (job) => job.status !== 'running')
  expect(job).toMatchObject({ status: 'completed', progress: { done: 3000, total: 3000 } })
  expect(job.result).toMatchObject({ rows: 3000, created: 3000, failed: 0, warnings: 0 })
  expect(await timesImported('Killed')).toEqual({ 1: 3000, contacts: 3000 })
}, 120_000)

it('hands the job back when the worker stops, and another worker continues at once', async () => {
  const location = await startImport('Stopped', 3000)
  const worker = startWorker()
  await until(location, ({ progress }) => progress.done > 0)
  worker.kill('SIGTERM')
  const code = await new Promise((resolve) => worker.on('exit', resolve))
  expect(code).toBe(0)
  const { status, progress } = await read(location)
  expect(status).toBe('running')
  expect(progress.done).toBeLessThan(3000)
  startWorker()
  const job = await until(location, (job) => job.status !== 'running')
  expect(job.result).toMatchObject({ rows: 3000, created: 3000, failed: 0, warnings: 0 })
  expect(await timesImported('Stopped')).toEqual({ 1: 3000, contacts: 3000 })
}, 120_000)

it('runs once if two workers take it at the same time', async () => {
  const location = await startImport('Twice', 1500)
  const jobId = Number(location.split('/').at(-1))
  const both = [1, 2].map(() => {
    const context = tasksContext({ ...testOptions, db: api.db, dataDir: api.dataDir })
    return importTask.run(context, { jobId }, new AbortController().signal)
  })
  await Promise.all(both)
  expect((await read(location)).result).toMatchObject({ rows: 1500, created: 1500, warnings: 0 })
  expect(await timesImported('Twice')).toEqual({ 1: 1500, contacts: 1500 })
})

it('is shared by two processes', async () => {
  startWorker()
  startWorker()
  const names = ['One', 'Two', 'Three', 'Four']
  const locations = await Promise.all(names.map((name) => startImport(name, 1000)))
  for (const location of locations) {
    const job = await until(location, ({ status }) => status !== 'running' && status !== 'queued')
    expect(job).toMatchObject({ status: 'completed', result: { created: 1000 } })
  }
  for (const name of names) expect(await timesImported(name)).toEqual({ 1: 1000, contacts: 1000 })
}, 120_000)

it('can be cancelled midway, and keeps the imported records', async () => {
  const location = await startImport('Cancelled', 3000)
  startWorker()
  await until(location, ({ progress }) => progress.done > 0)
  await api.call('post', `${location}/cancel`).expect(200)
  const { status, progress } = await read(location)
  expect(status).toBe('cancelled')
  expect(progress.done).toBeLessThan(3000)
  await pause(1000)
  expect((await read(location)).progress.done).toBe(progress.done)
  expect(await timesImported('Cancelled')).toEqual({ 1: progress.done, contacts: progress.done })
}, 120_000)

const onLinux = process.platform === 'linux' ? it : it.skip

onLinux(
  'imports 20,000 rows in constant memory',
  async () => {
    const worker = startWorker()
    const warm = await startImport('Warm', 1000)
    await until(warm, ({ status }) => status === 'completed')
    const before = residentMegabytes(worker)
    const location = await startImport('Flat', 20_000)
    let most = 0
    await until(location, ({ status }) => {
      most = Math.max(most, residentMegabytes(worker))
      return status === 'completed'
    })
    expect(most - before).toBeLessThan(100)
  },
  180_000,
)

function residentMegabytes({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}
