import { type RawBuilder, sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { Grant } from '../rights/grant.ts'

/** A merge that is being made or undone. */
export interface Merging {
  /** Of the type of the merged records. */
  grant: Grant
  id: number
  survivorId: number
  /** In the order of the request. */
  mergedIds: readonly number[]
}

/** Stores a merge and returns its id. `version` is the survivor's version after it. */
export async function saveMerge(
  trx: Transaction,
  { type, userId }: Grant,
  merge: Pick<Merging, 'survivorId' | 'mergedIds'> & { version: number; at: Date; jobId: number | undefined },
): Promise<number> {
  const { survivorId, mergedIds, version, at, jobId = null } = merge
  const { rows } = await sql<{ id: number }>`
    with made as (insert into record_merge (type_id, survivor_id, version, at, actor_id, job_id)
        values (${type.id}, ${survivorId}, ${version}, ${at.toISOString()}, ${userId}, ${jobId}) returning id),
      merged as (insert into merge_source (merge_id, type_id, record_id)
        select made.id, ${type.id}, item.id from made cross join unnest(${mergedIds}::bigint[]) with ordinality as item (id, place)
        order by place)
    select id from made`.execute(trx)
  return rows[0]!.id
}

/** What is said about rows that were moved: where they are, and what their ids belong to. */
export interface MovedRows {
  table: string
  column: string
  /** For links: the type of the records at the other end, and the relation. */
  otherType?: RawBuilder<unknown>
  relation?: RawBuilder<unknown>
}

/**
 * Returns the `insert` that stores which rows were moved. The rows come from `moved`, which has the columns `merged`, the
 * id of the merged record, and `id`.
 */
export function movedRowsInsert(
  { id }: Pick<Merging, 'id'>,
  { table, column, otherType = sql`null::integer`, relation = sql`null::text` }: MovedRows,
): RawBuilder<unknown> {
  return sql`insert into moved_reference (source_id, table_name, column_name, other_type, relation, ids)
    select one.id, ${table}::text, ${column}::text, ${otherType}, ${relation}, array_agg(moved.id order by moved.id)
    from moved join merge_source as one on one.merge_id = ${id} and one.record_id = moved.merged
    group by one.id, ${otherType}, ${relation}`
}
