import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { onOneState } from '../database/one-state.ts'
import { rowsOf, sendTogether, statementOf } from '../database/statement.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Within } from './selection.ts'

/**
 * Runs work whose statements all see the database as it is now, and that no other process does for the same job. Returns
 * undefined if another process does it. A transaction on one connection keeps the snapshot; every part of the work is a
 * short transaction of its own that takes the snapshot over. So no table is locked for longer than a page takes, and
 * fields can be added and deleted meanwhile.
 */
export async function inSnapshot<T>(
  db: Database,
  jobId: number,
  work: (within: Within) => Promise<T>,
): Promise<{ done: T } | undefined> {
  return await oneAtATime(() =>
    db.transaction().execute(async (trx) => {
      const snapshot = await openSnapshot(trx, jobId)
      return snapshot === undefined ? undefined : { done: await work(withinSnapshot(db, snapshot)) }
    }),
  )
}

async function openSnapshot(trx: Transaction, jobId: number): Promise<string | undefined> {
  await rowsOf(trx, onOneState)
  // The connection waits while pages are read and stored.
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx)
  // Held by a living process only, unlike a mark in a table.
  const [found] = await rowsOf(
    trx,
    statementOf(sql<{ snapshot: string; isFree: boolean }>`select pg_export_snapshot() as snapshot,
      pg_try_advisory_xact_lock(hashtext(${`kartoteka: export ${jobId}`})) as "isFree"`),
  )
  return found?.isFree ? found.snapshot : undefined
}

function withinSnapshot(db: Database, snapshot: string): Within {
  const statements = [onOneState, statementOf(sql`set transaction snapshot ${sql.lit(snapshot)}`)]
  return (work) =>
    db.transaction().execute(async (trx) => {
      await sendTogether(trx, statements)
      return await work(trx)
    })
}

let last: Promise<unknown> = Promise.resolve()

/** Several snapshots at once could take all connections of the process, and then wait for one more. */
async function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  const before = last
  const { promise, resolve } = Promise.withResolvers<void>()
  last = promise
  await before
  try {
    return await work()
  } finally {
    resolve()
  }
}
