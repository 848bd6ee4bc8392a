import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'

/** The type and id of a record. */
export interface RecordKey {
  typeId: number
  id: number
}

/** Returns the text that identifies a record in a stored response. */
export function nameOf({ typeId, id }: RecordKey): string {
  return `${typeId}:${id}`
}

/**
 * Deletes the bodies of stored responses that contain purged records. The keys stay until they expire, so that the
 * requests are not performed again.
 */
export async function purgeAnswers(trx: Transaction, typeId: number, ids: readonly number[]): Promise<void> {
  const names = ids.map((id) => nameOf({ typeId, id }))
  await sql`update local.idempotency set body = null, headers = '{}', records = '{}', purged = true
    where records && ${names}::text[]`.execute(trx)
}
