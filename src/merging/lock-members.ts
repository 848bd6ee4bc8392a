import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { recordReferences } from '../entities/references.ts'
import type { Field } from '../fields/field.ts'
import { isInRows } from '../fields/kinds/kinds.ts'
import { linkSide, relationOf } from '../fields/kinds/link-kinds.ts'
import { storedParts, storedRecords } from '../records/query/record-query.ts'
import { inverseFieldOf } from '../records/write/inverse-links.ts'
import type { Grant } from '../rights/grant.ts'
import type { Merging } from './merge-log.ts'

/** Ids of records by the id of their type. */
type IdsByType = ReadonlyMap<number, readonly number[]>

/**
 * Locks the records of a merge and all records that refer to the merged ones, in the common lock order: by type, then by
 * id. Records that began to refer to them in between are locked without waiting. If that is not possible, all locks are
 * released and taken again. Afterwards nobody can add a reference to the merged records. Returns the ids of the types whose
 * records refer to them.
 */
export async function lockMembers(trx: Transaction, merging: Omit<Merging, 'id'>): Promise<ReadonlySet<number>> {
  await sql`savepoint before_locks`.execute(trx)
  for (;;) {
    const referrers = await referrersOf(trx, merging)
    await lockAll(trx, merging, referrers)
    const late = without(await referrersOf(trx, merging), referrers)
    if (await lockAtOnce(trx, merging.grant, late)) return new Set([...referrers.keys(), ...late.keys()])
    await sql`rollback to savepoint before_locks`.execute(trx)
  }
}

/** Locks the records of a merge, and other records, in the common lock order. */
export async function lockAll(
  trx: Transaction,
  { grant, survivorId, mergedIds }: Omit<Merging, 'id'>,
  others: IdsByType,
): Promise<void> {
  for (const type of [...grant.catalogue.types.values()].sort((a, b) => a.id - b.id)) {
    const isOwn = type.id === grant.type.id
    const ids = [...(others.get(type.id) ?? []), ...(isOwn ? [survivorId, ...mergedIds] : [])]
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
export async function referrersOf(trx: Transaction, { grant, mergedIds }: Omit<Merging, 'id'>): Promise<IdsByType> {
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
