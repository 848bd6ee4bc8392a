import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Grant } from '../../rights/grant.ts'

/** Returns the row that would create a record, or undefined for a record that exists. */
export function rowOf(id: number, created: ReadonlyMap<number, number>): number | undefined {
  return id < 0 ? -id : created.get(id)
}

/** Returns SQL of the holders of the values `v` that a dry run seeks. */
export function holdersOf(grant: Grant, values: RawBuilder<unknown>, dryRunOf: number): RawBuilder<unknown> {
  const isMiddle = sql<SqlBool>`v.middle is null or held.middle = ${middleOf} or (v."mayLackMiddle" and held.middle is null)`
  return sql`select v.search, v.rank, held.holder as id from ${values} join local.dry_run_key as held
    on held.job_id = ${dryRunOf} and held.key = ${keyOf(sql.lit(grant.type.id))} and (${isMiddle})`
}

/** Returns SQL of the hash of a value `v` of a type. */
export function keyOf(type: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`hashtextextended(concat_ws(chr(1), ${type}::text, v.by, coalesce(v.source, ''),
    case when v.by in ('person', 'title') then name_key(v.value) else v.value end), 0)`
}

/** SQL of the hash of the middle name of a value `v`. */
export const middleOf = sql`hashtextextended(name_key(v.middle), 0)`
