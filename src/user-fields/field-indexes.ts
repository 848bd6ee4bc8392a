import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { Field } from '../fields/field.ts'
import { userFieldColumn } from '../fields/field.ts'
import type { KindName } from '../fields/kind-names.ts'
import { searchKey } from '../fields/kinds/column-kinds.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { withCollation } from '../fields/scalar.ts'

/** An index of a user field: for sorting and equality, for parts of words, or for the items of a list. */
export interface FieldIndex {
  name: string
  /** The SQL after `on table`. */
  on: RawBuilder<unknown>
}

// Queries contain the same condition. Records without a value need no space in the index.
const live = sql`deleted_at is null and merged_into is null`

/** Returns the indexes of values: those for conditions and sorting that the field is marked for. */
function indexesOfValues(table: string, field: Field): FieldIndex[] {
  const kind = kindOf(field)
  const columns = Object.keys(kind.columns(field))
  return kind.targets(field).flatMap(({ shape, scalar, indexed }, place): FieldIndex[] => {
    // Rows of another table have indexes there.
    if (typeof shape === 'object') return []
    const name = columns[place] ?? ''
    const column = sql.id(name)
    const called = (purpose: string) => `${table}_${name}_${purpose}`
    const filled = sql`where ${column} is not null and ${live}`
    const items = { name: called('items'), on: sql`using gin (${column}) ${filled}` }
    const sort = { name: called('sort'), on: sql`(${withCollation(scalar, column)}, id) ${filled}` }
    const parts = { name: called('parts'), on: sql`using gin (fold(${column}) gin_trgm_ops) ${filled}` }
    return [...(indexed?.values ? [shape === 'array' ? items : sort] : []), ...(indexed?.parts ? [parts] : [])]
  })
}

/** Returns the indexes that a field is marked for. */
export function wantedIndexes(table: string, field: Field): FieldIndex[] {
  return [...indexesOfValues(table, field), ...(field.searchable ? [searchIndexOf(table, field)] : [])]
}

/** Returns the names of the indexes that a field could have, but is not marked for. */
export function unwantedIndexes(table: string, field: Field): string[] {
  const wanted = new Set(wantedIndexes(table, field).map(({ name }) => name))
  const all = wantedIndexes(table, { ...field, filterable: true, sortable: true, searchable: true })
  return all.map(({ name }) => name).filter((name) => !wanted.has(name))
}

/** Returns the search index of a field. */
function searchIndexOf(table: string, field: Field): FieldIndex {
  const on = sql`using gin (${searchKey(field, '')} gin_trgm_ops) where ${sql.id(field.column)} is not null and ${live}`
  return { name: `${table}_${field.column}_search`, on }
}

/** A user field with the state of its search index. */
export interface IndexedField {
  field: Field
  /** Whether searches use its search index. */
  isSearched: boolean
  hasFailed: boolean
}

/** Returns the user fields of a type for indexing, oldest first. */
export async function readFields(db: Kysely<Tables>, typeId: number): Promise<IndexedField[]> {
  const rows = await db
    .selectFrom('user_field')
    .leftJoin('local.index_failure as failure', 'failure.field_id', 'user_field.id')
    .leftJoin('local.search_index as search', 'search.field_id', 'user_field.id')
    .select(['user_field.id', 'code', 'kind', 'multiple', 'settings'])
    .select(['failure.field_id as failed', 'search.field_id as searched'])
    .select(['filterable', 'sortable', 'searchable'])
    .where('type_id', '=', typeId)
    .orderBy('user_field.id')
    .execute()
  return rows.map(({ id, failed, searched, ...row }) => {
    const column = userFieldColumn(id)
    // The properties of a field that the kinds need to name its columns.
    const field = {
      ...row,
      typeId,
      kind: row.kind as KindName,
      key: column,
      path: column,
      column,
      userFieldId: id,
    }
    return { field: field as Partial<Field> as Field, isSearched: searched !== null, hasFailed: failed !== null }
  })
}

/** Returns the state of the indexes of a table, by name. A cancelled build leaves an invalid index behind. */
export async function readIndexes(
  db: Kysely<Tables>,
  table: string,
): Promise<Map<string, 'whole' | 'building' | 'broken'>> {
  const { rows } = await sql<{ name: string; state: 'whole' | 'building' | 'broken' }>`
    select relname as name, case when indisvalid then 'whole'
      when exists (select from pg_stat_progress_create_index as p where p.index_relid = i.indexrelid) then 'building'
      else 'broken' end as state
    from pg_index as i join pg_class on oid = i.indexrelid where i.indrelid = to_regclass(${table})`.execute(db)
  return new Map(rows.map(({ name, state }) => [name, state]))
}

/** The states of the indexes of a field. `none` is that of a user field that is marked for none. */
export const indexStates = ['none', 'pending', 'building', 'ready', 'failed'] as const
export type IndexState = (typeof indexStates)[number]

/** Returns the index states of the user fields of a type, by field id. */
export async function readIndexStates(
  db: Kysely<Tables>,
  { id, table }: { id: number; table: string },
): Promise<Map<number, IndexState>> {
  const fields = await readFields(db, id)
  const present = fields.length ? await readIndexes(db, table) : new Map()
  const stateOf = ({ field, isSearched, hasFailed }: IndexedField): IndexState => {
    const states = wantedIndexes(table, field).map(({ name }) => present.get(name))
    if (states.includes('building')) return 'building'
    if (hasFailed) return 'failed'
    const isDropping = unwantedIndexes(table, field).some((name) => present.has(name))
    const isReady = states.every((state) => state === 'whole') && (isSearched || !field.searchable)
    if (isDropping || !isReady) return 'pending'
    return field.filterable || field.sortable || field.searchable ? 'ready' : 'none'
  }
  return new Map(fields.map((one) => [one.field.userFieldId ?? 0, stateOf(one)]))
}
