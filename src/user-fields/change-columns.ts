import { setTimeout as pause } from 'node:timers/promises'
import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { inTransaction, sqlState, type Transaction, type TransactionOptions } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'

const [lockNotAvailable, deadlock] = ['55P03', '40P01']
const patience = 20_000

/**
 * Changes columns while others read and write. The change needs the table for itself for some milliseconds; it waits
 * for that in short turns, because everybody else waits behind a waiting change.
 */
export async function whileOthersWork<T>(
  db: Database,
  work: (trx: Transaction) => Promise<T>,
  options: TransactionOptions,
): Promise<T> {
  const until = Date.now() + patience
  for (;;) {
    try {
      const all = async (trx: Transaction) => {
        await sql`set local lock_timeout = '200ms'`.execute(trx)
        return await work(trx)
      }
      return await inTransaction(db, all, options)
    } catch (error) {
      const isBusy = [lockNotAvailable, deadlock].includes(sqlState(error).code)
      if (!isBusy) throw error
      if (Date.now() > until) throw new Problem('timeout', {}, { headers: { 'retry-after': '5' } })
      await pause(100 + Math.random() * 200)
    }
  }
}

/** The advisory lock of a type's columns: who adds, drops or indexes one holds it. */
export function columnLock(typeId: number): RawBuilder<unknown> {
  return sql`hashtext('columns'), ${typeId}::int`
}

/** The advisory lock of whoever makes the indexes of a type. */
export function indexerLock(typeId: number): RawBuilder<unknown> {
  return sql`hashtext('indexer'), ${typeId}::int`
}

/**
 * Takes the columns of a type until the end of the transaction, which adds or drops one. An index that is being made is
 * broken off, since it would hold the table for minutes; its job makes it anew afterwards.
 */
export async function takeColumns(trx: Transaction, typeId: number): Promise<void> {
  await sql`set local lock_timeout = '500ms'`.execute(trx)
  await sql`select pg_cancel_backend(pid) from pg_locks where locktype = 'advisory' and granted and objsubid = 2
    and database = (select oid from pg_database where datname = current_database())
    and classid = (hashtext('indexer')::bigint & 4294967295)::oid and objid = ${typeId}::oid`.execute(trx)
  await sql`select pg_advisory_xact_lock(${columnLock(typeId)})`.execute(trx)
  await sql`set local lock_timeout = '200ms'`.execute(trx)
}
