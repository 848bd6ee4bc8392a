import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { Fault } from '../errors/problem.ts'
import { relationOf } from '../fields/kinds/link-kinds.ts'
import { recordsFor, tableOf } from '../records/query/record-query.ts'
import type { Grant } from '../rights/grant.ts'
import { columnsTo } from './lock-members.ts'
import type { Merging } from './merge-log.ts'
import { movingRows } from './move-references.ts'
import type { MovedReference } from './stored-merge.ts'

/** A part of a record that an undo leaves as it is, and why. */
export interface KeptPart extends Pick<Fault, 'code' | 'params'> {
  type: string
  id: number
  field: string | null
}

/**
 * Returns references to the merged records from which they were moved. A reference that was changed since stays. Returns
 * those that the caller may read.
 */
export async function returnReferences(
  trx: Transaction,
  merging: Merging,
  moved: readonly MovedReference[],
): Promise<KeptPart[]> {
  const kept: KeptPart[] = []
  for (const one of moved) {
    if (one.table === 'link' && one.column === 'to_id') kept.push(...(await returnLinks(trx, merging, one)))
    else if (one.table !== 'link') kept.push(...(await returnRows(trx, merging, one)))
  }
  return kept
}

/** Returns columns of records, and rows that belong to a record. A column or table that is gone by now is left out. */
async function returnRows(trx: Transaction, merging: Merging, one: MovedReference): Promise<KeptPart[]> {
  const { grant, survivorId } = merging
  const { table, column, mergedId, ids } = one
  const rows = movingRows().find((known) => known.table === table && known.column === column)
  if (rows) {
    await sql`update ${sql.table(table)} as item set ${sql.ref(column)} = ${mergedId} where item.id = any(${ids}::bigint[])
      and item.${sql.ref(rows.typeColumn)} = ${grant.type.id} and item.${sql.ref(column)} = ${survivorId}`.execute(trx)
    return []
  }
  const to = columnsTo(grant).find((known) => known.of.type.table === table && known.column === column)
  if (!to) return []
  const { rows: returned } = await sql<{ ids: number[] | null }>`
    with returned as (update ${tableOf(to.of)} as record set ${sql.ref(column)} = ${mergedId}
      where record.id = any(${ids}::bigint[]) and record.${sql.ref(column)} = ${survivorId} returning record.id)
    select json_agg(id) as ids from returned`.execute(trx)
  const field = to.of.type.fields.find((known) => known.column === column)
  return await keptOf(trx, to.of, field?.path ?? null, without(ids, returned[0]?.ids))
}

async function returnLinks(trx: Transaction, merging: Merging, one: MovedReference): Promise<KeptPart[]> {
  const { grant, survivorId } = merging
  const { mergedId, otherType, relation, ids } = one
  const { rows } = await sql<{ ids: number[] | null }>`
    with returned as (update link as item set to_id = ${mergedId} where item.to_type = ${grant.type.id}
        and item.to_id = ${survivorId} and item.relation = ${relation} and item.from_type = ${otherType}
        and item.from_id = any(${ids}::bigint[]) returning item.from_id as id)
    select json_agg(id) as ids from returned`.execute(trx)
  const type = [...grant.catalogue.types.values()].find(({ id }) => id === otherType)
  const field = type?.fields.find((known) => relationOf(known) === relation && !known.settings.back)
  return type ? await keptOf(trx, grant.of(type.code), field?.path ?? null, without(ids, rows[0]?.ids)) : []
}

function without(ids: readonly number[], gone: readonly number[] | null | undefined): number[] {
  const known = new Set(gone)
  return ids.filter((id) => !known.has(id))
}

/** The most records that are named for one field, so that a response stays short. */
export const mostReported = 100

/** Names the records whose reference was changed since, if the caller may read them and the field. */
async function keptOf(trx: Transaction, of: Grant, path: string | null, ids: readonly number[]): Promise<KeptPart[]> {
  if (!ids.length || path === null || !of.readable.has(path)) return []
  const { rows } = await recordsFor(of, 'read')
    .and(sql`record.id = any(${ids}::bigint[])`)
    .select<{ id: number }>(sql`record.id`, { orderBy: sql`record.id`, limit: mostReported })
    .execute(trx)
  return rows.map(({ id }) => ({ type: of.type.code, id, field: path, code: 'changed_since' as const }))
}

/** Gives the primary links back to the merged records, unless somebody chose other ones since. */
export async function returnPrimary(
  trx: Transaction,
  { grant, survivorId }: Merging,
  moved: readonly MovedReference[],
): Promise<void> {
  for (const { table, column, mergedId, otherType, relation, ids } of moved) {
    if (table !== 'link' || column === 'to_id') continue
    // The flag of the side at the other end.
    const [own, other] = column === 'is_primary' ? ['to', 'from'] : ['from', 'to']
    const flag = sql.ref(column)
    const [ownId, otherId] = [sql.ref(`item.${own}_id`), sql.ref(`item.${other}_id`)]
    const ofRelation: RawBuilder<SqlBool> = sql`item.relation = ${relation} and ${sql.ref(`item.${own}_type`)} = ${grant.type.id}
      and ${sql.ref(`item.${other}_type`)} = ${otherType}`
    await sql`
      with taken as (update link as item set ${flag} = false where ${ofRelation} and ${ownId} = ${survivorId}
        and ${otherId} = any(${ids}::bigint[]) and item.${flag} returning ${otherId} as id)
      update link as item set ${flag} = true from taken where ${ofRelation} and ${ownId} = ${mergedId} and ${otherId} = taken.id`.execute(
      trx,
    )
  }
}
