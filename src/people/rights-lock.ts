import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'

/**
 * Makes changes of people and rights happen one after the other: each is checked against what the others saved. Of two
 * administrators who demote each other, or two moves that together would make a circle, the second sees the first. Call
 * it before locking anything else, so that all changes lock in one order.
 */
export async function lockRights(trx: Transaction): Promise<void> {
  await trx.selectFrom('local.revision').select('rights').forNoKeyUpdate().execute()
}

/** Makes every server read the rights again with its next request. Triggers do this for departments and groups. */
export async function touchRights(trx: Transaction): Promise<void> {
  await trx.updateTable('local.revision').set({ rights: sql`rights + 1` }).execute()
}
