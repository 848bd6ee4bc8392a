import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { writeTime } from '../records/write/change-time.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import type { Grant } from '../rights/grant.ts'

/** A record, and the new record that was made of it. */
export interface CarriedRecord {
  from: number
  to: number
}

/** Attaches the files of records of a type, which the caller may read, to the new records that were made of them. */
export async function carryAttachments(
  trx: Transaction,
  source: Grant,
  { grant, context }: WriteContext,
  made: readonly CarriedRecord[],
): Promise<void> {
  if (!made.length) return
  const at = writeTime(context).toISOString()
  // The lock keeps the rows, and so the files, until the new rows exist.
  await sql`insert into attachment (type_id, record_id, file_id, attached_by, attached_at)
    select ${grant.type.id}::integer, made."to", item.file_id, ${context.userId}, ${at}
    from json_to_recordset(${JSON.stringify(made)}) as made ("from" bigint, "to" bigint)
    join attachment as item on item.type_id = ${source.type.id} and item.record_id = made."from"
    order by item.id for key share of item`.execute(trx)
}
