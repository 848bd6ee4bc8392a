import { sql } from 'kysely'
import type { Database } from './connect.ts'
import { rowsOf, statementOf } from './statement.ts'
import type { Transaction } from './transaction.ts'

/** Has all statements of a transaction, which only reads, see the same state of the database. It must come first. */
export const onOneState = statementOf(sql`set transaction isolation level repeatable read, read only`)

/** Runs work that reads, all of it on the same state of the database. */
export async function readOneState<T>(db: Database, work: (trx: Transaction) => Promise<T>): Promise<T> {
  return await db.transaction().execute(async (trx) => {
    await rowsOf(trx, onOneState)
    return await work(trx)
  })
}
