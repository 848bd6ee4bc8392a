import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals'
import { type JobApi, startJobApi } from '../jobs.ts'
import { type Workers, workersFor } from '../workers.ts'

let api: JobApi
let workers: Workers
beforeAll(async () => {
  api = await startJobApi()
  workers = workersFor(api)
  const [first, last] = ['Анна Олег Пётр Мария Игорь Вера Лев', 'Волков Белов Сомов Орлов Зимин'].map((list) =>
    list.split(' '),
  )
  for (let from = 0; from < 3000; from += 1000) {
    const operations = Array.from({ length: 1000 }, (_, index) => {
      // Every fifth contact is there twice.
      const at = (from + index) % 2500
      const data = {
        firstName: first![at % 7],
        lastName: `${last![at % 5]}${'абвгдежзик'[at % 10]}${'лмнопрсту'[at % 9]}`,
        phones: [{ value: `+7 945 ${100 + (at % 900)}-${10 + (at % 83)}-${10 + (at % 79)}` }],
        emails: [{ value: `p${at * 31}@firm${at % 300}.example` }],
      }
      return { op: 'create', data }
    })
    await api.call('post', '/v1/contacts/batch', { operations }).expect(200)
  }
}, 120_000)
afterEach(() => workers.kill())
afterAll(() => api.close())

const start = async () => (await api.call('post', '/v1/contacts/duplicates/scan?full=true').expect(202)).body.links.self
const read = async (job: string) => (await api.call('get', job).expect(200)).body
const pairs = async () =>
  (await api.pool.query('select first_id, second_id, score from local.duplicate_pair order by 1, 2')).rows

it('does every step once however often the worker is killed', async () => {
  const whole = await start()
  await api.work()
  const { result, progress } = await read(whole)
  const found = await pairs()
  expect(found.length).toBeGreaterThan(400)
  const job = await start()
  for (const least of [3, 12]) {
    workers.start()
    for (let now = await read(job); now.progress.done < least && now.status !== 'completed'; now = await read(job)) {
      await pause(10)
    }
    workers.kill()
  }
  workers.start()
  for (let now = await read(job); now.status !== 'completed'; now = await read(job)) {
    expect(['queued', 'running']).toContain(now.status)
    await pause(200)
  }
  const killed = await read(job)
  expect(killed.result).toEqual(result)
  expect(killed.progress).toMatchObject({ done: progress.done, total: progress.total })
  expect(await pairs()).toEqual(found)
  const { rows } = await api.pool.query('select count(*)::int as n from local.duplicate_block')
  expect(rows).toEqual([{ n: 0 }])
}, 240_000)

it('keeps the pairs of the last scan when a scan is cancelled', async () => {
  const before = await pairs()
  const job = await start()
  await api.call('post', `${job}/cancel`).expect(200)
  await api.work()
  expect((await read(job)).status).toBe('cancelled')
  expect(await pairs()).toEqual(before)
  // The upkeep removes what a cancelled scan has left.
  await api.pool.query(`insert into local.duplicate_block (job_id, lowest, ids) values ($1, 1, '{1,3}')`, [
    Number(job.split('/').at(-1)),
  ])
  await api.call('put', '/v1/contacts/duplicates/settings', {}).expect(200)
  await api.work()
  expect((await api.pool.query('select from local.duplicate_block')).rows).toEqual([])
})
