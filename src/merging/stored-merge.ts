import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import type { Value } from '../fields/value.ts'
import type { Grant } from '../rights/grant.ts'
import type { Merging } from './merge-log.ts'

/** Old and new values of the survivor by field key. */
export type MergedValues = Record<string, [Value, Value]>

/** References to a merged record that were moved to the survivor. */
export interface MovedReference {
  mergedId: number
  table: string
  column: string
  otherType: number | null
  relation: string | null
  ids: number[]
}

/** Reads the references that a merge moved. */
export async function readMoved(db: Database, { id }: Pick<Merging, 'id'>): Promise<MovedReference[]> {
  const { rows } = await sql<MovedReference>`
    select one.record_id as "mergedId", moved.table_name as "table", moved.column_name as "column",
      moved.other_type as "otherType", moved.relation, moved.ids
    from moved_reference as moved join merge_source as one on one.id = moved.source_id
    where one.merge_id = ${id} order by moved.id`.execute(db)
  return rows
}

/**
 * Returns the values that the survivor got. Throws `already_undone`, `later_merge` if the survivor was merged into another
 * record since, and `merge_outdated` if the history entry was deleted. The records must be locked.
 */
export async function checkUndoable(trx: Transaction, merging: Merging): Promise<MergedValues> {
  const { grant, id, survivorId } = merging
  const { rows } = await sql<{
    isUndone: boolean
    isKept: boolean
    changes: MergedValues | null
    first: number | null
  }>`
    select merge.undone_at is not null as "isUndone", h.id is not null as "isKept", h.changes, ${mergeOfSurvivor(grant, survivorId)} as first
    from record_merge as merge left join history as h on h.type_id = merge.type_id and h.record_id = merge.survivor_id
      and h.version = merge.version and h.kind = 'merged'
    where merge.id = ${id}`.execute(trx)
  const [row] = rows
  if (!row) throw new Problem('merge_not_found', { id })
  if (row.isUndone) throw new Problem('already_undone', { id })
  if (row.first !== null) throw laterMerge(id, row.first)
  if (!row.isKept) throw new Problem('merge_outdated', { id })
  return row.changes ?? {}
}

/** SQL of the merge of the survivor into another record, if it is not undone. */
function mergeOfSurvivor({ type }: Grant, recordId: number) {
  return sql`(select max(other.id) from record_merge as other join merge_source as one on one.merge_id = other.id
    where other.undone_at is null and one.type_id = ${type.id} and one.record_id = ${recordId})`
}

/** Returns the problem of a merge that cannot be undone before a later one. */
export function laterMerge(id: number, first: number): Problem {
  return new Problem('later_merge', { id, first }, { extra: { firstId: first } })
}

/** Marks a merge as undone. */
export async function markUndone(trx: Transaction, { id, grant }: Merging, at: Date): Promise<void> {
  await trx
    .updateTable('record_merge')
    .set({ undone_at: at.toISOString(), undone_by: grant.userId })
    .where('id', '=', id)
    .execute()
}
