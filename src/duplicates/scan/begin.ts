import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'
import { allRecords } from '../../records/query/record-query.ts'
import type { Grant } from '../../rights/grant.ts'
import { comparingOf } from '../comparing.ts'
import { keysVersion } from '../keys.ts'

/** If more records have changed since the last scan, all are compared again, which also learns anew. */
const mostChanged = 50_000

/**
 * Begins a scan: decides whether all records are compared, or those that have changed since the last scan, and deletes the
 * pairs of these.
 */
export async function beginScan(trx: Transaction, grant: Grant, jobId: number): Promise<void> {
  const { type } = grant
  const { rows } = await sql<{ since: string | null; to: string; asksFull: boolean }>`
    select asks_full as "asksFull", pg_snapshot_xmin(pg_current_snapshot())::text as to, (select scanned_to::text from local.duplicate_state
      where type_id = ${type.id} and learned_for = ${keysVersion(type)}) as since
    from local.duplicate_scan where job_id = ${jobId}`.execute(trx)
  const { since, to, asksFull } = rows[0]!
  const isPartial = since !== null && !asksFull && (await countChanged(trx, grant, since)) <= mostChanged
  if (isPartial) {
    const changed = changedSince(grant, since)
    await sql`delete from local.duplicate_pair where type_id = ${type.id} and first_id in (${changed})`.execute(trx)
    await sql`delete from local.duplicate_pair where type_id = ${type.id} and second_id in (${changed})`.execute(trx)
  }
  await sql`update local.duplicate_scan set is_full = ${!isPartial}, since = ${isPartial ? since : null}::text::xid8,
    scanned_to = ${to}::text::xid8 where job_id = ${jobId}`.execute(trx)
}

async function countChanged(trx: Transaction, grant: Grant, since: string): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from (${changedSince(grant, since)}
    limit ${mostChanged + 1}) as changed`.execute(trx)
  return rows[0]?.n ?? 0
}

/** Returns SQL of the ids of records whose compared values may have changed in this transaction or a later one. */
export function changedSince({ type }: Grant, since: string): RawBuilder<{ id: number }> {
  const { fields, companies, extras } = comparingOf(type)
  const keys = [...fields, ...companies, ...extras].flatMap((field) => field?.key ?? [])
  return sql`select distinct h.record_id as id from history as h where h.type_id = ${type.id}
    and h.transaction_id::text::bigint >= ${since}::bigint and (h.kind <> 'changed' or h.changes ?| ${keys}::text[])`
}

/** Returns the ids of records whose compared values may have changed since then. */
export async function readChanged(db: Database, grant: Grant, since: string): Promise<Set<number>> {
  const { rows } = await changedSince(grant, since).execute(db)
  return new Set(rows.map(({ id }) => id))
}

/** Returns SQL of the live records among those with these ids. */
export function liveAmong(grant: Grant, ids: RawBuilder<unknown>) {
  return allRecords(grant).and(sql`record.id in (${ids})`)
}
