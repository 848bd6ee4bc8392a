import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { tasks } from '../../src/tasks.ts'
import { type Api, startApi } from '../api.ts'

let api: Api
beforeAll(async () => {
  api = await startApi({ work: true })
})
afterAll(() => api.close())

it('the queue has the schedule of all recurring tasks, in UTC', async () => {
  const { rows } = await api.pool.query(
    `select name, cron, timezone, options ->> 'missed' as missed from pgboss.schedule order by name`,
  )
  const scheduled = tasks.flatMap(({ name, schedule }) => (schedule ? [{ name, cron: schedule }] : []))
  expect(rows).toEqual(
    scheduled
      .toSorted((a, b) => (a.name < b.name ? -1 : 1))
      .map((one) => ({ ...one, timezone: 'UTC', missed: 'once' })),
  )
  expect(scheduled.map(({ name }) => name)).toEqual(expect.arrayContaining(['purge-recycle-bin', 'prune-history']))
})
