import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { PresentRecord } from '../entities/change.ts'
import type { Field } from '../fields/field.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { isNothing, type Value } from '../fields/value.ts'
import { readStates } from '../records/write/lock-records.ts'
import type { Grant } from '../rights/grant.ts'
import type { Merging } from './merge-log.ts'
import { movingRows } from './move-references.ts'
import type { MergedValues, MovedReference } from './stored-merge.ts'

/** Another merge of the same survivor, which is not undone, or was undone after the merge in question. */
export interface OtherMerge {
  id: number
  isStanding: boolean
  mergedIds: number[]
  changes: MergedValues
}

/** Reads the other merges of the survivor that matter for its present values, the latest first. */
export async function otherMerges(trx: Transaction, { grant, id, survivorId }: Merging): Promise<OtherMerge[]> {
  const { rows } = await sql<OtherMerge>`
    select other.id, other.undone_at is null as "isStanding", coalesce(h.changes, '{}') as changes,
      array(select one.record_id from merge_source as one where one.merge_id = other.id order by one.id) as "mergedIds"
    from record_merge as merge join record_merge as other on other.type_id = merge.type_id
      and other.survivor_id = merge.survivor_id and other.id <> merge.id
    left join history as h on h.type_id = other.type_id and h.record_id = other.survivor_id and h.version = other.version
      and h.kind = 'merged'
    where merge.id = ${id} and merge.type_id = ${grant.type.id} and merge.survivor_id = ${survivorId}
      and (other.undone_at is null or other.undone_at > merge.at)
    order by other.id desc`.execute(trx)
  return rows
}

/**
 * Returns the id of the latest later merge that depends on a merge: one of its records has a value or a reference that the survivor
 * has from the earlier merge. Without that merge, the survivor would lose it.
 */
export async function dependentMerge(
  trx: Transaction,
  merging: Merging,
  { values, moved, others }: { values: MergedValues; moved: readonly MovedReference[]; others: readonly OtherMerge[] },
): Promise<number | null> {
  const later = others.filter((other) => other.isStanding && other.id > merging.id)
  const states = await readStates(
    trx,
    merging.grant,
    later.flatMap(({ mergedIds }) => mergedIds),
    'stored',
  )
  const fields = merging.grant.type.fields.filter(({ key }) => Object.hasOwn(values, key))
  for (const other of later) {
    const records = other.mergedIds.flatMap((id) => states.get(id) ?? [])
    if (fields.some((field) => needsValue(field, values[field.key]!, other, records))) return other.id
    if (await needsReference(trx, merging.grant, moved, other)) return other.id
  }
  return null
}

function needsValue(
  field: Field,
  [before, after]: [Value, Value],
  { changes }: OtherMerge,
  records: readonly PresentRecord[],
): boolean {
  if (field.readOnly) return false
  const came = itemsFrom(field, before, after)
  const union = kindOf(field).union?.(field)
  if (!union) return Object.hasOwn(changes, field.key) || records.some(({ state }) => !isNothing(state.get(field.key)))
  const theirs = records.flatMap(({ state }) => (state.get(field.key) ?? []) as Value[])
  return came.some((item) => theirs.some((one) => union.isSame(one, item)))
}

/** Returns the items of a list that it did not have before. */
export function itemsFrom(field: Field, before: Value, after: Value): Value[] {
  const union = kindOf(field).union?.(field)
  const [old, all] = [before, after].map((list) => (list ?? []) as Value[])
  return union ? all!.filter((item) => !old!.some((one) => union.isSame(one, item))) : []
}

/** Returns whether a record of another merge has a reference that stayed with it because of the moved ones. */
async function needsReference(
  trx: Transaction,
  { type }: Grant,
  moved: readonly MovedReference[],
  { mergedIds }: OtherMerge,
): Promise<boolean> {
  const links = moved.filter(({ table, column }) => table === 'link' && column === 'to_id')
  const rows = movingRows().filter(({ table }) => moved.some((one) => one.table === table))
  const conditions = [
    ...links.map(
      ({ otherType, relation, ids }) => sql`exists (select from link as item where item.to_type = ${type.id}
        and item.to_id = any(${mergedIds}::bigint[]) and item.relation = ${relation} and item.from_type = ${otherType}
        and item.from_id = any(${ids}::bigint[]))`,
    ),
    ...rows.map(({ table, column, typeColumn, atMerge }) => {
      const came = moved.flatMap((one) => (one.table === table ? one.ids : []))
      const alike = (atMerge.once ?? []).map(
        (name) => sql` and ${sql.ref(`item.${name}`)} = ${sql.ref(`came.${name}`)}`,
      )
      return sql`exists (select from ${sql.table(table)} as came join ${sql.table(table)} as item
          on item.${sql.ref(typeColumn)} = ${type.id} and item.${sql.ref(column)} = any(${mergedIds}::bigint[])
          ${sql.join(alike, sql``)} where came.id = any(${came}::bigint[]))`
    }),
  ]
  if (!conditions.length) return false
  const { rows: found } = await sql<{ needs: boolean }>`select ${sql.join(conditions, sql` or `)} as needs`.execute(trx)
  return found[0]!.needs
}
