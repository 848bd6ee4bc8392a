import { setTimeout as pause } from 'node:timers/promises'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Tables } from '../database/tables.ts'
import { inTransaction, sqlState, type Transaction, type TransactionOptions } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'

const [lockNotAvailable, deadlock, cancelled] = ['55P03', '40P01', '57014']
const patience = 20_000

/**
 * Changes columns while other requests read and write. The change locks the table for some milliseconds. It waits for
 * the lock in short attempts, because other requests queue behind a waiting change.
 */
export async function changeOnline<T>(
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

/** Returns the advisory lock for adding, dropping or indexing columns of a type. */
export function columnLock(typeId: number): RawBuilder<unknown> {
  return sql`hashtext('columns'), ${typeId}::int`
}

/** Returns the advisory lock of the job that builds the indexes of a type. */
export function indexerLock(typeId: number): RawBuilder<unknown> {
  return sql`hashtext('indexer'), ${typeId}::int`
}

/** Returns the advisory lock of the compaction of a type. */
export function compactionLock(typeId: number): RawBuilder<unknown> {
  return sql`hashtext('compaction'), ${typeId}::int`
}

/**
 * Locks the columns of a type until the end of the transaction, which adds or drops one. Cancels a running index build,
 * because it would hold the table for minutes. Its job builds the index again afterwards. Throws `compaction_running`.
 */
export async function lockColumns(trx: Transaction, typeId: number): Promise<void> {
  const { rows } = await sql<{ isFree: boolean }>`
    select pg_try_advisory_xact_lock_shared(${compactionLock(typeId)}) as "isFree"`.execute(trx)
  if (!rows[0]!.isFree) throw new Problem('compaction_running', {}, { headers: { 'retry-after': '60' } })
  await sql`set local lock_timeout = '500ms'`.execute(trx)
  await sql`select pg_cancel_backend(pid) from pg_locks where locktype = 'advisory' and granted and objsubid = 2
    and database = (select oid from pg_database where datname = current_database())
    and classid = (hashtext('indexer')::bigint & 4294967295)::oid and objid = ${typeId}::oid`.execute(trx)
  await sql`select pg_advisory_xact_lock(${columnLock(typeId)})`.execute(trx)
  await sql`set local lock_timeout = '200ms'`.execute(trx)
}

/** Does work while the connection holds a lock. Returns false when the lock is taken. */
export async function withLock(
  connection: Kysely<Tables>,
  lock: RawBuilder<unknown>,
  work: () => Promise<void>,
): Promise<boolean> {
  const { rows } = await sql<{ first: boolean }>`select pg_try_advisory_lock(${lock}) as first`.execute(connection)
  if (!rows[0]?.first) return false
  try {
    await work()
    return true
  } finally {
    await release(connection, lock)
  }
}

/** Releases the lock. Retries once, because a late cancellation of the index build can hit this statement. */
async function release(connection: Kysely<Tables>, lock: RawBuilder<unknown>): Promise<void> {
  const unlock = () => sql`select pg_advisory_unlock(${lock})`.execute(connection)
  await unlock().catch((error) => (sqlState(error).code === cancelled ? unlock() : Promise.reject(error)))
}
