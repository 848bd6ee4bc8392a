import { setTimeout as pause } from 'node:timers/promises'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Tables } from '../database/tables.ts'
import { sqlState } from '../database/transaction.ts'
import { isModelChanged } from '../errors/database-errors.ts'
import type { Task, TaskContext } from '../jobs/task.ts'
import { columnLock, indexerLock, withLock } from './change-columns.ts'
import { type FieldIndex, readFields, readIndexes, unwantedIndexes, wantedIndexes } from './field-indexes.ts'

type Connection = Kysely<Tables>

/**
 * The job that builds missing and cancelled indexes of the user fields of a type, one at a time and without blocking
 * other requests. It also drops indexes that are no longer needed. It has no progress to save: what is missing
 * shows in the database, and an index cannot be built in a transaction.
 */
export const indexTask: Task<{ typeId: number }, TaskContext> = {
  name: 'index-fields',
  async run({ db }, { typeId }, signal) {
    const { table_name: table } = await db
      .selectFrom('record_type')
      .select('table_name')
      .where('id', '=', typeId)
      .executeTakeFirstOrThrow()
    const indexing = { typeId, table, failed: new Map<number, unknown>() }
    await whenFree(db, indexerLock(typeId), signal, (connection) => indexAll(connection, indexing, signal))
  },
}

/** Builds one index at a time until none is missing, including those of new fields. Then throws the first error. */
async function indexAll(connection: Connection, indexing: Indexing, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const outcome = await yieldIfCancelled(() => indexNext(connection, indexing))
    if (outcome === 'done') break
    // Requests that add or delete a field have priority.
    if (outcome === 'yielded') await pause(pauseMs, undefined, { signal })
  }
  for (const error of indexing.failed.values()) throw error
}

const pauseMs = 200
const [cancelled, deadlock] = ['57014', '40P01']

/** The state of the job: its type, and the errors so far. */
interface Indexing {
  typeId: number
  table: string
  failed: Map<number, unknown>
}

type Outcome = 'done' | 'left' | 'yielded'

/** Does work. Returns `yielded` when a change of the table cancelled it, deadlocked with it or deleted the field. */
async function yieldIfCancelled(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    if ([cancelled, deadlock].includes(sqlState(error).code) || isModelChanged(error)) return 'yielded'
    throw error
  }
}

/** Does the next step. An error is stored with its field, and the other fields continue. */
async function indexNext(connection: Connection, indexing: Indexing): Promise<Outcome> {
  const step = await nextStep(connection, indexing)
  if (!step) return 'done'
  return await yieldIfCancelled(async () => {
    const isDone = await withLock(connection, columnLock(indexing.typeId), step.run)
    return isDone ? 'left' : 'yielded'
  }).catch(async (error): Promise<Outcome> => {
    indexing.failed.set(step.fieldId, error)
    await sql`insert into local.index_failure (field_id) select id from user_field where id = ${step.fieldId}
      on conflict (field_id) do update set failed_at = now()`.execute(connection)
    return 'left'
  })
}

interface Step {
  fieldId: number
  run(): Promise<void>
}

async function nextStep(connection: Connection, { typeId, table, failed }: Indexing): Promise<Step | undefined> {
  const [fields, present] = [await readFields(connection, typeId), await readIndexes(connection, table)]
  for (const { field, isSearched, hasFailed } of fields) {
    const fieldId = field.userFieldId ?? 0
    if (failed.has(fieldId)) continue
    const missing = wantedIndexes(table, field).find(({ name }) => present.get(name) !== 'whole')
    if (missing) return { fieldId, run: () => makeIndex(connection, table, missing, present.has(missing.name)) }
    const unwanted = unwantedIndexes(table, field).find((name) => present.has(name))
    if (unwanted) return { fieldId, run: () => dropIndex(connection, unwanted) }
    if (field.searchable && !isSearched) return { fieldId, run: () => takeIntoUse(connection, fieldId) }
    if (hasFailed) return { fieldId, run: () => forgetFailure(connection, fieldId) }
  }
  return undefined
}

async function makeIndex(connection: Connection, table: string, { name, on }: FieldIndex, isBroken: boolean) {
  if (isBroken) await dropIndex(connection, name)
  await sql`create index concurrently ${sql.id(name)} on ${sql.table(table)} ${on}`.execute(connection)
}

async function dropIndex(connection: Connection, name: string): Promise<void> {
  await sql`drop index concurrently if exists ${sql.id(name)}`.execute(connection)
}

/** Lets searches use the field. Without its index each search would read the whole table. */
async function takeIntoUse(connection: Connection, fieldId: number): Promise<void> {
  await sql`insert into local.search_index (field_id)
    select id from user_field where id = ${fieldId} and searchable for share
    on conflict do nothing`.execute(connection)
}

async function forgetFailure(connection: Connection, fieldId: number): Promise<void> {
  await connection.deleteFrom('local.index_failure').where('field_id', '=', fieldId).execute()
}

/** Does work with a lock. Polls for it: the index build of the holder would wait for a waiting statement. */
async function whenFree(
  db: Database,
  lock: RawBuilder<unknown>,
  signal: AbortSignal,
  work: (connection: Connection) => Promise<void>,
): Promise<void> {
  for (;;) {
    const isDone = await db.connection().execute((connection) => withLock(connection, lock, () => work(connection)))
    if (isDone) return
    await pause(pauseMs, undefined, { signal })
  }
}
