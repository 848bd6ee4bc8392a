import { type SqlBool, sql } from 'kysely'
import { type Part, rowsOf } from '../database/statement.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Problem } from '../errors/problem.ts'
import { type ExternalId, keysCell, sameKey } from '../fields/kinds/external-ids-kind.ts'
import { type HistoryEntry, historyInsert } from '../history/write.ts'
import { holdStages } from '../pipelines/stage-history.ts'
import { recordsFor, recordsInBin, tableOf } from '../records/query/record-query.ts'
import { combined } from '../records/query/run-statements.ts'
import { timeAfter } from '../records/write/change-time.ts'
import { leaveGoneStages, presentPlaces, type RestoredRecord } from '../records/write/model-changes.ts'
import { type Precondition, preconditionProblems } from '../records/write/precondition.ts'
import { keyTaken, type WriteContext } from '../records/write/write-context.ts'
import type { Grant } from '../rights/grant.ts'
import { notInBin } from './entry-id.ts'

/** The options of a restore. */
export interface RestoreOptions {
  /** What to do about external keys that live records have taken. By default they make the restore fail. */
  taken?: 'refuse' | 'drop' | undefined
  /** The versions that the records may have. */
  ifMatch?: Precondition | undefined
}

/**
 * Restores records from the recycle bin. Their links, phones and history were kept; their external keys become active
 * again. A rejected record does not affect the others.
 */
export async function restoreRecords(
  trx: Transaction,
  writing: WriteContext,
  ids: readonly number[],
  { taken = 'refuse', ifMatch }: RestoreOptions = {},
): Promise<({ id: number } | { problem: Problem })[]> {
  const { grant, context, via, jobId, undoes } = writing
  const locked = await lockBinned(trx, grant, context.now, { ids, undoes })
  const versions = new Map([...locked].map(([id, { version }]) => [id, version]))
  const items = ids.map((id) => ({ id, ifMatch }))
  const unseen = await preconditionProblems(trx, grant, items, versions)
  const keys = await keysOf(trx, grant, [...versions.keys()])
  const clashes = new Map(
    keys
      .filter((one) => one.taken && taken === 'refuse')
      .map((one) => [one.id, keyTaken({ source: one.source, key: one.key }, one.holder)] as const),
  )
  const refused = new Map([...clashes, ...unseen])
  const back = [...locked.values()].filter(({ id }) => !refused.has(id))
  if (back.length) {
    const now = new Date()
    const theirs = keys.filter(({ id }) => back.some((one) => one.id === id))
    const entries = back.map((one) => entryOf(grant, one, { keys: theirs, now }))
    const rows = entries.map(({ recordId, at, keys }) => ({ id: recordId, at, external_ids: keysCell(keys) }))
    const records: Part = {
      shape: 'restore',
      values: [JSON.stringify(rows)],
      sql: (all) => sql`update ${tableOf(grant)} as record set deleted_at = null, deleted_by = null,
        version = record.version + 1, updated_at = v.at, external_ids = v.external_ids
        from json_to_recordset(${all}) as v (id bigint, at timestamptz, external_ids json) where record.id = v.id`,
    }
    const keysOfType = [grant.type.id, rows.map(({ id }) => id)]
    const activated = { shape: 'take keys', values: [...keysOfType, rowIds(theirs, false)], sql: takeKeys }
    const dropped = { shape: 'drop keys', values: [...keysOfType, rowIds(theirs, true)], sql: dropKeys }
    const history = historyInsert(entries, { actorId: context.userId, via, jobId })
    await rowsOf(
      trx,
      combined(grant, [records, activated, dropped, history], 'restore', holdStages(presentPlaces(writing, back))),
    )
    await leaveGoneStages(trx, writing, back)
  }
  return ids.map((id) => {
    const problem = refused.get(id)
    if (problem) return { problem }
    return versions.has(id) ? { id } : { problem: notInBin(grant.type, id) }
  })
}

const takeKeys: Part['sql'] = (typeId, records, ids) =>
  sql`update external_id set active = true where type_id = ${typeId} and record_id = any(${records}) and id = any(${ids})`

const dropKeys: Part['sql'] = (typeId, records, ids) =>
  sql`delete from external_id where type_id = ${typeId} and record_id = any(${records}) and id = any(${ids})`

/** A record in the recycle bin, with its version, the time of its last change, its external keys and its stage. */
interface Binned extends RestoredRecord {
  version: number
  last: string
  own: ExternalId[] | null
}

/** Locks the records that the caller may restore, in the order of their ids. */
async function lockBinned(
  trx: Transaction,
  grant: Grant,
  now: Date,
  { ids, undoes }: { ids: readonly number[]; undoes: number | undefined },
): Promise<Map<number, Binned>> {
  // A revert restores only what its job deleted. `deleted_at` tells, and Postgres checks it again after the lock.
  const isItsDeletion = sql<SqlBool>`exists (select from history as h where h.type_id = ${grant.type.id}
    and h.record_id = record.id and h.job_id = ${undoes} and h.kind = 'deleted' and h.at = record.deleted_at)`
  const isStaged = grant.type.traits.has('stages')
  const stage = isStaged ? sql`, record.pipeline_id as "pipelineId", record.stage_id as "stageId"` : sql``
  const { rows } = await recordsInBin(grant, now)
    .and(sql`record.id = any(${ids})`)
    .and(undoes === undefined ? null : isItsDeletion)
    .select<Binned>(sql`record.id, record.version, record.updated_at as last, record.external_ids as own ${stage}`, {
      orderBy: sql`record.id`,
      lock: 'noKeyUpdate',
    })
    .execute(trx)
  return new Map(rows.map((row) => [row.id, row]))
}

interface BinnedKey extends ExternalId {
  row: number
  id: number
  /** Whether a live record has the key, or an earlier record of the same restore. */
  taken: boolean
  /** The id of the record that has the key, if the caller may read it. */
  holder: number | null
}

async function keysOf(trx: Transaction, grant: Grant, ids: readonly number[]): Promise<BinnedKey[]> {
  const { type } = grant
  const { rows } = await sql<BinnedKey>`
    select e.id as row, e.record_id as id, e.source, e.key, (select other.record_id from external_id as other
        where other.type_id = e.type_id and other.source = e.source and other.key = e.key and other.active
          and ${recordsFor(grant, 'read').and(sql`record.id = other.record_id`).exists()}) as holder, exists (select from external_id as other
        where other.type_id = e.type_id and other.source = e.source and other.key = e.key and other.active)
      or exists (select from external_id as other where other.type_id = e.type_id and other.record_id = any(${ids})
        and other.record_id < e.record_id and other.source = e.source and other.key = e.key) as taken
    from external_id as e where e.type_id = ${type.id} and e.record_id = any(${ids}) order by e.id`.execute(trx)
  return rows
}

function rowIds(keys: readonly BinnedKey[], taken: boolean): number[] {
  return keys.filter((key) => key.taken === taken).map(({ row }) => row)
}

/** Returns the history entry of a restore, with the keys that are left. It lists the external keys if some were dropped. */
function entryOf(
  { type }: Grant,
  { id, version, last, own }: Binned,
  { keys, now }: { keys: readonly BinnedKey[]; now: Date },
): HistoryEntry & { keys: ExternalId[] } {
  const taken = keys.filter((key) => key.id === id && key.taken)
  const before = own ?? []
  const after = before.filter((key) => !taken.some((one) => sameKey(one, key)))
  const changes: HistoryEntry['changes'] = taken.length ? { externalIds: [before, after] } : null
  const at = timeAfter(now, last)
  return { typeId: type.id, recordId: id, version: version + 1, kind: 'restored', at, changes, keys: after }
}
