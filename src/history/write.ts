import { type RawBuilder, sql } from 'kysely'
import { type Change, changedFields } from '../entities/change.ts'
import type { Value } from '../fields/value.ts'

/** Through what changes come about: a request (a batch is one), a file, many at once, or the server by itself. */
export const vias = ['api', 'import', 'bulk', 'merge', 'robot', 'revert', 'system'] as const
export type Via = (typeof vias)[number]

/** What happens to records. */
export const historyKinds = ['created', 'changed', 'deleted', 'restored', 'purged'] as const
export type HistoryKind = (typeof historyKinds)[number]

/** One entry to be written. */
export interface HistoryEntry {
  typeId: number
  recordId: number
  version: number
  kind: HistoryKind
  /** When it happened; never before the entry of an earlier version. */
  at: Date
  /** By the fields' keys, so that a code taken again never shows another field's past; null where none is told. */
  changes: Record<string, [Value, Value]> | null
}

/** Who did it, through what. */
export interface Authorship {
  /** Null for the server itself. */
  actorId: number | null
  via: Via
  /** The job that it is part of, if there is one. */
  jobId?: number | undefined
}

/** Told by the entry itself: its version, its time and its author. */
const toldAnyway = new Set(['version', 'updatedAt', 'updatedBy'])

/** The entry of a change. A creation repeats no values: they are the old ones of later entries, or still the record's. */
export function entryOf(change: Change): HistoryEntry {
  const { type, id, before, after, context } = change
  const fields = before ? changedFields(change).filter(({ key }) => !toldAnyway.has(key)) : []
  return {
    typeId: type.id,
    recordId: id,
    version: Number(after.get('version')),
    kind: before ? 'changed' : 'created',
    at: context.now,
    changes:
      before && Object.fromEntries(fields.map(({ key }) => [key, [before.get(key) ?? null, after.get(key) ?? null]])),
  }
}

/** The statement that writes entries, in the transaction of the change that they tell of. */
export function historyInsert(
  entries: readonly HistoryEntry[],
  { actorId, via, jobId }: Authorship,
): RawBuilder<unknown> {
  return sql`insert into history (site, at, actor_id, via, job_id, type_id, record_id, version, kind, changes)
    select (select parity from local.instance), v.at, ${actorId}, ${via}, ${jobId ?? null}::bigint,
      v."typeId", v."recordId", v.version, v.kind, v.changes
    from json_to_recordset(${JSON.stringify(entries)})
      as v ("typeId" integer, "recordId" bigint, version integer, kind text, at timestamptz, changes jsonb)`
}
