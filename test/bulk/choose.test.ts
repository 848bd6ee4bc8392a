import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { bulkTask } from '../../src/bulk/task.ts'
import { connect } from '../../src/database/connect.ts'
import { tasksContext } from '../../src/tasks.ts'
import { testOptions } from '../api.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact, read } from '../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())

const jobOf = async (id: number) => (await api.call('get', `/v1/jobs/${id}`).expect(200)).body
const start = async (body: object) => (await api.call('post', '/v1/contacts/bulk', body).expect(202)).body

it('applies its filter when it runs, to the records that existed when it was requested', async () => {
  const filter = { field: 'position', op: 'eq', value: 'chosen' }
  const [stays, leaves] = [await aContact(api, { position: 'chosen' }), await aContact(api, { position: 'chosen' })]
  const comes = await aContact(api, { position: 'other' })
  const job = await start({ filter, set: { comment: 'met' } })
  expect(job.progress).toMatchObject({ done: 0, total: null })
  await api.call('patch', `/v1/contacts/${leaves.id}`, { position: 'other' }).expect(200)
  await api.call('patch', `/v1/contacts/${comes.id}`, { position: 'chosen' }).expect(200)
  const later = await aContact(api, { position: 'chosen' })
  await api.work()
  expect(await jobOf(job.id)).toMatchObject({ status: 'completed', progress: { done: 2, total: 2 } })
  const comments = await Promise.all([stays, leaves, comes, later].map(({ id }) => read(api, `contacts/${id}`)))
  expect(comments.map(({ comment }) => comment)).toEqual(['met', null, 'met', null])
})

it('resolves relative dates as of the time of the request', async () => {
  const { id } = await aContact(api, { birthDate: '1980-01-31', lastName: 'Words' })
  const today = (await read(api, `contacts/${id}`)).createdAt.slice(0, 10)
  await api.call('patch', `/v1/contacts/${id}`, { birthDate: today }).expect(200)
  const filter = {
    and: [
      { field: 'birthDate', op: 'eq', value: 'today' },
      { field: 'lastName', value: 'Words' },
    ],
  }
  const job = await start({ filter, timeZone: 'UTC', set: { comment: 'born today' } })
  await api.pool.query(
    `update local.bulk set choice = choice || '{"now": "2001-01-01T00:00:00.000Z"}' where job_id = $1`,
    [job.id],
  )
  await api.work()
  expect(await jobOf(job.id)).toMatchObject({ status: 'completed', progress: { done: 0, total: 0 } })
})

it('fails with a reason if its filter names a field that was deleted since', async () => {
  await api
    .call('post', '/v1/types/contact/fields', { code: 'short_lived', kind: 'string', label: 'Short' })
    .expect(201)
  const filter = { field: 'userFields.short_lived', op: 'eq', value: 'x' }
  const job = await start({ filter, set: { comment: 'x' } })
  await api.call('delete', '/v1/types/contact/fields/short_lived').expect(204)
  await api.work()
  expect(await jobOf(job.id)).toMatchObject({ status: 'failed', errorCode: 'unknown_field' })
})

it('changes every record if all are selected, and reverts it', async () => {
  const { rows } = await api.pool.query<{ n: number }>('select count(*)::int as n from contact')
  const preview = await api.call('post', '/v1/contacts/bulk?dryRun=true', { all: true, set: { comment: 'all' } })
  expect(preview.body).toMatchObject({ matched: rows[0]!.n, denied: 0 })
  const job = await start({ all: true, set: { comment: 'all' } })
  await api.work()
  expect(await jobOf(job.id)).toMatchObject({ status: 'completed', result: { records: rows[0]!.n, done: rows[0]!.n } })
  const { body } = await api.call('post', `/v1/jobs/${job.id}/revert`).expect(202)
  await api.work()
  expect(await jobOf(body.id)).toMatchObject({ status: 'completed', result: { records: rows[0]!.n } })
  const left = await api.pool.query(`select from contact where comment = 'all'`)
  expect(left.rows).toEqual([])
})

it('selects more than one page, each record once', async () => {
  const operations = Array.from({ length: 1000 }, () => ({ op: 'create', data: { lastName: 'Page' } }))
  for (let batch = 0; batch < 11; batch++) await api.call('post', '/v1/contacts/batch', { operations }).expect(200)
  const started = performance.now()
  const job = await start({ filter: { field: 'lastName', value: 'Page' }, set: { position: 'paged' } })
  expect(performance.now() - started).toBeLessThan(1000)
  await api.work()
  expect(await jobOf(job.id)).toMatchObject({ status: 'completed', progress: { done: 11_000, total: 11_000 } })
  const { rows } = await api.pool.query(
    'select count(*)::int as entries, count(distinct record_id)::int as records from history where job_id = $1',
    [job.id],
  )
  expect(rows).toEqual([{ entries: 11_000, records: 11_000 }])
})

it.each(['ids', 'filter'])('runs in a process with a single connection, with records by %s', async (by) => {
  const { id } = await aContact(api, { position: `single ${by}` })
  const selection = by === 'ids' ? { ids: [id] } : { filter: { field: 'position', value: `single ${by}` } }
  const job = await start({ ...selection, set: { comment: 'done' } })
  const { db, close } = connect(api.connection, { poolSize: 1 })
  await bulkTask.run(tasksContext({ ...testOptions, db }), { jobId: job.id }, new AbortController().signal)
  await close()
  expect(await jobOf(job.id)).toMatchObject({ status: 'completed', progress: { done: 1, total: 1 } })
})
