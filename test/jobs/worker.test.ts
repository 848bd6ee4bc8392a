import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { inTransaction } from '../../src/database/transaction.ts'
import { JobQueue } from '../../src/jobs/queue.ts'
import type { Task, TaskContext } from '../../src/jobs/task.ts'
import { startWorker } from '../../src/jobs/worker.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
beforeEach(async () => {
  database = await freshDatabase()
})
afterEach(() => database.close())

const payloads: object[] = []
const logged: unknown[] = []
const note = (fields: object, message: string) => void logged.push([message, fields])
const scheduled = (name: string, schedule?: string): Task<object, TaskContext> => ({
  name,
  ...(schedule && { schedule }),
  run: async (_context, payload) => void payloads.push(payload),
})
const start = (...tasks: Task<object, TaskContext>[]) =>
  startWorker({ connection: database.connection, context: database, tasks, log: { warn: note, error: note } })

async function schedules(): Promise<string[]> {
  const { rows } = await database.pool.query(`select name || ': ' || cron as text from pgboss.schedule order by 1`)
  return rows.map(({ text }) => text)
}

it('replaces old schedules with the current ones', async () => {
  await (await start(scheduled('one', '17 * * * *'), scheduled('two', '5 4 * * *'), scheduled('three'))).stop()
  expect(await schedules()).toEqual(['one: 17 * * * *', 'two: 5 4 * * *'])
  await (await start(scheduled('one', '18 * * * *'), scheduled('two'))).stop()
  expect(await schedules()).toEqual(['one: 18 * * * *'])
})

it('runs a task on schedule, once for all processes', async () => {
  const task = scheduled('due', '* * * * *')
  await (await start(task)).stop()
  // Resets the time of the last check, since the next check is only due in half a minute.
  await database.pool.query('update pgboss.version set cron_on = null')
  const workers = await Promise.all([start(task), start(task)])
  for (let tries = 0; tries < 200 && !payloads.length; tries++) await pause(100)
  await Promise.all(workers.map((worker) => worker.stop()))
  expect(payloads).toEqual([{}])
}, 60_000)

it('retries within seconds after a temporary failure or a killed process', async () => {
  const runs: number[] = []
  const task: Task<object, TaskContext> = {
    name: 'shaky',
    run: async () => {
      if (runs.push(Date.now()) === 1) throw new Error('for a moment')
    },
  }
  const worker = await start(task)
  const queue = new JobQueue(database.db)
  await inTransaction(database.db, (trx) => queue.enqueue(trx, task, {}))
  for (let tries = 0; tries < 100 && runs.length < 2; tries++) await pause(100)
  await queue.stop()
  await worker.stop()
  expect(runs).toHaveLength(2)
  expect(logged).toEqual([['the task shaky failed', { err: expect.objectContaining({ message: 'for a moment' }) }]])
}, 30_000)
