import { setTimeout as pause } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Tables } from '../database/tables.ts'
import { sqlState, type Transaction } from '../database/transaction.ts'
import { columnLock, compactionLock, withLock } from './change-columns.ts'

type Connection = Kysely<Tables>

/** Tells how far a compaction is. */
export type Report = (message: string) => void

/** Records copied in one transaction. */
const batch = 1000
/** Pause after a batch, as a share of its time, so that requests get most of the database. */
const rest = 0.5
/** How long to wait for the locks of the exchange before giving up for now, in milliseconds. */
const patience = 120_000
const [lockNotAvailable, deadlock, columnsChanged] = ['55P03', '40P01', 'KT002']

/** Thrown if a type cannot be compacted now. Its message says what to do. */
export class CompactionFault extends Error {
  override name = 'CompactionFault'
}

/**
 * Rewrites the table of a record type without the columns of deleted fields, while requests read and write it. What was
 * copied before an interruption is used again. Throws CompactionFault.
 */
export async function compact(db: Database, code: string, report: Report): Promise<void> {
  const type = await db
    .selectFrom('record_type')
    .select(['id', 'table_name'])
    .where('code', '=', code)
    .executeTakeFirst()
  if (!type) throw new CompactionFault(`There is no record type ${code}.`)
  const work = { typeId: type.id, table: type.table_name, report }
  const isDone = await db
    .connection()
    .execute((connection) => withLock(connection, compactionLock(type.id), () => whenNoIndexIsBuilt(connection, work)))
  if (!isDone) throw new CompactionFault(`${code} is being compacted already.`)
}

interface Work {
  typeId: number
  table: string
  report: Report
}

/** Waits for the index that is being built, and keeps others from being built. */
async function whenNoIndexIsBuilt(connection: Connection, work: Work): Promise<void> {
  while (!(await withLock(connection, columnLock(work.typeId), () => compactTable(connection, work)))) await pause(200)
}

async function compactTable(connection: Connection, work: Work): Promise<void> {
  const { typeId, table, report } = work
  const dropped = await droppedColumns(connection, table)
  if (!dropped) {
    await connection.deleteFrom('local.compaction').where('type_id', '=', typeId).execute()
    return report(`The table ${table} has no columns of deleted fields.`)
  }
  await refuseObstacles(connection, table)
  if (!(await hasBegun(connection, typeId))) {
    await underLocks(connection, (trx) => sql`select local.begin_compaction(${typeId})`.execute(trx))
  }
  await copyRecords(connection, work)
  await copyIndexes(connection, work)
  await sql`vacuum (analyze) ${sql.table(`local.compaction_${typeId}`)}`.execute(connection)
  await waitForOldSnapshots(connection)
  try {
    await underLocks(connection, (trx) => sql`select local.finish_compaction(${typeId})`.execute(trx))
  } catch (error) {
    if (sqlState(error).code !== columnsChanged) throw error
    await connection.deleteFrom('local.compaction').where('type_id', '=', typeId).execute()
    throw new CompactionFault(`The columns of ${table} changed meanwhile. Start again.`)
  }
  report(`Columns of deleted fields removed from the table ${table}: ${dropped}.`)
}

async function droppedColumns(connection: Connection, table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from pg_attribute
    where attrelid = to_regclass(${table}) and attnum > 0 and attisdropped`.execute(connection)
  return rows[0]!.count
}

async function hasBegun(connection: Connection, typeId: number): Promise<boolean> {
  const found = await connection
    .selectFrom('local.compaction')
    .select('type_id')
    .where('type_id', '=', typeId)
    .executeTakeFirst()
  return found !== undefined
}

/** Views and foreign keys of the table, and subscriptions that fill it, would stay with the old table. */
async function refuseObstacles(connection: Connection, table: string): Promise<void> {
  const { rows } = await sql<{ name: string }>`
    select conname as name from pg_constraint
      where (conrelid = to_regclass(${table}) or confrelid = to_regclass(${table})) and contype in ('f', 'u', 'x')
    union all select distinct view.relname from pg_depend as d join pg_rewrite as r on r.oid = d.objid
      join pg_class as view on view.oid = r.ev_class
      where d.refobjid = to_regclass(${table}) and d.classid = 'pg_rewrite'::regclass
    union all select subname from pg_subscription_rel join pg_subscription as s on s.oid = srsubid
      where srrelid = to_regclass(${table})`.execute(connection)
  if (!rows.length) return
  const names = rows.map(({ name }) => name).join(', ')
  throw new CompactionFault(
    `The table ${table} cannot be compacted, because these depend on it: ${names}. Drop them first.`,
  )
}

/** Copies the records in the order of their ids. A batch that would wait for a change is tried again. */
async function copyRecords(connection: Connection, { typeId, table, report }: Work): Promise<void> {
  const copyBatch = async (trx: Transaction) => {
    const { rows } = await sql<{ count: number | null }>`
      select local.copy_batch(${typeId}, ${batch}) as count`.execute(trx)
    return rows[0]!.count
  }
  let copied = 0
  let reported = Date.now()
  for (;;) {
    const begun = performance.now()
    const count = await underLocks(connection, copyBatch)
    if (count === null) break
    copied += count
    if (Date.now() - reported > 5_000) {
      reported = Date.now()
      report(`${table}: copied ${copied.toLocaleString('en')} records`)
    }
    await pause((performance.now() - begun) * rest)
  }
  report(`${table}: copied ${copied.toLocaleString('en')} records. Building its indexes`)
}

/** Builds the missing indexes of the copy, and drops those that its table does not have any more. */
async function copyIndexes(connection: Connection, { typeId }: Work): Promise<void> {
  const { rows } = await sql<{ copy: string; kind: string; definition: string; is_ready: boolean | null }>`
    select * from local.copied_indexes(${typeId})`.execute(connection)
  const copy = sql.table(`local.compaction_${typeId}`)
  const { rows: present } = await sql<{ name: string }>`select c.relname as name from pg_index as i
    join pg_class as c on c.oid = i.indexrelid
    where i.indrelid = to_regclass(${`local.compaction_${typeId}`}) and not i.indisprimary`.execute(connection)
  const ready = new Set(rows.flatMap((one) => (one.is_ready ? [one.copy] : [])))
  for (const { name } of present.filter((one) => !ready.has(one.name))) {
    await sql`drop index concurrently ${sql.table(`local.${name}`)}`.execute(connection)
  }
  for (const { copy: name, kind, definition } of rows.filter((one) => !ready.has(one.copy))) {
    // The definition is what Postgres says about the index of the table.
    await sql`create ${sql.raw(kind)} concurrently ${sql.id(name)} on ${copy} ${sql.raw(definition)}`.execute(
      connection,
    )
  }
}

/** A transaction with an older snapshot would miss the records that were copied since. */
async function waitForOldSnapshots(connection: Connection): Promise<void> {
  const { rows } = await sql<{ xid: string }>`
    select pg_snapshot_xmax(pg_current_snapshot())::text as xid`.execute(connection)
  for (;;) {
    const { rows: older } = await sql<{ isThere: boolean }>`select exists (select from pg_stat_activity
      where backend_type = 'client backend' and datname = current_database() and pid <> pg_backend_pid()
      and backend_xmin is not null and age(backend_xmin) > age(${rows[0]!.xid}::text::xid8::xid)) as "isThere"`.execute(
      connection,
    )
    if (!older[0]!.isThere) return
    await pause(200)
  }
}

/** Does work in a transaction that waits for locks in short attempts, because requests queue behind it. */
async function underLocks<T>(connection: Connection, work: (trx: Transaction) => Promise<T>): Promise<T> {
  const until = Date.now() + patience
  for (;;) {
    try {
      return await connection.transaction().execute(async (trx) => {
        await sql`set local lock_timeout = '200ms'`.execute(trx)
        return await work(trx)
      })
    } catch (error) {
      if (![lockNotAvailable, deadlock].includes(sqlState(error).code)) throw error
      if (Date.now() > until)
        throw new CompactionFault('A long transaction uses the table. Start again later to continue.')
      await pause(100 + Math.random() * 200)
    }
  }
}
