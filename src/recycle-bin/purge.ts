import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import { type RecordReference, recordReferences } from '../entities/references.ts'
import { type Authorship, historyInsert } from '../history/write.ts'
import { purgeAnswers } from '../idempotency/purge-answers.ts'
import { tableOf } from '../records/query/record-query.ts'
import { momentAfter } from '../records/write/change-time.ts'
import type { Grant } from '../rights/grant.ts'

/** Rows that one statement removes or changes at most: no transaction holds others up for long. */
const mostRows = 5000

/** What a purge is done with besides the records. */
export interface Purging {
  authorship: Authorship
  /** Does what belongs to the transaction in which so many records go. */
  settle?(trx: Transaction, count: number): Promise<void>
  signal?: AbortSignal
}

/**
 * Condemns records in the bin (`from … where …`), with all that was merged into them: they are in nobody's bin any
 * more, whatever becomes of this process, and what is left of them is found again. Answers their ids.
 */
export async function condemn(trx: Transaction, grant: Grant, rows: RawBuilder<unknown>): Promise<number[]> {
  const ids: number[] = []
  for (let next = rows; ; ) {
    const { rows: condemned } = await sql<{ id: number }>`
      with chosen as (select record.id ${next} order by record.id for no key update of record)
      update ${tableOf(grant)} as record set deleted_at = '-infinity', merged_into = null
      from chosen where record.id = chosen.id returning record.id`.execute(trx)
    if (!condemned.length) return ids
    for (const { id } of condemned) ids.push(id)
    next = sql`from ${tableOf(grant)} as record where record.merged_into = any(${condemned.map(({ id }) => id)})`
  }
}

/**
 * Removes condemned records with everything that belongs to them, and takes them out of the records that point at them.
 * That goes first, in as many transactions as it takes; whoever is killed between them leaves nothing half restorable.
 * Answers how many there were left to remove.
 */
export async function purgeRecords(
  db: Database,
  grant: Grant,
  ids: readonly number[],
  purging: Purging,
): Promise<number> {
  for (;;) {
    const count = await inTransaction(db, (trx) => purgeSome(trx, grant, ids, purging))
    if (count !== null) return count
    purging.signal?.throwIfAborted()
  }
}

/** The same of some records, in a transaction that does more. */
export async function purgeHere(
  trx: Transaction,
  grant: Grant,
  ids: readonly number[],
  authorship: Authorship,
): Promise<void> {
  while ((await purgeSome(trx, grant, ids, { authorship })) === null);
}

/** How many records were removed; null while something is left that has to go before. */
async function purgeSome(
  trx: Transaction,
  grant: Grant,
  ids: readonly number[],
  { authorship, settle }: Purging,
): Promise<number | null> {
  // Whoever linked a record while it was being deleted has come to an end once it is locked: nothing new points at it.
  const { rows } = await sql<{ id: number; version: number; last: string }>`
    select record.id, record.version, record.updated_at as last from ${tableOf(grant)} as record
    where record.id = any(${ids}) and record.deleted_at = '-infinity' order by record.id for update`.execute(trx)
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
  // That something was there, and until when, tells of nobody.
  const now = new Date()
  const entries = rows.map(({ id, version, last }) => ({
    ...{ typeId, recordId: id, version: version + 1, at: momentAfter(now, last) },
    ...{ kind: 'purged' as const, changes: null },
  }))
  await historyInsert(entries, authorship).execute(trx)
  await settle?.(trx, held.length)
  return held.length
}

/** Removes what belongs to the records, or empties what points at them; undefined where nothing does. */
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
  // What was merged into a record was condemned with it.
  if (reference.type !== type.code || reference.column === 'merged_into') return
  // Asked once more, since who changed a row meanwhile may have put something else there.
  return sql`update ${table} set ${column} = null where ${column} = any(${ids}) and id in (
    select id from ${table} where id in (${pointingAt(table, column, ids)})
    order by id limit ${mostRows} for no key update)`
}

/** A query for those of the records that a column of records points at. */
export function referringTo({ table, column }: RecordReference, ids: readonly number[]): RawBuilder<unknown> {
  const [from, pointer] = [sql.table(table), sql.ref(column)]
  return sql`select ${pointer} as id from ${from} where id in (${pointingAt(from, pointer, ids)})`
}

/** The indexes of a table of records are of those that live, those in the bin, and those merged away. */
function pointingAt(table: RawBuilder<unknown>, column: RawBuilder<unknown>, ids: readonly number[]) {
  const found = sql`select id from ${table} where ${column} = any(${ids})`
  return sql`${found} and deleted_at is null and merged_into is null union all ${found} and deleted_at is not null
    union all ${found} and merged_into is not null`
}
