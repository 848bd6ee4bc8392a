import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { EntityType } from '../../entities/catalogue.ts'

/** Keys share locks, so that a transaction with many records does not need many. Sharing costs at most a wait. */
const locksPerType = 1024

/** Locks keys until the end of the transaction, in one order. Others with the same keys wait and then find its records. */
export async function lockKeys(trx: Transaction, { id }: EntityType, keys: readonly number[]): Promise<void> {
  const places = [...new Set(keys.map((key) => (key >>> 0) % locksPerType))].sort((a, b) => a - b)
  if (!places.length) return
  await sql`select pg_advisory_xact_lock(duplicate_key_lock(${id}, place)) from unnest(${places}::integer[]) as p (place)`.execute(
    trx,
  )
}
