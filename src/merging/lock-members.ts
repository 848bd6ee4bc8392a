import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { PresentRecord } from '../entities/change.ts'
import { recordReferences } from '../entities/references.ts'
import type { Field } from '../fields/field.ts'
import { isInRows } from '../fields/kinds/kinds.ts'
import { linkSide, relationOf } from '../fields/kinds/link-kinds.ts'
import { storedParts, storedRecords } from '../records/query/record-query.ts'
import { inverseFieldOf } from '../records/write/inverse-links.ts'
import { type LockedRecords, lockAndReadWhole } from '../records/write/lock-records.ts'
import type { Grant } from '../rights/grant.ts'
import type { MergeRequest } from './merge-request.ts'

/** Ids of records by the id of their type. */
export type IdsByType = ReadonlyMap<number, readonly number[]>

/** The records of merges, locked and read. */
export interface LockedMembers {
  /** The records that the caller may read, by id. */
  records: ReadonlyMap<number, PresentRecord>
  /** The survivors, with the right to change them. */
  survivors: LockedRecords
  /** The other records, with the right to delete them. */
  merged: LockedRecords
  /** The records that refer to the merged ones. */
  referring: IdsByType
}

/**
 * Locks the records of merges of one type, and all records that refer to the merged ones, and reads their values. Afterwards
 * nobody can add a reference to the merged records.
 */
export async function lockMembers(
  trx: Transaction,
  grant: Grant,
  merges: readonly Pick<MergeRequest, 'survivorId' | 'mergedIds'>[],
): Promise<LockedMembers> {
  const survivorIds = merges.map(({ survivorId }) => survivorId)
  const mergedIds = merges.flatMap((merge) => merge.mergedIds)
  const referring = await lockReferring(trx, grant, { survivorIds, mergedIds })
  const { locked, records } = await lockAndReadWhole(trx, grant, [
    { operation: 'update', ids: survivorIds },
    { operation: 'delete', ids: mergedIds },
  ])
  return { records, survivors: locked[0]!, merged: locked[1]!, referring }
}

/**
 * Locks records that are merged and all records that refer to the merged ones, in the common lock order: by type, then by
 * id. Records that began to refer to them in between are locked without waiting. If that is not possible, all locks are
 * released and taken again. Returns the records that refer to them.
 */
async function lockReferring(
  trx: Transaction,
  grant: Grant,
  { survivorIds, mergedIds }: { survivorIds: readonly number[]; mergedIds: readonly number[] },
): Promise<IdsByType> {
  await sql`savepoint before_locks`.execute(trx)
  for (;;) {
    const referrers = await referrersOf(trx, grant, mergedIds)
    await lockAll(trx, grant, [...survivorIds, ...mergedIds], referrers)
    const present = await referrersOf(trx, grant, mergedIds)
    if (await lockAtOnce(trx, grant, without(present, referrers))) return present
    await sql`rollback to savepoint before_locks`.execute(trx)
  }
}

/** Locks records of the type of the grant, which are merged, and other records, in the common lock order. */
export async function lockAll(
  trx: Transaction,
  grant: Grant,
  members: readonly number[],
  others: IdsByType,
): Promise<void> {
  for (const type of [...grant.catalogue.types.values()].sort((a, b) => a.id - b.id)) {
    const isOwn = type.id === grant.type.id
    const ids = [...(others.get(type.id) ?? []), ...(isOwn ? members : [])]
    if (!ids.length) continue
    // Transactions that link a record hold a weaker lock of it. This lock waits for them and blocks new ones.
    const rows = storedRecords(grant.of(type.code))
      .and(sql`record.id = any(${ids}::bigint[])`)
      .select(sql`record.id`, { orderBy: sql`record.id`, lock: isOwn ? 'update' : 'noKeyUpdate' })
    await sql`select count(*) from (${rows}) as locked`.execute(trx)
  }
}

/** Locks records, unless others hold one of them. Returns whether all are locked. */
async function lockAtOnce(trx: Transaction, grant: Grant, wanted: IdsByType): Promise<boolean> {
  for (const type of grant.catalogue.types.values()) {
    const ids = wanted.get(type.id) ?? []
    if (!ids.length) continue
    const free = storedRecords(grant.of(type.code))
      .and(sql`record.id = any(${ids}::bigint[])`)
      .select(sql`record.id`, { lock: 'freeOnly' })
    const { rows } = await sql<{ n: number }>`select count(*) as n from (${free}) as locked`.execute(trx)
    if (rows[0]!.n < ids.length) return false
  }
  return true
}

function without(ids: IdsByType, known: IdsByType): IdsByType {
  return new Map(
    [...ids].map(([type, list]) => {
      const old = new Set(known.get(type))
      return [type, list.filter((id) => !old.has(id))]
    }),
  )
}

/** Returns the ids of the records that refer to merged records, and of those at the other end of their own lists. */
export async function referrersOf(trx: Transaction, grant: Grant, mergedIds: readonly number[]): Promise<IdsByType> {
  const { type } = grant
  const columns = columnsTo(grant).flatMap(({ of, column }) =>
    storedParts(of).map((part) =>
      part
        .and(sql`${sql.ref(`record.${column}`)} = any(${mergedIds}::bigint[])`)
        .select(sql`${sql.lit(of.type.id)}::integer as type, record.id`),
    ),
  )
  const links = sql`select from_type, from_id from link where to_type = ${type.id} and to_id = any(${mergedIds}::bigint[])`
  const lists = sharedLists(grant).map((field) => {
    const [own, other] = [linkSide(field).own, linkSide(field).other]
    return sql`select ${sql.ref(`${other}_type`)}, ${sql.ref(`${other}_id`)} from link where relation = ${relationOf(field)}
      and ${sql.ref(`${own}_type`)} = ${type.id} and ${sql.ref(`${own}_id`)} = any(${mergedIds}::bigint[])`
  })
  const all: RawBuilder<unknown>[] = [...columns, links, ...lists]
  const { rows } = await sql<{ type: number; ids: number[] }>`
    select type, json_agg(distinct id) as ids from (${sql.join(all, sql` union all `)}) as found (type, id)
    group by type`.execute(trx)
  return new Map(rows.map(({ type, ids }) => [type, ids]))
}

/** Returns the columns of all types that point at records of the type of the grant and move at a merge. */
export function columnsTo(grant: Grant): { of: Grant; column: string }[] {
  return [...grant.catalogue.types.values()].flatMap((type) =>
    recordReferences([type]).flatMap((one) =>
      'type' in one && one.type === grant.type.code && one.atMerge.how === 'moves'
        ? [{ of: grant.of(type.code), column: one.column }]
        : [],
    ),
  )
}

/** Returns the lists of links that the records at the other end show as well. */
export function sharedLists(grant: Grant): Field[] {
  return grant.type.fields.filter((field) => isInRows(field, 'link') && inverseFieldOf(field, grant))
}
