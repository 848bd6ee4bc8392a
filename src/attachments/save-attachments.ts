import { sql } from 'kysely'
import { type Part, rowsOf } from '../database/statement.ts'
import type { Transaction } from '../database/transaction.ts'
import { attachmentsField } from '../entities/attachments.ts'
import type { Value } from '../fields/value.ts'
import { historyInsert } from '../history/write.ts'
import { combined } from '../records/query/run-statements.ts'
import { newVersions } from '../records/write/change-time.ts'
import { lockRecords } from '../records/write/lock-records.ts'
import type { WriteContext } from '../records/write/write-context.ts'
import type { Grant } from '../rights/grant.ts'

/** A file as the history names it. The entry outlives the file. */
export type NamedFile = { id: number; name: string; size: number }

/** A record that is locked for a change: its present version, and the time of the change. */
export interface LockedRecord {
  id: number
  version: number
  at: Date
}

/** Locks a record that the caller may change. Throws `record_not_found`, `record_merged`, `forbidden`. */
export async function lockRecord(trx: Transaction, grant: Grant, id: number): Promise<LockedRecord> {
  const { versions, moments, refusal } = await lockRecords(trx, grant, 'update', [id])
  const version = versions.get(id)
  if (version === undefined) throw refusal(id)
  return { id, version, at: moments.get(id)! }
}

/** Adds and removes attachments of a locked record, which gets a new version and a history entry. */
export async function saveAttachments(
  trx: Transaction,
  { grant, context: { userId }, via, jobId }: WriteContext,
  { id, version, at }: LockedRecord,
  { added = [], removed = [] }: { added?: readonly NamedFile[]; removed?: readonly NamedFile[] },
): Promise<void> {
  const typeId = grant.type.id
  const changes: Record<string, [Value, Value]> = { [attachmentsField.key]: [[...removed], [...added]] }
  const entries = [{ typeId, recordId: id, version: version + 1, at, kind: 'changed' as const, changes }]
  const parts: Part[] = [newVersions(grant, entries, userId), historyInsert(entries, { actorId: userId, via, jobId })]
  if (added.length) parts.push({ shape: 'attach', values: [typeId, id, idsOf(added), userId, at], sql: attach })
  if (removed.length) parts.push({ shape: 'detach', values: [typeId, id, idsOf(removed)], sql: detach })
  await rowsOf(trx, combined(grant, parts, 'attachments'))
}

function idsOf(files: readonly NamedFile[]): number[] {
  return files.map((file) => file.id)
}

const attach: Part['sql'] = (typeId, recordId, fileIds, userId, at) =>
  sql`insert into attachment (type_id, record_id, file_id, attached_by, attached_at)
    select ${typeId}::integer, ${recordId}::bigint, file_id, ${userId}::bigint, ${at}::timestamptz
    from unnest(${fileIds}::bigint[]) as file_id`

const detach: Part['sql'] = (typeId, recordId, fileIds) =>
  sql`delete from attachment where type_id = ${typeId} and record_id = ${recordId} and file_id = any(${fileIds}::bigint[])`
