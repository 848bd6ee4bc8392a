import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { aContact } from '../seed.ts'

let api: JobApi
beforeAll(async () => {
  api = await startJobApi()
})
afterAll(() => api.close())
beforeEach(async () => {
  await api.pool.query(
    'delete from communication; delete from contact; delete from local.duplicate_pair; delete from local.duplicate_state',
  )
})

const first = ['Александр', 'Ольга', 'Пётр', 'Мария', 'Игорь', 'Елена']
const last = ['Иванов', 'Орлова', 'Сидоров', 'Кузнецова', 'Волков', 'Белова']
const person = (at: number) => ({
  firstName: first[at % 6],
  lastName: `${last[Math.floor(at / 6) % 6]}`,
  phones: [{ value: `+7 945 ${100 + at}-${10 + (at % 90)}-${99 - (at % 90)}` }],
  emails: [{ value: `p${at * 7919}@vector${at}.example` }],
})

/** Waits for transactions of other tests, which run in other databases of the same Postgres. A scan waits for none. */
async function othersAreOver(): Promise<void> {
  const over = `select pg_snapshot_xmin(pg_current_snapshot()) > all (select transaction_id from history) as over`
  while ((await api.pool.query(over)).rows[0].over === false);
}

async function scan(query = '') {
  await othersAreOver()
  const { body: job } = await api.call('post', `/v1/contacts/duplicates/scan${query}`).expect(202)
  await api.work()
  const { body } = await api.call('get', job.links.self).expect(200)
  expect(body.status).toBe('completed')
  return body
}
const pairs = async () =>
  (await api.pool.query('select first_id as a, second_id as b from local.duplicate_pair order by 1, 2')).rows.map(
    ({ a, b }) => [Number(a), Number(b)],
  )

it('finds pairs in the whole base', async () => {
  const ids = []
  for (let at = 0; at < 20; at++) ids.push((await aContact(api, person(at))).id)
  const twins = []
  for (const at of [3, 7]) twins.push([ids[at]!, (await aContact(api, { ...person(at), comment: 'again' })).id])
  const job = await scan()
  expect(await pairs()).toEqual(twins)
  expect(job.result).toEqual({ compared: expect.any(Number), pairs: expect.any(Number) })
  expect(job.progress.done).toBe(job.progress.total)
})

it('compares only what has changed since, and all when asked', async () => {
  const ids = []
  for (let at = 0; at < 10; at++) ids.push((await aContact(api, person(at))).id)
  const { id: twin } = await aContact(api, person(4))
  await scan()
  const nothing = await scan()
  expect(nothing.result).toEqual({ compared: 0, pairs: 0 })
  expect(await pairs()).toEqual([[ids[4], twin]])
  const { id: other } = await aContact(api, person(6))
  await api.call('patch', `/v1/contacts/${twin}`, { comment: 'No compared field' }).expect(200)
  const some = await scan()
  expect(some.result.pairs).toBe(1)
  expect(await pairs()).toEqual([
    [ids[4], twin],
    [ids[6], other],
  ])
  await api.call('patch', `/v1/contacts/${twin}`, person(30)).expect(200)
  await scan()
  expect(await pairs()).toEqual([[ids[6], other]])
  const all = await scan('?full=true')
  expect(all.progress.total).toBeGreaterThan(some.progress.total)
  expect(await pairs()).toEqual([[ids[6], other]])
})

describe('a schedule', () => {
  const settings = '/v1/contacts/duplicates/settings'
  const plan = async (schedule: string) => {
    await api.call('put', settings, { schedule }).expect(200)
    await api.work()
  }
  /** Acts as if the schedule had been set some time ago. */
  const planSince = async (schedule: string, ago: string) => {
    await plan(schedule)
    await api.pool.query('update duplicate_setting set schedule_since = now() - $1::interval', [ago])
    await plan(schedule)
  }
  const countScans = async () =>
    (await api.pool.query("select count(*)::int as n from local.job where type = 'duplicate-scan'")).rows[0].n
  const scannedAgo = (ago: string) =>
    api.pool.query('update local.duplicate_state set scanned_at = now() - $1::interval', [ago])
  afterEach(async () => {
    await api.call('put', settings, {}).expect(200)
  })

  it('waits for the night, then scans', async () => {
    const twins = [(await aContact(api, person(1))).id, (await aContact(api, person(1))).id]
    const before = await countScans()
    await plan('daily')
    expect(await countScans()).toBe(before)
    await planSince('daily', '2 days')
    expect(await countScans()).toBe(before + 1)
    expect(await pairs()).toEqual([twins])
  })

  it('scans once for each planned night', async () => {
    await planSince('weekly', '15 days')
    const before = await countScans()
    await planSince('weekly', '15 days')
    expect(await countScans()).toBe(before)
    await scannedAgo('8 days')
    await planSince('monthly', '15 days')
    expect(await countScans()).toBe(before)
    await planSince('weekly', '15 days')
    expect(await countScans()).toBe(before + 1)
  })

  it('does not start a scan again that somebody has cancelled', async () => {
    const { body: job } = await api.call('post', '/v1/contacts/duplicates/scan').expect(202)
    await api.call('post', `/v1/jobs/${job.id}/cancel`).expect(200)
    await api.work()
    const before = await countScans()
    await planSince('daily', '2 days')
    expect(await countScans()).toBe(before)
  })
})

it('gives records keys that were written without any', async () => {
  const { id } = await aContact(api, person(1))
  const { id: twin } = await aContact(api, person(1))
  await api.pool.query('update contact set duplicate_keys = null')
  await scan()
  expect(await pairs()).toEqual([[id, twin]])
})
