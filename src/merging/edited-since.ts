import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { attachmentsField } from '../entities/attachments.ts'
import type { Field } from '../fields/field.ts'
import type { Grant } from '../rights/grant.ts'
import type { Merging } from './merge-log.ts'

/** Returns the fields of the survivor, its attached files included, that were changed after the merge, apart from merges and from undoing. */
export async function editedSince(trx: Transaction, { type }: Grant, { id, survivorId }: Merging): Promise<Field[]> {
  const { rows } = await sql<{ key: string }>`
    select distinct jsonb_object_keys(h.changes) as key
    from record_merge as merge join history as h on h.type_id = merge.type_id and h.record_id = merge.survivor_id
      and h.version > merge.version and h.kind = 'changed' and h.via not in ('merge', 'revert')
    where merge.id = ${id} and merge.type_id = ${type.id} and merge.survivor_id = ${survivorId}`.execute(trx)
  const keys = new Set(rows.map(({ key }) => key))
  return [...type.fields, attachmentsField].filter(({ key }) => keys.has(key))
}
