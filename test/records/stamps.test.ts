import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aCompany, aContact, aDeal, read, type Saved } from '../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
  // Uses one listener for all requests: supertest would open and close one per request.
  await api.app.listen({ port: 0 })
})
afterAll(() => api.close())

const many = 60
const numbers = Array.from({ length: many }, (_, index) => index)
const sorted = (times: string[]) => [...times].sort()

async function timesOf(path: string): Promise<{ updatedAt: string[]; history: string[] }> {
  const { body } = await api.call('get', `/v1/${path}/history?limit=100`).expect(200)
  const entries: { version: number; at: string }[] = body.data
  const byVersion = entries.toSorted((a, b) => a.version - b.version)
  return { history: byVersion.map(({ at }) => at), updatedAt: [(await read(api, path)).updatedAt] }
}

it('gives concurrent changes of a deal increasing times', async () => {
  const { id } = await aDeal(api)
  const stages = ['PREPARATION', 'EXECUTING', 'NEW']
  const answers = await Promise.all(
    numbers.map((n) =>
      api.call('patch', `/v1/deals/${id}`, { stageId: stages[n % 3], title: `Moved ${n}` }).expect(200),
    ),
  )
  const saved = answers.map(({ body }): Saved => body).sort((a, b) => a.version - b.version)
  expect(saved.map(({ version }) => version)).toEqual(numbers.map((n) => n + 2))
  const updated = saved.map(({ updatedAt }) => updatedAt)
  expect(updated).toEqual(sorted(updated))
  const { history } = await timesOf(`deals/${id}`)
  expect(history).toEqual(sorted(history))
  const { body } = await api.call('get', `/v1/deals/${id}/stage-history?limit=100`).expect(200)
  const intervals: { enteredAt: string; leftAt: string | null }[] = body.data
  expect(intervals.length).toBeGreaterThan(2)
  expect(intervals.filter(({ enteredAt, leftAt }) => leftAt !== null && leftAt < enteredAt)).toEqual([])
  expect(intervals.filter(({ leftAt }) => leftAt === null)).toHaveLength(1)
})

it('does so at the other end of links', async () => {
  const { id } = await aCompany(api)
  await Promise.all(numbers.map(() => aContact(api, { companies: [{ id }] })))
  const { history, updatedAt } = await timesOf(`companies/${id}`)
  expect(history).toHaveLength(many + 1)
  expect(history).toEqual(sorted(history))
  expect(updatedAt).toEqual([history.at(-1)])
})

it('continues from the last time of a record if the clock of another server was ahead', async () => {
  const deal = await aDeal(api)
  const path = `deals/${deal.id}`
  const ahead = '2125-01-31T10:00:00.000400Z'
  await api.pool.query('update deal set updated_at = $2, moved_at = $2 where id = $1', [deal.id, ahead])
  await api.pool.query('update stage_history set entered_at = $2 where record_id = $1', [deal.id, ahead])
  // The first millisecond that is not before it.
  const at = '2125-01-31T10:00:00.001Z'
  const moved = (await api.call('patch', `/v1/${path}`, { stageId: 'WON' }).expect(200)).body
  expect(moved).toMatchObject({ updatedAt: at, movedAt: at, closedAt: at })
  const { body: company } = await api.call('post', '/v1/companies', { title: 'Ahead' }).expect(201)
  await api.call('patch', `/v1/${path}`, { companyId: company.id }).expect(200)
  const stages = (await api.call('get', `/v1/${path}/stage-history`).expect(200)).body.data
  expect(stages).toMatchObject([
    { enteredAt: at, leftAt: null },
    { enteredAt: ahead, leftAt: at },
  ])
  await api.call('delete', `/v1/${path}`).expect(204)
  const [entry] = (await api.call('get', '/v1/recycle-bin').expect(200)).body.data
  expect(entry.deletedAt).toBe(at)
  await api.call('post', `/v1/recycle-bin/${entry.id}/restore`).expect(200)
  expect((await read(api, path)).updatedAt).toBe(at)
  expect((await timesOf(path)).history.slice(1)).toEqual([at, at, at, at])
  await api.call('delete', `/v1/${path}`).expect(204)
  await api.call('delete', `/v1/recycle-bin/${entry.id}`).expect(204)
  const { rows } = await api.pool.query(
    `select kind from history where type_id = 2 and record_id = $1 and at < $2 and kind <> 'created'`,
    [deal.id, at],
  )
  expect(rows).toEqual([])
})

it('gives the rows of an import the time at which they are written', async () => {
  const rows = Array.from({ length: 1500 }, (_, index) => `Stamped,Row ${index}`)
  const { body } = await api
    .call('post', '/v1/contacts/import')
    .set('content-type', 'text/csv')
    .send(['Last name,First name', ...rows].join('\n'))
    .expect(202)
  await api.work()
  expect((await api.call('get', `/v1/jobs/${body.id}`).expect(200)).body.result).toMatchObject({ created: 1500 })
  const chunks = await api.pool.query(
    `select count(distinct at)::int as times, count(distinct h.xmin::text)::int as transactions,
      bool_and(at = r.created_at and at = r.updated_at) as same
    from history as h join contact as r on r.id = h.record_id where h.type_id = 3 and r.last_name = 'Stamped'`,
  )
  expect(chunks.rows).toEqual([{ times: 3, transactions: 3, same: true }])
})
