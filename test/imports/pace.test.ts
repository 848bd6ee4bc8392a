import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { JobQueue } from '../../src/jobs/queue.ts'
import { runJobs } from '../../src/jobs/worker.ts'
import { tasks, tasksContext } from '../../src/tasks.ts'
import { testOptions } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'

let api: JobApi
let queue: JobQueue
beforeAll(async () => {
  api = await startJobApi()
  queue = new JobQueue(api.db)
})
afterAll(async () => {
  await queue.stop()
  await api.close()
})

it('writes no more rows per second than the configuration allows', async () => {
  const file = ['lastName', ...Array.from({ length: 250 }, (_, index) => `Slow ${index}`)].join('\n')
  const { body } = await api.call('post', '/v1/contacts/import').set('content-type', 'text/csv').send(file).expect(202)
  const context = tasksContext({ ...testOptions, db: api.db, dataDir: api.dataDir, importRowsPerSecond: 100 })
  const started = performance.now()
  await runJobs(queue, { context, tasks })
  // The first chunk of 100 rows is written at once.
  expect(performance.now() - started).toBeGreaterThanOrEqual(2000)
  const job = (await api.call('get', body.links.self)).body
  expect(job).toMatchObject({ status: 'completed', result: { created: 250 } })
  // Each chunk has the time at which it was written, not that of the start of the job.
  const { rows } = await api.pool.query<{ at: string; rows: number }>(
    `select created_at::text as at, count(*)::int as rows from contact where last_name like 'Slow %' group by 1 order by 1`,
  )
  expect(rows.map((row) => row.rows)).toEqual([100, 100, 50])
  const [first, , last] = rows.map(({ at }) => Date.parse(at))
  expect(last! - first!).toBeGreaterThanOrEqual(1500)
  const { rows: stamps } = await api.pool.query(
    `select from contact join history on type_id = 3 and record_id = contact.id and kind = 'created'
      where last_name like 'Slow %' and history.at = contact.created_at`,
  )
  expect(stamps).toHaveLength(250)
})
