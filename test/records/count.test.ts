import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type Api, startApi } from '../api.ts'
import { asCaller, limitsOf } from '../seed.ts'

let admin: Api
let mine: Api
beforeAll(async () => {
  admin = await startApi({ limitsOf })
  mine = await asCaller(admin, 'Limited')
  await admin.pool.query(
    `insert into company (responsible_id, created_by, created_at, updated_by, updated_at, opened, observers, is_my_company, title, source)
     select $1, 1, now(), 1, now(), i % 2 = 0, '{}', false, 'Счётово ' || i, case when i <= 300 then 'WEB' end
     from generate_series(1, 10001) as i`,
    [mine.userId],
  )
  await admin.pool.query('vacuum analyze company')
})
afterAll(() => admin.close())

const counted = async (api: Api, body: object) => (await api.call('post', '/v1/companies/count', body).expect(200)).body

it('returns the estimate of the planner to callers who may read everything', async () => {
  expect(await counted(admin, { count: 'estimated' })).toEqual({ total: 10_001, totalKind: 'estimated' })
  expect((await counted(admin, { count: 'estimated', q: 'счетово' })).totalKind).toBe('estimated')
})

it('returns exact totals to other callers, up to ten thousand where an estimate was requested', async () => {
  const filter = { field: 'source', op: 'eq', value: 'WEB' }
  for (const q of [{}, { q: 'schyotovo' }]) {
    expect(await counted(mine, { ...q, count: 'estimated' })).toEqual({ total: 10_000, totalKind: 'atLeast' })
    expect(await counted(mine, { ...q, count: 'exact' })).toEqual({ total: 10_001, totalKind: 'exact' })
    expect(await counted(mine, { ...q, filter, count: 'estimated' })).toEqual({ total: 300, totalKind: 'exact' })
  }
})
