import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { everyRow } from '../every-row.ts'
import { type JobApi, startJobApi } from '../jobs.ts'
import { storedDifferently } from '../stored-twice.ts'
import { randomOf } from '../storm/random.ts'
import { aRandomBase, type MadeMerge, mergeAtRandom, type RandomBase, undo, undoAll } from './random-base.ts'

/** How many chains of merges are made and undone. `npm run test:merges` makes more. */
const rounds = Number(process.env.ROUNDS ?? 6)
const seed = Number(process.env.SEED ?? 1)

let api: JobApi
let base: RandomBase
beforeAll(async () => {
  api = await startJobApi()
  base = await aRandomBase(api, randomOf(seed))
}, 180_000)
afterAll(() => api.close())

const rows = () => everyRow(api, { unnamed: ['public.link', 'public.record_file'] })

it('undoing chains of merges leaves every table as it was before', async () => {
  for (let round = 0; round < rounds; round++) {
    const before = await rows()
    const merges: MadeMerge[] = []
    for (let step = 0; step < 5; step++) merges.push(...[(await mergeAtRandom(base)) ?? []].flat())
    expect(await storedDifferently(async (query) => (await api.pool.query(query)).rows)).toEqual([])
    for (const merge of merges.toReversed()) {
      expect(await undo(base, merge)).toEqual({ restoredIds: merge.ids, kept: [] })
    }
    expect(await rows()).toEqual(before)
  }
}, 3_600_000)

it('undoing merges in any order that is possible does the same', async () => {
  for (let round = 0; round < rounds; round++) {
    const before = await rows()
    const merges: MadeMerge[] = []
    for (let step = 0; step < 4; step++) merges.push(...[(await mergeAtRandom(base)) ?? []].flat())
    // Undoing a merge of contacts changes the lists of their companies, and the other way round, which later undos report.
    const kept = (await undoAll(base, merges)).filter(({ field }) => field !== 'contacts' && field !== 'companies')
    expect({ round, kept }).toEqual({ round, kept: [] })
    expect(await rows()).toEqual(before)
  }
}, 3_600_000)
