import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { CatalogueCache } from '../../src/entities/catalogue.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { identifyServer } from '../../src/people/caller.ts'
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
  const maker = new AccessMaker(db, new CatalogueCache(db, systemTypes), () => ({ hidden }))
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
