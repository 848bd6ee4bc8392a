import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { type SqlBool, sql } from 'kysely'
import { CatalogueCache } from '../../src/entities/catalogue.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { identifyServer } from '../../src/people/caller.ts'
import { type RecordQuery, recordsFor, rowsOf } from '../../src/records/query/record-query.ts'
import { AccessMaker } from '../../src/rights/access.ts'
import { type Api, startApi } from '../api.ts'
import { aDeal, having } from '../seed.ts'

let api: Api
let records: RecordQuery
let mine: { id: number }
beforeAll(async () => {
  api = await startApi()
  await aDeal(api, { title: 'Theirs' })
  mine = await aDeal(api, { title: 'Mine' })
  const read = having('title', 'Mine')
  const maker = new AccessMaker(api.db, new CatalogueCache(api.db, systemTypes), () => ({ rows: { read } }))
  records = recordsFor((await maker.make(await identifyServer(api.db), 'en')).grant('deal'), 'read')
})
afterAll(() => api.close())

const always = sql<SqlBool>`true or true`
const idsOf = async (query: RecordQuery) =>
  (await query.select<{ id: number }>(sql`record.id`, { orderBy: sql`record.id` }).execute(api.db)).rows

it('no added condition widens a query', async () => {
  expect(await idsOf(records)).toEqual([{ id: mine.id }])
  expect(await idsOf(records.and(always))).toEqual([{ id: mine.id }])
  expect(await idsOf(records.and(sql`false`).and(always))).toEqual([])
  expect(await idsOf(rowsOf(records.select(sql`record.*`)).and(always))).toEqual([{ id: mine.id }])
  const { rows } = await sql`select ${records.and(sql`false`).and(always).exists()} as found`.execute(api.db)
  expect(rows).toEqual([{ found: false }])
})

it('an added condition leaves the query that it is added to as it was', async () => {
  expect(await idsOf(records.and(sql`false`))).toEqual([])
  expect(records.and(null)).toBe(records)
  expect(await idsOf(records)).toEqual([{ id: mine.id }])
})
