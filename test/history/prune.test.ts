import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { pruneTask } from '../../src/history/prune.ts'
import { type Api, startApi } from '../api.ts'
import { aDeal } from '../seed.ts'

let api: Api
beforeAll(async () => {
  api = await startApi()
})
afterAll(() => api.close())

const prune = () => pruneTask.run({ db: api.db }, {}, new AbortController().signal)
const keep = (historyMonths: number | null) => api.call('patch', '/v1/settings', { historyMonths }).expect(200)
const count = async (table: string) => Number((await api.pool.query(`select count(*) from ${table}`)).rows[0].count)

it('history is kept forever, unless the settings limit it to a number of months', async () => {
  const deal = await aDeal(api)
  for (const amount of ['1', '2', '3']) await api.call('patch', `/v1/deals/${deal.id}`, { amount }).expect(200)
  const age = (version: number, months: number) =>
    api.pool.query('update history set at = now() - make_interval(months => $2) where version = $1', [version, months])
  await age(1, 26)
  await age(2, 25)
  await age(3, 23)
  const stages = await count('stage_history')
  await prune()
  expect(await count('history')).toBe(4)
  await keep(24)
  await prune()
  const { body } = await api.call('get', `/v1/deals/${deal.id}/history`).expect(200)
  expect(body.data.map(({ version }: { version: number }) => version)).toEqual([4, 3])
  expect(await count('stage_history')).toBe(stages)
  await keep(null)
  await age(3, 1000)
  await prune()
  expect(await count('history')).toBe(2)
})

it('old entries are deleted wherever they are among new ones, as with two sites', async () => {
  await api.pool.query(
    `insert into history (site, at, via, type_id, record_id, version, kind)
    select 'even', now() - make_interval(months => n % 4), 'system', 2, 1, n, 'changed' from generate_series(1, 30000) as n`,
  )
  const before = await count('history')
  await keep(3)
  await prune()
  // The entry that is a thousand months old is deleted as well.
  expect(before - (await count('history'))).toBe(7500 + 1)
  await prune()
  expect(await count(`history where at < now() - interval '3 months'`)).toBe(0)
})
