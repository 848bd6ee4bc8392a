import { sql } from 'kysely'
import type { Database } from './connect.ts'
import { onOneState } from './one-state.ts'
import { rowsOf, type Statement, sendTogether, statementOf } from './statement.ts'
import { sqlState, type Transaction } from './transaction.ts'

const cancelled = '57014'

/**
 * Runs statements that read, with a time limit for each. Returns null when one exceeds it. It can be nested: inside a
 * transaction, the limit of that transaction holds again afterwards.
 */
export async function inTimeBox<T>(
  db: Database,
  milliseconds: number,
  work: (trx: Transaction) => Promise<T>,
): Promise<T | null> {
  return await orNull(db, async (trx) => {
    await setTimeBox(trx, milliseconds)
    return await work(trx)
  })
}

async function orNull<T>(db: Database, work: (trx: Transaction) => Promise<T>): Promise<T | null> {
  try {
    return await (db.isTransaction ? inSavepoint(db as Transaction, work) : db.transaction().execute(work))
  } catch (error) {
    if (sqlState(error).code === cancelled) return null
    throw error
  }
}

/** Takes back the time limit at the end, also after an error. */
async function inSavepoint<T>(trx: Transaction, work: (trx: Transaction) => Promise<T>): Promise<T> {
  await sql`savepoint time_box`.execute(trx)
  try {
    return await work(trx)
  } finally {
    await sql`rollback to savepoint time_box`.execute(trx)
  }
}

/**
 * Runs statements that read, all of them within one time limit and on the same state of the database. `settings` come
 * first. Returns null when they exceed the limit.
 */
export async function inSnapshot<T>(
  db: Database,
  milliseconds: number,
  settings: readonly Statement[],
  work: (read: <Row>(statement: Statement<Row>) => Promise<Row[]>) => Promise<T>,
): Promise<T | null> {
  const until = performance.now() + milliseconds
  return await orNull(db, async (trx) => {
    await sendTogether(trx, [onOneState, ...settings])
    return await work(async <Row>(statement: Statement<Row>) => {
      const [, rows] = await sendTogether<[unknown, Row]>(trx, [timeBox(until - performance.now()), statement])
      return rows
    })
  })
}

/** Runs a statement with a time limit, in the round trip that sets the limit. Returns null when it exceeds the limit. */
export async function rowsInTime<Row>(
  db: Database,
  milliseconds: number,
  statement: Statement<Row>,
): Promise<Row[] | null> {
  return await orNull(db, async (trx) => {
    const [, rows] = await sendTogether<[unknown, Row]>(trx, [timeBox(milliseconds), statement])
    return rows
  })
}

/** Sets the time limit for each further statement of a transaction. */
export async function setTimeBox(trx: Transaction, milliseconds: number): Promise<void> {
  await rowsOf(trx, timeBox(milliseconds))
}

function timeBox(milliseconds: number): Statement {
  const limit = String(Math.max(1, Math.ceil(milliseconds)))
  return statementOf(sql`select set_config('statement_timeout', ${limit}, true)`)
}
