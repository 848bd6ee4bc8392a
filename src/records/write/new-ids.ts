import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { template } from '../../database/statement.ts'
import type { Change } from '../../entities/change.ts'
import type { Communication } from '../../fields/kinds/communication-kinds.ts'

/** The ids of new records and new communications. */
export interface NewIds {
  ids: number[]
  items: number[]
}

/** Gives new records and new communications their ids. */
export function assignIds(found: NewIds, created: readonly Change[], items: readonly Communication[]): void {
  for (const [index, change] of created.entries()) {
    change.id = Number(change.kept?.get('id') ?? found.ids[index])
    change.after.set('id', change.id)
  }
  for (const [index, item] of items.entries()) item.id = found.items[index]!
}

/** Returns SQL of the columns of `NewIds`. */
export function newIds(sequence: unknown, count: unknown, items: unknown): RawBuilder<unknown> {
  return sql`${nextIds(sequence, count)} as ids, ${nextIds(sequenceOf('communication'), items)} as items`
}

function nextIds(sequence: unknown, count: unknown): RawBuilder<unknown> {
  return sql`array(select nextval(${sequence}::regclass) from generate_series(1, ${count}::integer))`
}

/** Returns the name of the sequence of a table's ids, as Postgres names it. Asking Postgres took 3 % of a create. */
export function sequenceOf(table: string): string {
  return `${table}_id_seq`
}

/** Moves the sequence of a table past an id that a record brings or refers to, so that no new record gets it. */
export async function moveSequencePast(db: Database, table: string, id: number): Promise<void> {
  // Steps of the sequence keep its parity.
  await sql`select setval(${sequenceOf(table)}::regclass,
      start_value + increment_by * ceil((${id} - start_value)::numeric / increment_by)::bigint)
    from pg_sequences where schemaname = current_schema and sequencename = ${sequenceOf(table)}
      and ${id} > coalesce(last_value, 0)`.execute(db)
}

/** Returns SQL of the users with these ids. */
export function usersWithIds(ids: unknown): RawBuilder<unknown> {
  return sql`select id, true as visible from "user" where id = any(${ids}::bigint[])`
}

/**
 * Returns the new ids and the users who exist: all that most writes need. Its SQL depends on no rights and no model, so
 * it is compiled once.
 */
export const idsAndUsers = template<
  'sequence' | 'count' | 'items' | 'users',
  NewIds & { to_0: { id: number }[] | null }
>(
  (hole) =>
    sql`select ${newIds(hole('sequence'), hole('count'), hole('items'))},
      (select json_agg(target) from (${usersWithIds(hole('users'))}) as target) as to_0`,
  { keep: { family: 'references', version: 0 } },
)
