import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { sql } from 'kysely'
import { inTransaction } from '../../src/database/transaction.ts'
import { problemOfDatabase } from '../../src/errors/database-errors.ts'
import { freshDatabase, type TestDatabase } from '../database.ts'
import { until } from '../until.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await freshDatabase()
})
afterAll(() => database.close())

it('fails the transaction, not the process, if its connection breaks between two statements', async () => {
  const { db, pool } = database
  const work = inTransaction(db, async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
    await pool.query('select pg_terminate_backend($1)', [rows[0]!.pid])
    await until(async () => {
      const { rowCount } = await pool.query('select from pg_stat_activity where pid = $1', [rows[0]!.pid])
      return rowCount === 0
    })
    await sql`select 1`.execute(trx)
  })
  const error = await work.catch((error: unknown) => error)
  expect(problemOfDatabase(error)).toMatchObject({ status: 503, code: 'database_unavailable' })
  expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }])
})
