import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { isNothing } from '../fields/value.ts'
import type { Merging } from './merge-log.ts'
import type { MergedValues, MovedReference } from './stored-merge.ts'

/**
 * Returns the latest later merge of records that an undo has to do with: records to which the survivor or its values link,
 * and records whose references return. While these are merged, their values and links are those of several records.
 */
export async function mergedSince(
  trx: Transaction,
  { grant, id }: Merging,
  { values, moved }: { values: MergedValues; moved: readonly MovedReference[] },
): Promise<number | null> {
  const types = grant.catalogue.types
  const linked = grant.type.fields.flatMap((field) =>
    (values[field.key] ?? []).flatMap((value) =>
      isNothing(value) ? [] : (kindOf(field).linked?.(field, value) ?? []),
    ),
  )
  const ids = new Map<number, number[]>()
  const add = (type: number | undefined, list: readonly number[]) => {
    if (type !== undefined) ids.set(type, [...(ids.get(type) ?? []), ...list])
  }
  for (const one of linked) add(types.get(one.type)?.id, [one.id])
  for (const { table, otherType, ids: list } of moved) {
    add(otherType ?? [...types.values()].find((type) => type.table === table)?.id, list)
  }
  const queries = [...ids].map(
    ([type, list]) => sql`select max(other.id) as id from record_merge as other join merge_source as one
      on one.merge_id = other.id where other.id > ${id} and other.undone_at is null and one.type_id = ${type}
      and one.record_id = any(${list}::bigint[])`,
  )
  if (!queries.length) return null
  const { rows } = await sql<{ id: number | null }>`
    select max(id) as id from (${sql.join(queries, sql` union all `)}) as found`.execute(trx)
  return rows[0]!.id
}
