import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { rowsOf } from '../database/statement.ts'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import { type RecordReference, recordReferences } from '../entities/references.ts'
import { type Authorship, type HistoryEntry, historyInsert } from '../history/write.ts'
import { purgeAnswers } from '../idempotency/purge-answers.ts'
import { ruleState } from '../records/changes/rule-state.ts'
import { type RecordQuery, storedRecords, tableOf } from '../records/query/record-query.ts'
import { combined } from '../records/query/run-statements.ts'
import { timeAfter } from '../records/write/change-time.ts'
import type { Grant } from '../rights/grant.ts'

/** The maximum number of rows that one statement removes or changes, so that no transaction blocks others for long. */
const mostRows = 5000

/**
 * Marks records in the recycle bin, and all records merged into them, for purge. Returns their
 * ids. Nobody can read or restore them any more. If this process fails, the next purge finds them by the mark.
 */
export async function markForPurge(trx: Transaction, grant: Grant, binned: RecordQuery): Promise<number[]> {
  const ids: number[] = []
  for (let next = binned; ; ) {
    const chosen = next.select(sql`record.id`, { orderBy: sql`record.id`, lock: 'noKeyUpdate' })
    const { rows: condemned } = await sql<{ id: number }>`
      with chosen as (${chosen})
      update ${tableOf(grant)} as record set deleted_at = '-infinity', merged_into = null
      from chosen where record.id = chosen.id returning record.id`.execute(trx)
    if (!condemned.length) return ids
    for (const { id } of condemned) ids.push(id)
    next = storedRecords(grant).and(sql`record.merged_into = any(${condemned.map(({ id }) => id)})`)
  }
}

/**
 * Removes marked records with everything that belongs to them. References to them are cleared first, in as many
 * transactions as necessary. Marked records cannot be restored, so it is safe to stop between transactions.
 */
export async function purgeRecords(
  db: Database,
  grant: Grant,
  ids: readonly number[],
  authorship: Authorship,
): Promise<void> {
  while ((await inTransaction(db, (trx) => purgeSome(trx, grant, ids, authorship))) === null);
}

/** Removes marked records like `purgeRecords`, inside the given transaction. */
export async function purgeInTransaction(
  trx: Transaction,
  grant: Grant,
  ids: readonly number[],
  authorship: Authorship,
): Promise<void> {
  while ((await purgeSome(trx, grant, ids, authorship)) === null);
}

/** Removes marked records and returns their number. Returns null while rows that must be removed first remain. */
export async function purgeSome(
  trx: Transaction,
  grant: Grant,
  ids: readonly number[],
  authorship: Authorship,
): Promise<number | null> {
  // The lock waits for transactions that were linking to these records. After it, no new references appear.
  const { rows } = await storedRecords(grant)
    .and(sql`record.id = any(${ids})`)
    .and(sql`record.deleted_at = '-infinity'`)
    .select<{ id: number; version: number; last: string; changes: HistoryEntry['changes'] }>(
      sql`record.id, record.version, record.updated_at as last, ${ruleState(grant.type)} as changes`,
      { orderBy: sql`record.id`, lock: 'update' },
    )
    .execute(trx)
  const held = rows.map(({ id }) => id)
  if (!held.length) return 0
  let isLeft = false
  for (const reference of recordReferences([...grant.catalogue.types.values()])) {
    const statement = statementOf(reference, grant, held)
    const { numAffectedRows = 0n } = statement ? await statement.execute(trx) : {}
    if (numAffectedRows >= mostRows) isLeft = true
  }
  if (isLeft) return null
  await sql`delete from ${tableOf(grant)} where id = any(${held})`.execute(trx)
  const { id: typeId } = grant.type
  await purgeAnswers(trx, typeId, held)
  // This history entry is kept. It says that a record existed, when it was purged, and who may be told of it.
  const now = new Date()
  const entries = rows.map(({ id, version, last, changes }) => ({
    typeId,
    recordId: id,
    version: version + 1,
    at: timeAfter(now, last),
    kind: 'purged' as const,
    changes,
  }))
  await rowsOf(trx, combined(grant, [historyInsert(entries, authorship)], 'purge'))
  return held.length
}

/** Returns the statement that removes rows of the records or clears references to them, if any applies. */
function statementOf(
  reference: RecordReference,
  { type }: Grant,
  ids: readonly number[],
): RawBuilder<unknown> | undefined {
  const [table, column] = [sql.table(reference.table), sql.ref(reference.column)]
  if ('typeColumn' in reference) {
    if (reference.outlives) return
    return sql`delete from ${table} where id in (select id from ${table}
      where ${sql.ref(reference.typeColumn)} = ${type.id} and ${column} = any(${ids})
      order by id limit ${mostRows} for update)`
  }
  // Records merged into these are marked for purge as well.
  if (reference.type !== type.code || reference.column === 'merged_into') return
  // The condition is repeated because another transaction may have changed the reference before the lock.
  return sql`update ${table} set ${column} = null where ${column} = any(${ids}) and id in (
    select id from ${table} where id in (${pointingAt(table, column, ids)})
    order by id limit ${mostRows} for no key update)`
}

/** Returns a query for the ids, among the given ones, that a reference column holds. */
export function referringTo({ table, column }: RecordReference, ids: readonly number[]): RawBuilder<unknown> {
  const [from, pointer] = [sql.table(table), sql.ref(column)]
  return sql`select ${pointer} as id from ${from} where id in (${pointingAt(from, pointer, ids)})`
}

/** Record tables have separate indexes for live, deleted and merged records, so the query has one part for each. */
function pointingAt(table: RawBuilder<unknown>, column: RawBuilder<unknown>, ids: readonly number[]) {
  const found = sql`select id from ${table} where ${column} = any(${ids})`
  return sql`${found} and deleted_at is null and merged_into is null union all ${found} and deleted_at is not null
    union all ${found} and merged_into is not null`
}
