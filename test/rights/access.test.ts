import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { CatalogueCache } from '../../src/entities/catalogue.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { identifyNobody } from '../../src/people/caller.ts'
import { AccessMaker } from '../../src/rights/access.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

it('never gives a request the grants of other rights than it came with', async () => {
  const { db } = database
  let hidden = ['comment']
  const maker = new AccessMaker(new CatalogueCache(db, systemTypes), () => ({ hidden }))
  const identified = await identifyNobody(db)
  const newer = { ...identified, rightsVersion: identified.rightsVersion + 1 }

  const early = await maker.make(identified, 'en')
  const late = await maker.make(newer, 'en')
  // The request that began under the older rights makes its grant last.
  expect(early.grant('deal').readable.has('comment')).toBe(false)
  hidden = []
  expect(late.grant('deal').readable.has('comment')).toBe(true)
  expect((await maker.make(newer, 'en')).grant('deal')).toBe(late.grant('deal'))
  expect(early.grant('deal').readable.has('comment')).toBe(false)
})
