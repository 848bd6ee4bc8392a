import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { CatalogueCache } from '../../src/entities/catalogue.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { identifyServer } from '../../src/people/caller.ts'
import { recordsFor } from '../../src/records/query/record-query.ts'
import { AccessMaker } from '../../src/rights/access.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

it('never gives a request grants of other rights than its own', async () => {
  const { db } = database
  let hidden = ['comment']
  const maker = new AccessMaker(new CatalogueCache(db, systemTypes), () => ({ hidden }))
  const identified = await identifyServer(db)
  const newer = { ...identified, rightsVersion: identified.rightsVersion + 1 }

  const early = await maker.make(identified, 'en')
  const late = await maker.make(newer, 'en')
  // The request that started with the old rights creates its grant last.
  expect(early.grant('deal').readable.has('comment')).toBe(false)
  hidden = []
  expect(late.grant('deal').readable.has('comment')).toBe(true)
  expect((await maker.make(newer, 'en')).grant('deal').readable).toBe(late.grant('deal').readable)
  expect(early.grant('deal').readable.has('comment')).toBe(false)
})

it('applies a right that says `today` by the day of each request', async () => {
  const { db } = database
  const today = { field: 'createdAt', op: 'gte', value: 'today' } as const
  const maker = new AccessMaker(new CatalogueCache(db, systemTypes), (_caller, { code }) =>
    code === 'deal' ? { rows: { read: today } } : {},
  )
  const identified = await identifyServer(db)
  // The day begins in the zone of the instance, Europe/Moscow.
  const grantAt = async (now: string) => {
    jest.useFakeTimers({ now: new Date(now), advanceTimers: true })
    try {
      return (await maker.make(identified, 'en')).grant('contact').of('deal')
    } finally {
      jest.useRealTimers()
    }
  }
  const since = (grant: Awaited<ReturnType<typeof grantAt>>) =>
    recordsFor(grant, 'read').select().compile(db).parameters

  expect(since(await grantAt('2026-03-01T12:00:00Z'))).toEqual(['2026-02-28T21:00:00.000Z'])
  expect(since(await grantAt('2026-03-02T12:00:00Z'))).toEqual(['2026-03-01T21:00:00.000Z'])
})
