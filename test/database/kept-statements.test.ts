import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { type Connection, connect } from '../../src/database/connect.ts'
import { mostKept } from '../../src/database/kept-statements.ts'
import { rowsOf, sendTogether, statementOf, template } from '../../src/database/statement.ts'
import { inTransaction } from '../../src/database/transaction.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'
import { sentBy } from '../statements.ts'

let database: TestDatabase
let one: Connection
beforeAll(async () => {
  database = await freshDatabase({ empty: true })
})
afterAll(() => database.close())
beforeEach(() => {
  one = connect(database.connection, { poolSize: 1 })
})
afterEach(() => one.close())

const keep = (version = 1) => ({ family: 'shape', version })
const shape = (n: number, version?: number) =>
  statementOf(sql<{ n: number }>`select ${sql.lit(n)} as n`, { keep: keep(version) })
const names = async () =>
  (await sql<{ name: string }>`select name from pg_prepared_statements order by name`.execute(one.db)).rows.map(
    ({ name }) => name,
  )

describe('A connection', () => {
  it('keeps a statement from its second use on, under a name with its family and the version of the catalogue', async () => {
    await rowsOf(one.db, shape(1))
    expect(await names()).toEqual([])
    await rowsOf(one.db, shape(1))
    await rowsOf(one.db, shape(1))
    expect(await names()).toEqual(['shape_1_1'])
  })

  it('never uses the name of an older version of the catalogue', async () => {
    for (const version of [1, 1, 2, 2]) await rowsOf(one.db, shape(1, version))
    expect(await names()).toEqual(['shape_1_1', 'shape_2_2'])
  })

  it('closes the least used statements when it has too many, and can use them again', async () => {
    for (let n = 0; n < mostKept + 50; n++) {
      for (const _ of [1, 2]) expect(await rowsOf(one.db, shape(n))).toEqual([{ n }])
      await rowsOf(one.db, shape(0))
    }
    expect(await names()).toHaveLength(mostKept)
    expect(await names()).toContain('shape_1_1')
    for (const n of [1, 2, 3]) expect(await rowsOf(one.db, shape(n))).toEqual([{ n }])
    expect(await names()).toHaveLength(mostKept)
  })

  it('keeps within the bound in transactions that fail', async () => {
    for (let n = 0; n < mostKept + 20; n++) {
      await rowsOf(one.db, shape(n))
      const work = inTransaction(one.db, async (trx) => {
        await sql`select 1/0`.execute(trx).catch(() => {})
        await rowsOf(trx, shape(n)).catch(() => {})
        throw new Error('rolled back')
      })
      await expect(work).rejects.toThrow('rolled back')
      await rowsOf(one.db, shape(n))
    }
    expect((await names()).length).toBeLessThanOrEqual(mostKept)
    expect(await rowsOf(one.db, shape(mostKept + 19))).toEqual([{ n: mostKept + 19 }])
  })

  it('sends a statement again that the server has lost', async () => {
    for (const _ of [1, 2]) await rowsOf(one.db, shape(1))
    await sql`deallocate all`.execute(one.db)
    await expect(rowsOf(one.db, shape(1))).rejects.toMatchObject({ code: '26000' })
    expect(await rowsOf(one.db, shape(1))).toEqual([{ n: 1 }])
  })

  it('prepares a statement again whose columns have another type now', async () => {
    await sql`create table typed (n integer)`.execute(one.db)
    const read = () => rowsOf(one.db, statementOf(sql`select n from typed`, { keep: keep() }))
    for (const _ of [1, 2]) await read()
    await sql`alter table typed alter column n type text`.execute(one.db)
    await expect(read()).rejects.toMatchObject({ code: '0A000' })
    expect(await read()).toEqual([])
  })

  it('keeps no statements when they are switched off', async () => {
    const { db, close } = connect(database.connection, { poolSize: 1, keepsStatements: false })
    for (const _ of [1, 2, 3]) await rowsOf(db, shape(1))
    const { rows } = await sql`select from pg_prepared_statements`.execute(db)
    await close()
    expect(rows).toEqual([])
  })
})

it('fills the holes of a template with the values of one execution', async () => {
  const add = template<'a' | 'b', { sum: number }>(
    (hole) => sql`select ${hole('a')}::integer + ${10}::integer + ${hole('b')}::integer as sum`,
    {},
  )
  expect(await rowsOf(one.db, add({ a: 1, b: 2 }))).toEqual([{ sum: 13 }])
  expect(await rowsOf(one.db, add({ a: 5, b: 5 }))).toEqual([{ sum: 20 }])
})

it('sends the statements of a transaction together with its begin, and throws the first error', async () => {
  const count = statementOf(sql<{ count: number }>`select count(*)::integer as count from kept`)
  await sql`create table kept (n integer primary key)`.execute(one.db)
  const insert = (n: number) => statementOf(sql`insert into kept values (${n})`)
  const { roundTrips } = await sentBy(async () => {
    const [, , rows] = await inTransaction(one.db, (trx) => sendTogether(trx, [insert(1), insert(2), count]))
    expect(rows).toEqual([{ count: 2 }])
  })
  // The other one is the commit.
  expect(roundTrips).toBe(2)
  const failing = inTransaction(one.db, (trx) => sendTogether(trx, [insert(3), insert(2), count]))
  await expect(failing).rejects.toMatchObject({ code: '23505' })
  expect(await rowsOf(one.db, count)).toEqual([{ count: 2 }])
})

it('reports an error of the database to the statement that caused it', async () => {
  const wrong = statementOf(sql`select missing`)
  const good = shape(1)
  const all = await Promise.allSettled([rowsOf(one.db, good), rowsOf(one.db, wrong), rowsOf(one.db, good)])
  expect(all.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
})
