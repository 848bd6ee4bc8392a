import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { inTransaction } from '../../src/database/transaction.ts'
import { cancelJob, createJob, failJob, finishJob, saveProgress, startJob } from '../../src/jobs/job.ts'
import { type Api, aUser, startApi } from '../api.ts'
import { sentBy } from '../statements.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const aJob = (userId = api.userId) =>
  inTransaction(api.db, (trx) => createJob(trx, { type: 'test', creator: { userId, scopes: null } }))
const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/)

it('returns the progress of a job', async () => {
  const id = await aJob()
  await startJob(api.db, id)
  await api.db.updateTable('local.job').set({ total: 100 }).where('id', '=', id).execute()
  await inTransaction(api.db, (trx) => saveProgress(trx, { id, done: 40, result: { rows: 40 } }))
  const { body } = await api.call('get', `/v1/jobs/${id}`).expect(200)
  expect(body).toEqual({
    ...{ id, type: 'test', status: 'running', result: { rows: 40 }, error: null, errorCode: null },
    progress: { done: 40, total: 100, rate: expect.any(Number), etaSeconds: expect.any(Number) },
    ...{ createdBy: api.userId, createdAt: instant, startedAt: instant, finishedAt: null },
    links: Object.fromEntries([
      ['self', `/v1/jobs/${id}`],
      ...['errors', 'events', 'pause', 'cancel'].map((name) => [name, `/v1/jobs/${id}/${name}`]),
    ]),
  })
})

it('returns why a job failed in the language of the caller', async () => {
  const id = await aJob()
  await failJob(api.db, id, { code: 'unclosed_quote', params: { line: 7 } })
  const asked = (language: string) => api.call('get', `/v1/jobs/${id}`).set('accept-language', language)
  const [english, russian] = [(await asked('en')).body, (await asked('ru')).body]
  expect(english).toMatchObject({
    errorCode: 'unclosed_quote',
    error: 'The quote opened in line 7 is never closed.',
  })
  expect(russian).toMatchObject({
    errorCode: 'unclosed_quote',
    error: 'Кавычка, открытая в строке 7, не закрыта.',
  })
})

it('waits until a job ends, for no longer than requested', async () => {
  const id = await aJob()
  await startJob(api.db, id)
  const since = Date.now()
  const [{ body }] = await Promise.all([
    api.call('get', `/v1/jobs/${id}?wait=30`),
    finishJob(api.db, { id, result: {} }),
  ])
  expect(body.status).toBe('completed')
  expect(Date.now() - since).toBeLessThan(5000)
  const other = await aJob()
  expect((await api.call('get', `/v1/jobs/${other}?wait=1`)).body.status).toBe('queued')
  expect(Date.now() - since).toBeGreaterThanOrEqual(1000)
  await api.call('get', `/v1/jobs/${other}?wait=61`).expect(400)
})

/** Returns the listener's database connection once it exists. */
async function listenerOf(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const { rows } = await api.pool.query(
      `select pid from pg_stat_activity where datname = current_database() and application_name = 'kartoteka-listen'
        and query like 'listen %' and state = 'idle'`,
    )
    if (rows[0]) return rows[0].pid
    await pause(100)
  }
  throw new Error('Nobody listens')
}

it('queries the database once per waiting request, and once more at the end', async () => {
  const id = await aJob()
  await api.call('get', `/v1/jobs/${id}?wait=1`).expect(200)
  await listenerOf()
  const { statements } = await sentBy(async () => {
    const waits = Array.from({ length: 10 }, () => api.call('get', `/v1/jobs/${id}?wait=2`).expect(200))
    const answers = await Promise.all(waits)
    expect(answers.map(({ body }) => body.status)).toEqual(answers.map(() => 'queued'))
  })
  const reads = statements.filter(({ text }) => text.includes('"local"."job"'))
  expect(reads).toHaveLength(20)
  // One connection notifies all of them.
  const { rows } = await api.pool.query(
    `select from pg_stat_activity where datname = current_database() and application_name = 'kartoteka-listen'`,
  )
  expect(rows).toHaveLength(1)
})

it('notifies waiting requests even if the listening connection breaks meanwhile', async () => {
  const id = await aJob()
  const since = Date.now()
  const waits = Promise.all(Array.from({ length: 3 }, () => api.call('get', `/v1/jobs/${id}?wait=30`).expect(200)))
  await api.pool.query('select pg_terminate_backend($1)', [await listenerOf()])
  await cancelJob(api.db, id)
  expect((await waits).map(({ body }) => body.status)).toEqual(['cancelled', 'cancelled', 'cancelled'])
  expect(Date.now() - since).toBeLessThan(8000)
  // The connection is opened again.
  const other = await aJob()
  await listenerOf()
  const [{ body }] = await Promise.all([api.call('get', `/v1/jobs/${other}?wait=30`), cancelJob(api.db, other)])
  expect(body.status).toBe('cancelled')
})

it('hides jobs of other users from everyone but administrators', async () => {
  const { key, userId } = await aUser(api.db)
  const nobody = await api.as(key)('get', '/v1/jobs').expect(403)
  expect(nobody.body).toMatchObject({ code: 'crm_unavailable', reason: 'no_role' })
  await api.pool.query(
    `insert into role_member (role_id, user_id) select id, $1 from role where name->>'en' = 'Observer'`,
    [userId],
  )
  const [theirs, ours] = [await aJob(), await aJob(userId)]
  const they = api.as(key)
  await they('get', `/v1/jobs/${ours}`).expect(200)
  await they('get', `/v1/jobs/${theirs}`).expect(404)
  await they('get', `/v1/jobs/${theirs}/errors`).expect(404)
  const refused = await they('post', `/v1/jobs/${theirs}/cancel`).expect(404)
  expect(refused.body).toMatchObject({ code: 'job_not_found', detail: `There is no job ${theirs}.` })
  expect((await they('get', '/v1/jobs')).body.data.map(({ id }: { id: number }) => id)).toEqual([ours])
  const all = (await api.call('get', '/v1/jobs?limit=2').expect(200)).body
  expect(all.data.map(({ id }: { id: number }) => id)).toEqual([ours, theirs])
  const next = (await api.call('get', `/v1/jobs?limit=2&cursor=${all.page.next}`)).body
  const back = (await api.call('get', `/v1/jobs?limit=2&cursor=${next.page.prev}`)).body
  expect(back.data).toEqual(all.data)
})

it('cancels a job that has not ended', async () => {
  const id = await aJob()
  expect((await api.call('post', `/v1/jobs/${id}/cancel`).expect(200)).body).toMatchObject({
    status: 'cancelled',
    finishedAt: instant,
  })
  const again = await api.call('post', `/v1/jobs/${id}/cancel`).expect(409)
  expect(again.body).toMatchObject({ code: 'job_not_cancellable', detail: expect.stringContaining('cancelled') })
})
