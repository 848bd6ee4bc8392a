import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'

/** A record, wherever there are those of all types. */
export interface RecordName {
  typeId: number
  id: number
}

/** The name of a record in a kept answer. */
export function nameOf({ typeId, id }: RecordName): string {
  return `${typeId}:${id}`
}

/**
 * Removes what kept answers hold of records that are to leave no trace. That the requests were done stays known until
 * their day is over: they are not done again.
 */
export async function purgeAnswers(trx: Transaction, typeId: number, ids: readonly number[]): Promise<void> {
  const names = ids.map((id) => nameOf({ typeId, id }))
  await sql`update local.idempotency set body = null, headers = '{}', records = '{}', purged = true
    where records && ${names}::text[]`.execute(trx)
}
