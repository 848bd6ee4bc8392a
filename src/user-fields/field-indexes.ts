import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Tables } from '../database/tables.ts'
import type { Field } from '../fields/field.ts'
import { userFieldColumn } from '../fields/field.ts'
import type { KindName } from '../fields/kind-names.ts'
import { searchKey } from '../fields/kinds/column-kinds.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import { collated } from '../fields/scalar.ts'

/** An index of a user field: for sorting and equality, for parts of words, or for the items of a list. */
export interface FieldIndex {
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

/** The indexes of a field, among them the one in which words are looked for. */
export function wantedIndexes(table: string, field: Field): FieldIndex[] {
  return [...indexesOf(table, field), ...(field.searchable ? [searchIndexOf(table, field)] : [])]
}

/** The index in which words are looked for. */
export function searchIndexOf(table: string, field: Field): FieldIndex {
  const on = sql`using gin (${searchKey(field, '')} gin_trgm_ops) where ${sql.id(field.column)} is not null and ${live}`
  return { name: `${table}_${field.column}_search`, on }
}

/** A user field with what there is of its indexes. */
export interface IndexedField {
  field: Field
  /** Whether the index of its search is in use. */
  isSearched: boolean
  hasFailed: boolean
}

/** The user fields of a type, the oldest first, as far as their indexes are concerned. */
export async function readFields(db: Kysely<Tables>, typeId: number): Promise<IndexedField[]> {
  const rows = await db
    .selectFrom('user_field')
    .leftJoin('local.index_failure', 'field_id', 'user_field.id')
    .select(['user_field.id', 'code', 'kind', 'multiple', 'settings', 'searchable', 'search_ready', 'field_id'])
    .where('type_id', '=', typeId)
    .orderBy('user_field.id')
    .execute()
  return rows.map(({ id, search_ready, field_id, ...row }) => {
    const column = userFieldColumn(id)
    // What the kinds need to know of a field in order to name its columns.
    const field = {
      ...row,
      typeId,
      kind: row.kind as KindName,
      key: column,
      path: column,
      column,
      userFieldId: id,
      sortable: true,
    }
    return { field: field as Partial<Field> as Field, isSearched: search_ready, hasFailed: field_id !== null }
  })
}

/** How far the indexes of a table are, by name. One whose making was broken off is there, and never used. */
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

/** How far the indexes of a field are. */
export const indexStates = ['pending', 'building', 'ready', 'failed'] as const
export type IndexState = (typeof indexStates)[number]

/** How far the indexes of a type's user fields are, by the ids of the fields. */
export async function readIndexStates(
  db: Kysely<Tables>,
  { id, code }: { id: number; code: string },
): Promise<Map<number, IndexState>> {
  const fields = await readFields(db, id)
  const present = fields.length ? await readIndexes(db, code) : new Map()
  const stateOf = ({ field, isSearched, hasFailed }: IndexedField): IndexState => {
    const states = wantedIndexes(code, field).map(({ name }) => present.get(name))
    if (states.includes('building')) return 'building'
    if (hasFailed) return 'failed'
    return states.every((state) => state === 'whole') && (isSearched || !field.searchable) ? 'ready' : 'pending'
  }
  return new Map(fields.map((one) => [one.field.userFieldId ?? 0, stateOf(one)]))
}
