import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { inTransaction } from '../../src/database/transaction.ts'
import {
  cancelJob,
  createJob,
  failJob,
  finishJob,
  JobLost,
  lockJob,
  saveProgress,
  startJob,
} from '../../src/jobs/job.ts'
import { JobFailed, jobTask } from '../../src/jobs/job-task.ts'
import { JobQueue } from '../../src/jobs/queue.ts'
import { runInChunks } from '../../src/jobs/run-in-chunks.ts'
import type { Task } from '../../src/jobs/task.ts'
import { runJobs } from '../../src/jobs/worker.ts'
import { aUser } from '../api.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
let queue: JobQueue
let userId: number
beforeAll(async () => {
  database = await freshDatabase()
  queue = new JobQueue(database.db)
  userId = (await aUser(database.db)).userId
})
afterAll(async () => {
  await queue.stop()
  await database.close()
})

const aJob = () =>
  inTransaction(database.db, (trx) => createJob(trx, { type: 'test', creator: { userId, scopes: null } }))
const jobOf = (id: number) =>
  database.db.selectFrom('local.job').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

/** A task that counts its runs. */
function counting(): Task<{ n: number }, { db: TestDatabase['db'] }> & { seen: number[] } {
  const seen: number[] = []
  return { name: 'counting', seen, run: async (_context, { n }) => void seen.push(n) }
}

it('runs a task after its transaction commits, and not after a rollback', async () => {
  const task = counting()
  await inTransaction(database.db, (trx) => queue.enqueue(trx, task, { n: 1 }))
  const rolledBack = inTransaction(database.db, async (trx) => {
    await queue.enqueue(trx, task, { n: 2 })
    throw new Error('no')
  })
  await expect(rolledBack).rejects.toThrow('no')
  await runJobs(queue, { context: database, tasks: [task] })
  await runJobs(queue, { context: database, tasks: [task] })
  expect(task.seen).toEqual([1])
})

it('starts a job that is delivered again, unless it has ended', async () => {
  const id = await aJob()
  const first = await startJob(database.db, id)
  expect(first).toEqual({ id, type: 'test', createdBy: userId, scopes: null, done: 0, total: null, result: {} })
  const { started_at } = await jobOf(id)
  expect(await startJob(database.db, id)).toEqual(first)
  expect((await jobOf(id)).started_at).toBe(started_at)
  await finishJob(database.db, { id, result: { rows: 0 } })
  expect(await startJob(database.db, id)).toBeUndefined()
  await failJob(database.db, id, { code: 'internal_error', params: {} })
  expect(await jobOf(id)).toMatchObject({ status: 'completed', error: null, result: { rows: 0 } })
})

it('lets only one of two workers do the same part of a job', async () => {
  const id = await aJob()
  await startJob(database.db, id)
  const part = () =>
    inTransaction(database.db, async (trx) => {
      await lockJob(trx, { id, done: 0 })
      await saveProgress(trx, { id, done: 10, result: { rows: 10 } })
    })
  const outcomes = await Promise.allSettled([part(), part()])
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(outcomes.find((one) => one.status === 'rejected')).toMatchObject({ reason: expect.any(JobLost) })
  expect(await jobOf(id)).toMatchObject({ done: 10, result: { rows: 10 } })
})

it('saves each chunk of a job once, with its faults and progress, and leaves no trace of a chunk that failed', async () => {
  const id = await aJob()
  const running = async () => ({
    db: database.db,
    job: (await startJob(database.db, id))!,
    signal: new AbortController().signal,
    read: async () => {},
  })
  async function* chunks(from: number) {
    for (let n = from; n < 4; n++) yield n
  }
  const fault = { column: null, severity: 'warning', code: 'changed_since', params: {} } as const
  const chunk = async (n: number) => ({ items: 10, counters: { done: 10 }, faults: [{ ...fault, row: n }] })
  const failing = runInChunks(await running(), chunks(0), async (trx, n) => {
    await trx
      .insertInto('department')
      .values({ name: JSON.stringify({ en: `Chunk ${n}`, ru: `Часть ${n}` }) })
      .execute()
    if (n === 2) throw new Error('killed')
    return await chunk(n)
  })
  await expect(failing).rejects.toThrow('killed')
  const named = await database.db.selectFrom('department').select('name').orderBy('id').execute()
  expect(named.map(({ name }) => name.en).filter((name) => name.startsWith('Chunk'))).toEqual(['Chunk 0', 'Chunk 1'])
  expect(await jobOf(id)).toMatchObject({ status: 'running', done: 20, result: { done: 20 } })
  const [first, second] = [await running(), await running()]
  expect(await runInChunks(first, chunks(2), async (_trx, n) => await chunk(n))).toEqual({ done: 40 })
  await expect(runInChunks(second, chunks(2), async (_trx, n) => await chunk(n))).rejects.toThrow(JobLost)
  expect(await jobOf(id)).toMatchObject({ done: 40, result: { done: 40 } })
  const faults = await database.db.selectFrom('local.job_fault').selectAll().where('job_id', '=', id).execute()
  expect(faults.map(({ row_number }) => row_number)).toEqual([0, 1, 2, 3])
})

it('completes a job with errors when its result counts any', async () => {
  const ended = async (result: object) => {
    const id = await aJob()
    await jobTask('ending', async () => ({ ...result })).run(database, { jobId: id }, new AbortController().signal)
    return (await jobOf(id)).status
  }
  expect(await ended({ rows: 3, failed: 0, warnings: 0 })).toBe('completed')
  expect(await ended({ rows: 3, failed: 1 })).toBe('completedWithErrors')
  expect(await ended({ warnings: 1 })).toBe('completedWithErrors')
  expect(await ended({ records: 1, done: 1, left: 1 })).toBe('completedWithErrors')
})

it('takes a job from its worker when it is cancelled', async () => {
  const id = await aJob()
  await startJob(database.db, id)
  expect(await cancelJob(database.db, id)).toBe(true)
  expect(await cancelJob(database.db, id)).toBe(false)
  await expect(inTransaction(database.db, (trx) => lockJob(trx, { id, done: 0 }))).rejects.toThrow(JobLost)
  await finishJob(database.db, { id, result: {} })
  expect(await jobOf(id)).toMatchObject({ status: 'cancelled' })
})

it('fails a job with its reason, or with an internal error that is rethrown', async () => {
  const signal = new AbortController().signal
  const failing = jobTask('failing', async () => {
    throw new JobFailed('unclosed_quote', { line: 3 })
  })
  const [known, unknown] = [await aJob(), await aJob()]
  await failing.run(database, { jobId: known }, signal)
  expect(await jobOf(known)).toMatchObject({ status: 'failed', error: { code: 'unclosed_quote', params: { line: 3 } } })
  const broken = jobTask('broken', async () => {
    throw new TypeError('undefined is not a function')
  })
  await expect(broken.run(database, { jobId: unknown }, signal)).rejects.toThrow(TypeError)
  expect(await jobOf(unknown)).toMatchObject({ status: 'failed', error: { code: 'internal_error' } })
})

it('leaves a job unchanged when its process stops or the database is unavailable', async () => {
  const stopping = new AbortController()
  const stopped = jobTask('stopped', async (_context, _job, signal) => {
    stopping.abort()
    signal.throwIfAborted()
    return {}
  })
  const id = await aJob()
  await expect(stopped.run(database, { jobId: id }, stopping.signal)).rejects.toThrow()
  const away = jobTask('away', async () => {
    throw Object.assign(new Error('terminating connection'), { code: '57P01' })
  })
  await expect(away.run(database, { jobId: id }, new AbortController().signal)).rejects.toThrow('terminating')
  expect(await jobOf(id)).toMatchObject({ status: 'running', error: null })
  await away.giveUp?.(database, { jobId: id })
  expect(await jobOf(id)).toMatchObject({ status: 'failed' })
})
