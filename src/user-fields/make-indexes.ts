import { setTimeout as pause } from 'node:timers/promises'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Tables } from '../database/tables.ts'
import { sqlState } from '../database/transaction.ts'
import { isModelChanged } from '../errors/database-errors.ts'
import type { Task, TaskContext } from '../jobs/task.ts'
import { columnLock, indexerLock } from './change-columns.ts'
import { type FieldIndex, readFields, readIndexes, searchIndexOf, wantedIndexes } from './field-indexes.ts'

type Connection = Kysely<Tables>

/**
 * Makes the indexes of a type's user fields one after the other, while others work: those that are missing, and those
 * whose making was broken off. Takes away those of searches that are not wanted any more.
 */
export const indexTask: Task<{ typeId: number }, TaskContext> = {
  name: 'index-fields',
  async run({ db }, { typeId }, signal) {
    const { code: table } = await db
      .selectFrom('record_type')
      .select('code')
      .where('id', '=', typeId)
      .executeTakeFirstOrThrow()
    const indexing = { typeId, table, failed: new Map<number, unknown>() }
    await whenFree(db, indexerLock(typeId), signal, (connection) => indexAll(connection, indexing, signal))
  },
}

/** One after the other, until there is nothing left to do: more fields may be made meanwhile. Throws what failed, at the end. */
async function indexAll(connection: Connection, indexing: Indexing, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    const outcome = await unlessBrokenOff(() => indexNext(connection, indexing))
    if (outcome === 'done') break
    // Whoever wants to add or delete a field comes first.
    if (outcome === 'yielded') await pause(pauseMs, undefined, { signal })
  }
  for (const error of indexing.failed.values()) throw error
}

const pauseMs = 200
const [cancelled, deadlock] = ['57014', '40P01']

/** What an index is made for: of which type, and what went wrong so far. */
interface Indexing {
  typeId: number
  table: string
  failed: Map<number, unknown>
}

type Outcome = 'done' | 'left' | 'yielded'

/** Work that a change of the table may break off, or get in each other's way with; or whose field was deleted. */
async function unlessBrokenOff(work: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await work()
  } catch (error) {
    if ([cancelled, deadlock].includes(sqlState(error).code) || isModelChanged(error)) return 'yielded'
    throw error
  }
}

/** Does the next thing that there is to do; an error is kept with its field, and the other fields go on. */
async function indexNext(connection: Connection, indexing: Indexing): Promise<Outcome> {
  const step = await nextStep(connection, indexing)
  if (!step) return 'done'
  return await unlessBrokenOff(async () => {
    const isDone = await holding(connection, columnLock(indexing.typeId), step.run)
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
    const search = searchIndexOf(table, field).name
    const missing = wantedIndexes(table, field).find(({ name }) => present.get(name) !== 'whole')
    if (missing) return { fieldId, run: () => makeIndex(connection, table, missing, present.has(missing.name)) }
    if (!field.searchable && present.has(search)) return { fieldId, run: () => dropIndex(connection, search) }
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

/** From now on words are looked for in the field: without the index each search would read the whole table. */
async function takeIntoUse(connection: Connection, fieldId: number): Promise<void> {
  await connection
    .updateTable('user_field')
    .set({ search_ready: true })
    .where('id', '=', fieldId)
    .where('searchable', '=', true)
    .execute()
}

async function forgetFailure(connection: Connection, fieldId: number): Promise<void> {
  await connection.deleteFrom('local.index_failure').where('field_id', '=', fieldId).execute()
}

/** Does work on one connection that holds a lock. Whose turn it is not asks again: a statement that waited would be waited for, too. */
async function whenFree(
  db: Database,
  lock: RawBuilder<unknown>,
  signal: AbortSignal,
  work: (connection: Connection) => Promise<void>,
): Promise<void> {
  for (;;) {
    const isDone = await db.connection().execute((connection) => holding(connection, lock, () => work(connection)))
    if (isDone) return
    await pause(pauseMs, undefined, { signal })
  }
}

/** Does work while the connection holds a lock; false where somebody else has it. */
async function holding(connection: Connection, lock: RawBuilder<unknown>, work: () => Promise<void>): Promise<boolean> {
  const { rows } = await sql<{ first: boolean }>`select pg_try_advisory_lock(${lock}) as first`.execute(connection)
  if (!rows[0]?.first) return false
  try {
    await work()
    return true
  } finally {
    await release(connection, lock)
  }
}

/** Whoever breaks off the making of an index may be late, and meet this instead. */
async function release(connection: Connection, lock: RawBuilder<unknown>): Promise<void> {
  const unlock = () => sql`select pg_advisory_unlock(${lock})`.execute(connection)
  await unlock().catch((error) => (sqlState(error).code === cancelled ? unlock() : Promise.reject(error)))
}
