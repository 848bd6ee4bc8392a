import { sql } from 'kysely'
import type { Part } from '../database/statement.ts'
import { type Change, changedFields } from '../entities/change.ts'
import type { Value } from '../fields/value.ts'

/** The ways to change a record, such as `api` for a request or a batch and `system` for the server itself. */
export const vias = ['api', 'import', 'bulk', 'merge', 'robot', 'revert', 'system'] as const
export type Via = (typeof vias)[number]

/** The kinds of history entries. */
export const historyKinds = ['created', 'changed', 'deleted', 'restored', 'merged', 'purged'] as const
export type HistoryKind = (typeof historyKinds)[number]

/** A history entry to write. */
export interface HistoryEntry {
  typeId: number
  recordId: number
  version: number
  kind: HistoryKind
  /** The time of the change. Never before the entry of an earlier version. */
  at: Date
  /** Old and new values by field key, because the code of a deleted field may be used again. Null if there are none. */
  changes: Record<string, [Value, Value]> | null
}

/** The user and the way of a change. */
export interface Authorship {
  /** Null for the server itself. */
  actorId: number | null
  via: Via
  /** The job that made the change, if any. */
  jobId?: number | undefined
}

/** Fields left out of the changes, because the entry has the version, time and author anyway. */
const entryFields = new Set(['version', 'updatedAt', 'updatedBy'])

/** Returns the entry of a change. A creation has no values: later entries have the old ones, the record has the rest. */
export function entryOf(change: Change): HistoryEntry {
  const { type, id, before, after, context, merging } = change
  const fields = before ? changedFields(change).filter(({ key }) => !entryFields.has(key)) : []
  return {
    typeId: type.id,
    recordId: id,
    version: Number(after.get('version')),
    kind: merging === 'merge' ? 'merged' : before ? 'changed' : 'created',
    at: context.now,
    changes:
      before && Object.fromEntries(fields.map(({ key }) => [key, [before.get(key) ?? null, after.get(key) ?? null]])),
  }
}

/**
 * Returns the statement that writes entries. Run it in the transaction of the change, after the statement that locked the
 * records: it must see their last entries.
 */
export function historyInsert(entries: readonly HistoryEntry[], { actorId, via, jobId }: Authorship): Part {
  return { shape: 'history', values: [actorId, via, jobId ?? null, JSON.stringify(entries)], sql: insertEntries }
}

const insertEntries: Part['sql'] = (actorId, via, jobId, entries) =>
  sql`insert into history (site, at, actor_id, via, job_id, type_id, record_id, version, kind, changes, settled_after)
    select (select parity from local.instance), v.at, ${actorId}, ${via}, ${jobId}::bigint,
      v."typeId", v."recordId", v.version, v.kind, v.changes, greatest(pg_current_xact_id(), case when v.version > 1 then
        (select last.settled_after from history as last where last.type_id = v."typeId" and last.record_id = v."recordId"
          order by last.id desc limit 1) end)
    from json_to_recordset(${entries})
      as v ("typeId" integer, "recordId" bigint, version integer, kind text, at timestamptz, changes jsonb)`
