import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { inTransaction } from '../../src/database/transaction.ts'
import { createJob, JobLost, lockJob, saveProgress, startJob } from '../../src/jobs/job.ts'
import { type JobApi, startJobApi } from '../jobs.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const aJob = () =>
  inTransaction(api.db, (trx) => createJob(trx, { type: 'test', creator: { userId: api.userId, scopes: null } }))
const turn = (id: number, verb: string) => api.call('post', `/v1/jobs/${id}/${verb}`)

it('pauses a job that has not ended, and resumes a paused one', async () => {
  const id = await aJob()
  const { body: paused } = await turn(id, 'pause').expect(200)
  expect(paused).toMatchObject({ status: 'paused', finishedAt: null, links: { resume: `/v1/jobs/${id}/resume` } })
  expect((await turn(id, 'pause').expect(409)).body).toMatchObject({
    code: 'job_not_pausable',
    detail: 'The job is paused and cannot be paused.',
  })
  const { body: resumed } = await turn(id, 'resume').expect(200)
  expect(resumed).toMatchObject({ status: 'queued', links: { pause: `/v1/jobs/${id}/pause` } })
  const { body: refused } = await turn(id, 'resume').set('accept-language', 'ru').expect(409)
  expect(refused).toMatchObject({
    code: 'job_not_resumable',
    detail: 'Состояние задания: в очереди. Продолжить можно только приостановленное задание.',
  })
  await turn(id, 'pause').expect(200)
  expect((await turn(id, 'cancel').expect(200)).body).toMatchObject({ status: 'cancelled' })
  for (const verb of ['pause', 'resume', 'cancel']) await turn(id, verb).expect(409)
})

it('queues a resumed job once, unless its worker still has it', async () => {
  const id = await aJob()
  const entries = async () => {
    const { rows } = await api.pool.query(`select from pgboss.job where name = 'test' and data->>'jobId' = $1`, [id])
    return rows.length
  }
  for (let times = 0; times < 2; times++) {
    await turn(id, 'pause').expect(200)
    await turn(id, 'resume').expect(200)
    expect(await entries()).toBe(1)
  }
})

it('takes a paused job from its worker before the next chunk', async () => {
  const id = await aJob()
  await startJob(api.db, id)
  await turn(id, 'pause').expect(200)
  await expect(inTransaction(api.db, (trx) => lockJob(trx, { id, done: 0 }))).rejects.toThrow(JobLost)
  expect(await startJob(api.db, id)).toBeUndefined()
})

it('reckons the rate without the time of a pause', async () => {
  const id = await aJob()
  const work = async (done: number) => {
    await startJob(api.db, id)
    await api.pool.query(`update local.job set total = 1000, resumed_at = now() - interval '10 s' where id = $1`, [id])
    await inTransaction(api.db, (trx) => saveProgress(trx, { id, done, result: {} }))
    return (await api.call('get', `/v1/jobs/${id}`)).body.progress
  }
  const first = await work(200)
  expect(first).toEqual({ done: 200, total: 1000, rate: expect.any(Number), etaSeconds: expect.any(Number) })
  expect(first.rate).toBeCloseTo(20, 0)
  expect((await turn(id, 'pause')).body.progress).toEqual({ done: 200, total: 1000, rate: null, etaSeconds: null })
  await turn(id, 'resume').expect(200)
  const second = await work(700)
  expect(second.rate).toBeCloseTo(50, 0)
  expect(second.etaSeconds).toBeGreaterThanOrEqual(6)
})

it('pauses an import between two chunks, and continues it after a restart', async () => {
  const rows = Array.from({ length: 1200 }, (_, index) => `Paused ${index}`)
  const { body } = await api
    .call('post', '/v1/contacts/import')
    .set('content-type', 'text/csv')
    .send(['lastName', ...rows].join('\n'))
    .expect(202)
  // The pause waits for the chunk that is being written, as the trigger of its first record demands.
  await api.pool.query(`create function pause_job() returns trigger language plpgsql as $$
    begin update local.job set status = 'paused', resumed_at = null where status = 'running'; return null; end $$`)
  await api.pool.query(
    `create trigger pause after update of done on local.job for each row when (new.done = 500) execute function pause_job()`,
  )
  await api.work()
  const read = async () => (await api.call('get', body.links.self)).body
  const paused = await read()
  expect(paused).toMatchObject({ status: 'paused', progress: { done: 500, total: 1200 }, result: { created: 500 } })
  await api.work()
  expect(await read()).toEqual(paused)
  await api.pool.query('drop trigger pause on local.job')
  await turn(body.id, 'resume').expect(200)
  await api.work()
  expect(await read()).toMatchObject({ status: 'completed', result: { rows: 1200, created: 1200 } })
  const found = await api.call('get', '/v1/contacts?filter[lastName][startsWith]=Paused&count=exact&limit=1')
  expect(found.body.total).toBe(1200)
})
