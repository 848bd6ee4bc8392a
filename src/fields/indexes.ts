import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { sqlState } from '../database/transaction.ts'
import type { Task, TaskContext } from '../jobs/task.ts'
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

/** Makes the indexes of a new user field while others read and write. */
export const indexTask: Task<{ fieldId: number }, TaskContext> = {
  name: 'index-field',
  async run({ db }, { fieldId }, signal) {
    const found = await db
      .selectFrom('user_field')
      .innerJoin('record_type', 'record_type.id', 'user_field.type_id')
      .select(['record_type.code as table', 'user_field.code', 'kind', 'multiple', 'settings', 'type_id as typeId'])
      .where('user_field.id', '=', fieldId)
      .executeTakeFirst()
    if (!found) return
    const { table, kind, ...rest } = found
    const column = userFieldColumn(fieldId)
    // What the kinds need to know of a field in order to name its columns.
    const field = {
      ...rest,
      kind: kind as KindName,
      key: column,
      path: column,
      column,
      userFieldId: fieldId,
      sortable: true,
    }
    for (const index of indexesOf(table, field as Partial<Field> as Field)) {
      signal.throwIfAborted()
      await makeIndex(db, table, index)
    }
  },
}

const [undefinedColumn, undefinedTable] = ['42703', '42P01']

/** On one connection, whose lock keeps others from making the same index; who waited for it would be waited for. */
async function makeIndex(db: Database, table: string, { name, on }: FieldIndex): Promise<void> {
  await db.connection().execute(async (connection) => {
    if (!(await isFirst(connection, name))) return
    try {
      if ((await stateOf(connection, name)) === 'broken') {
        await sql`drop index concurrently if exists ${sql.id(name)}`.execute(connection)
      }
      await sql`create index concurrently if not exists ${sql.id(name)} on ${sql.table(table)} ${on}`.execute(
        connection,
      )
    } catch (error) {
      // The field was deleted meanwhile.
      if (![undefinedColumn, undefinedTable].includes(sqlState(error).code)) throw error
    } finally {
      await sql`select pg_advisory_unlock(hashtext(${name}))`.execute(connection)
    }
  })
}

async function isFirst<T>(connection: Kysely<T>, name: string): Promise<boolean> {
  const { rows } = await sql<{ first: boolean }>`select pg_try_advisory_lock(hashtext(${name})) as first`.execute(
    connection,
  )
  return rows[0]?.first ?? false
}

/** An index whose making was broken off is there, and never used. */
async function stateOf<T>(connection: Kysely<T>, name: string): Promise<'missing' | 'broken' | 'whole'> {
  const { rows } = await sql<{ valid: boolean }>`
    select indisvalid as valid from pg_index where indexrelid = to_regclass(${name})`.execute(connection)
  if (!rows[0]) return 'missing'
  return rows[0].valid ? 'whole' : 'broken'
}
