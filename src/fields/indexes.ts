import { setTimeout as pause } from 'node:timers/promises'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Tables } from '../database/tables.ts'
import { sqlState } from '../database/transaction.ts'
import type { Task, TaskContext } from '../jobs/task.ts'
import { searchKey } from './column-kinds.ts'
import type { Field } from './field.ts'
import { type KindName, kindOf } from './kinds.ts'
import { collated } from './scalar.ts'
import { userFieldColumn } from './user-fields.ts'

/** An index of a user field: for sorting and equality, for parts of words, or for the items of a list. */
interface FieldIndex {
  name: string
  /** What stands behind `on table`. */
  on: RawBuilder<unknown>
}

// As the conditions of queries have it. What most records leave empty costs them nothing.
const live = sql`deleted_at is null and merged_into is null`

/** The indexes that make conditions on a user field and sorting by it as fast as by a field of the system. */
function indexesOf(table: string, field: Field): FieldIndex[] {
  const kind = kindOf(field)
  const columns = Object.keys(kind.columns(field))
  return kind.targets(field).flatMap(({ shape, scalar, sortable }, place): FieldIndex[] => {
    const name = columns[place] ?? ''
    const column = sql.id(name)
    const called = (purpose: string) => `${table}_${name}_${purpose}`
    if (shape === 'array') return [{ name: called('items'), on: sql`using gin (${column}) where ${live}` }]
    const filled = sql`where ${column} is not null and ${live}`
    return [
      ...(sortable ? [{ name: called('sort'), on: sql`(${collated(scalar, column)}, id) ${filled}` }] : []),
      ...(scalar.operators.includes('contains')
        ? [{ name: called('parts'), on: sql`using gin (fold(${column}) gin_trgm_ops) ${filled}` }]
        : []),
    ]
  })
}

/** The index in which words are looked for. */
function searchIndexOf(table: string, field: Field): FieldIndex {
  const on = sql`using gin (${searchKey(field, '')} gin_trgm_ops) where ${sql.id(field.column)} is not null and ${live}`
  return { name: `${table}_${field.column}_search`, on }
}

/** Makes the indexes of a user field, and takes away that of a search which is not wanted, while others work. */
export const indexTask: Task<{ fieldId: number }, TaskContext> = {
  name: 'index-field',
  async run({ db }, { fieldId }, signal) {
    let done: boolean | undefined
    // What is wanted may change meanwhile.
    for (;;) {
      const found = await readField(db, fieldId)
      if (!found || found.field.searchable === done) return
      const { table, field } = found
      const search = searchIndexOf(table, field)
      done = field.searchable
      for (const index of [...indexesOf(table, field), ...(done ? [search] : [])]) {
        signal.throwIfAborted()
        await makeIndex({ db, table, signal }, index)
      }
      if (done) await takeIntoUse(db, fieldId, search.name)
      else await dropIndex({ db, table, signal }, search.name)
    }
  },
}

async function readField(db: Database, id: number): Promise<{ table: string; field: Field } | undefined> {
  const found = await db
    .selectFrom('user_field')
    .innerJoin('record_type', 'record_type.id', 'user_field.type_id')
    .select(['record_type.code as table', 'user_field.code', 'kind', 'multiple', 'settings', 'searchable'])
    .select('type_id as typeId')
    .where('user_field.id', '=', id)
    .executeTakeFirst()
  if (!found) return
  const { table, kind, ...rest } = found
  const column = userFieldColumn(id)
  // What the kinds need to know of a field in order to name its columns.
  const field = {
    ...rest,
    kind: kind as KindName,
    key: column,
    path: column,
    column,
    userFieldId: id,
    sortable: true,
  }
  return { table, field: field as Partial<Field> as Field }
}

/** From now on words are looked for in the field: without the index each search would read the whole table. */
async function takeIntoUse(db: Database, fieldId: number, name: string): Promise<void> {
  if ((await stateOf(db, name)) !== 'whole') return
  await db
    .updateTable('user_field')
    .set({ search_ready: true })
    .where('id', '=', fieldId)
    .where('searchable', '=', true)
    .where('search_ready', '=', false)
    .execute()
}

const [undefinedColumn, undefinedTable, deadlock] = ['42703', '42P01', '40P01']
const pauseMs = 200

/** How an index comes about: on which database, and until when it is waited for others. */
interface Making {
  db: Database
  table: string
  signal: AbortSignal
}

async function dropIndex(making: Making, name: string): Promise<void> {
  await alone(making, async (connection) => {
    if ((await stateOf(connection, name)) === 'missing') return
    await sql`drop index concurrently if exists ${sql.id(name)}`.execute(connection)
  })
}

async function makeIndex(making: Making, { name, on }: FieldIndex): Promise<void> {
  await alone(making, async (connection) => {
    try {
      if ((await stateOf(connection, name)) === 'broken') {
        await sql`drop index concurrently if exists ${sql.id(name)}`.execute(connection)
      }
      await sql`create index concurrently if not exists ${sql.id(name)} on ${sql.table(making.table)} ${on}`.execute(
        connection,
      )
    } catch (error) {
      // The field was deleted meanwhile.
      if (![undefinedColumn, undefinedTable].includes(sqlState(error).code)) throw error
    }
  })
}

/**
 * Does something to an index while nobody else does to one of the same table: two of them wait for each other until one
 * is ended. Whose turn it is not asks again, since a statement that waited for the lock would be waited for, too.
 */
async function alone(
  { db, table, signal }: Making,
  work: (connection: Kysely<Tables>) => Promise<void>,
): Promise<void> {
  for (;;) {
    const isDone = await db.connection().execute((connection) => inTurn(connection, table, work))
    if (isDone) return
    await pause(pauseMs, undefined, { signal })
  }
}

/** On one connection, which holds the lock. False where somebody else has it, or a new field got in the way. */
async function inTurn(
  connection: Kysely<Tables>,
  table: string,
  work: (connection: Kysely<Tables>) => Promise<void>,
): Promise<boolean> {
  const key = sql`hashtext(${`indexes of ${table}`})`
  const { rows } = await sql<{ first: boolean }>`select pg_try_advisory_lock(${key}) as first`.execute(connection)
  if (!rows[0]?.first) return false
  try {
    await work(connection)
    return true
  } catch (error) {
    if (sqlState(error).code !== deadlock) throw error
    return false
  } finally {
    await sql`select pg_advisory_unlock(${key})`.execute(connection)
  }
}

/** An index whose making was broken off is there, and never used. */
async function stateOf<T>(connection: Kysely<T>, name: string): Promise<'missing' | 'broken' | 'whole'> {
  const { rows } = await sql<{ valid: boolean }>`
    select indisvalid as valid from pg_index where indexrelid = to_regclass(${name})`.execute(connection)
  if (!rows[0]) return 'missing'
  return rows[0].valid ? 'whole' : 'broken'
}
