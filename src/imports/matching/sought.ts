import { type RawBuilder, sql } from 'kysely'

/** A value by which records are searched. The results of a search are those of the lowest rank that has any. */
export interface Sought {
  /** The number of the search. */
  search: number
  rank: number
  /** The path of a field, or `person` for first and last name. */
  by: string
  /** The value as it is stored, or a name or title in any spelling. */
  value: string
  /** The source of an external id. */
  source?: string
  /** The middle name of a person. Absent if it does not matter. */
  middle?: string
  /** Whether people without a middle name match as well. */
  mayLackMiddle?: boolean
}

/** Returns SQL of the values `v` by which records are searched. */
export function valuesOf(sought: readonly Sought[]): RawBuilder<unknown> {
  return sql`json_to_recordset(${JSON.stringify(sought)}::json)
    as v (search integer, rank integer, by text, value text, source text, middle text, "mayLackMiddle" boolean)`
}
