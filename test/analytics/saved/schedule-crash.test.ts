import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { reportScheduleTask } from '../../../src/analytics/schedules/start-due.ts'
import { inTransaction } from '../../../src/database/transaction.ts'
import { JobQueue } from '../../../src/jobs/queue.ts'
import { type JobApi, startJobApi } from '../../jobs.ts'
import { aDeal } from '../../seed.ts'
import { type Workers, workersFor } from '../../workers.ts'

const count = 60

let api: JobApi
let workers: Workers
let queue: JobQueue
beforeAll(async () => {
  api = await startJobApi()
  queue = new JobQueue(api.db)
  workers = workersFor(api)
  await aDeal(api)
  const parameters = { type: 'deal', measures: [{ fn: 'count' }] }
  const schedule = { every: 'month', day: 1, hour: 8, form: 'csv' }
  const body = { name: 'Deals', report: 'query', parameters, schedule }
  for (let at = 0; at < count; at++) await api.call('post', '/v1/analytics/saved-reports', body).expect(201)
})
afterEach(() => workers.kill())
afterAll(async () => {
  await queue.stop()
  await api.close()
})

/** Returns the number of jobs, of those that are completed, and of the files. */
async function counts(): Promise<{ jobs: number; completed: number; reports: number; files: number }> {
  const { rows } = await api.pool.query(`select count(*)::int as jobs,
      count(*) filter (where status = 'completed')::int as completed,
      (select count(distinct saved_id)::int from local.scheduled_report) as reports,
      (select count(*)::int from file where purpose = 'job') as files
    from local.job where type = 'scheduled-report'`)
  return rows[0]
}
async function lookForDue(): Promise<void> {
  await queue.prepare(reportScheduleTask)
  await inTransaction(api.db, (trx) => queue.enqueue(trx, reportScheduleTask, {}))
}

it('every schedule runs once however often one of two workers is killed', async () => {
  await api.pool.query(`update report_schedule set next_at = now() - interval '1 hour'`)
  for (const [jobs, completed] of [
    [count / 3, 0],
    [count, count / 3],
  ] as const) {
    await lookForDue()
    await lookForDue()
    workers.start()
    workers.start()
    for (let now = await counts(); now.jobs < jobs || now.completed < completed; now = await counts()) await pause(5)
    workers.kill()
  }
  workers.start()
  workers.start()
  while ((await counts()).completed < count) await pause(200)
  expect(await counts()).toEqual({ jobs: count, completed: count, reports: count, files: count })
}, 240_000)
