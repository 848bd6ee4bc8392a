import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { CatalogueCache } from '../../src/entities/catalogue.ts'
import { systemTypes } from '../../src/entities/types.ts'
import { identifyServer, identifyUser } from '../../src/people/caller.ts'
import { AccessMaker } from '../../src/rights/access.ts'
import { aUser } from '../api.ts'
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

describe('A role that is taken away while a request is held', () => {
  const setUp = async () => {
    const { db, pool } = database
    const { userId } = await aUser(db)
    const { rows } = await pool.query(`insert into role (name) values ('{}') returning id`)
    await pool.query(`insert into role_cell (role_id, type_id, levels) values ($1, 2, '{"read": "all"}')`, [rows[0].id])
    await pool.query('insert into role_member (role_id, user_id) values ($1, $2)', [rows[0].id, userId])
    const maker = new AccessMaker(db, new CatalogueCache(db, systemTypes))
    const identify = async () => (await identifyUser(db, userId))!
    const takeAway = () => pool.query('delete from role_member where user_id = $1', [userId])
    return { maker, identify, takeAway }
  }
  const unavailable = expect.objectContaining({ code: 'crm_unavailable' })

  it('after its rights were read: no later request gets them', async () => {
    const { maker, identify, takeAway } = await setUp()
    const held = await maker.make(await identify(), 'en')
    await takeAway()
    const after = await identify()
    const later = await maker.make(after, 'en')
    // The held request goes on with the rights that it began with, and makes its first grant last.
    expect(() => later.grant('deal')).toThrow(unavailable)
    expect(held.grant('deal').type.code).toBe('deal')
    expect(() => later.grant('deal')).toThrow(unavailable)
    const again = await maker.make(after, 'en')
    expect(() => again.grant('deal')).toThrow(unavailable)
  })

  it('between authentication and the reading of its rights: it gets those of now, like every other request', async () => {
    const { maker, identify, takeAway } = await setUp()
    const held = await identify()
    await takeAway()
    const later = await maker.make(await identify(), 'en')
    const first = await maker.make(held, 'en')
    for (const access of [first, later, await maker.make(await identify(), 'en')]) {
      expect(() => access.grant('deal')).toThrow(unavailable)
    }
  })
})
