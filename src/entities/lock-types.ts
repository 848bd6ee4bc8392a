import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'

/** Locks the list of types until the end of the transaction. Changes of types happen one after the other. */
export async function lockTypes(trx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('record types'))`.execute(trx)
}

/**
 * Keeps the types that exist until the end of the transaction, which saves codes of types. The deletion of a type then
 * finds these codes, and a type that was deleted before is not in the catalogue that is read after this.
 */
export async function keepTypes(trx: Transaction): Promise<void> {
  await sql`select pg_advisory_xact_lock_shared(hashtext('record types'))`.execute(trx)
}
