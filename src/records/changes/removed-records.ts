import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { type ChangePosition, isAfter } from '../../history/order.ts'
import type { Grant } from '../../rights/grant.ts'
import { survivorsOf } from '../query/merged-records.ts'
import { earlierRecords, storedRecords } from '../query/record-query.ts'
import { ruleColumns } from './rule-state.ts'

/** A record that no longer exists for the caller. */
export interface RemovedRecord {
  id: number
  /** Null if the caller may no longer read the record. */
  deletedAt: string | null
  /** Null if the caller may not read the survivor, or if the record was not merged. */
  mergedInto: number | null
}

/**
 * Returns those of the records, which the caller does not find any more, that the caller could read after this place in the
 * order of changes. The caller learns nothing about others.
 */
export async function findRemoved(
  db: Database,
  grant: Grant,
  ids: readonly number[],
  after: ChangePosition,
): Promise<RemovedRecord[]> {
  const known = ids.length && grant.rows.read ? await readableSince(db, grant, ids, after) : ids
  if (!known.length) return []
  const removed = sql`record.deleted_at is not null or record.merged_into is not null`
  const stored = storedRecords(grant)
    .and(sql`record.id = any(${known}::bigint[])`)
    .select(sql`record.id, case when ${removed} then instant(record.updated_at) end as "deletedAt",
      record.merged_into is not null as "isMerged"`)
  const { rows } = await sql<{ id: number; deletedAt: string | null; isMerged: boolean }>`${stored}
    union all select h.record_id, instant(h.at), false from history as h where h.type_id = ${grant.type.id}
      and h.record_id = any(${known}::bigint[]) and h.kind = 'purged'`.execute(db)
  const merged = rows.filter(({ isMerged }) => isMerged).map(({ id }) => id)
  const survivors = merged.length ? await survivorsOf(db, grant, merged) : new Map<number, number>()
  const byId = new Map(rows.map((row) => [row.id, row]))
  return known.map((id) => ({
    id,
    deletedAt: byId.get(id)?.deletedAt ?? null,
    mergedInto: survivors.get(id) ?? null,
  }))
}

/** Returns those of the records that the caller could read at any time after this place, by the present rights. */
async function readableSince(
  db: Database,
  grant: Grant,
  ids: readonly number[],
  after: ChangePosition,
): Promise<number[]> {
  const columns = JSON.stringify(ruleColumns(grant.type))
  // Before an entry, each value was the old one of the next entry that changed it.
  const states = sql`
    with decisive as (select * from json_to_recordset(${columns}) as v (key text, "column" text)),
      moment as (select h.id, h.record_id, h.changes from history as h where h.type_id = ${grant.type.id}
        and h.record_id = any(${ids}::bigint[]) and ${isAfter(after)} and h.changes ?| array(select key from decisive))
    select moment.record_id, (select jsonb_object_agg(decisive."column", next.old) from decisive cross join lateral (
        select later.changes -> decisive.key -> 0 as old from moment as later where later.record_id = moment.record_id
          and later.id >= moment.id and later.changes ? decisive.key order by later.id limit 1) as next) as columns
    from moment union all select id, '{}' from unnest(${ids}::bigint[]) as id`
  const { rows } = await earlierRecords(grant, states)
    .and(grant.rows.read)
    .select<{ id: number }>(sql`distinct record.record_id as id`)
    .execute(db)
  const readable = new Set(rows.map(({ id }) => id))
  return ids.filter((id) => readable.has(id))
}
