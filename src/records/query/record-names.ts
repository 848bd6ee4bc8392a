import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordsFor } from './record-query.ts'

/**
 * SQL of how people call a record (`record`), as far as its fields exist for the holder of the grant: a person by first
 * and last name, anything else by its title; what has no name by its first phone or e-mail.
 */
export function nameSql({ readable }: Grant): RawBuilder<string> {
  const fields = (...paths: string[]) => paths.flatMap((path) => readable.get(path) ?? [])
  const columns = (...paths: string[]) => fields(...paths).map(({ column }) => sql.ref(`record.${column}`))
  const person = columns('firstName', 'lastName')
  const names = [
    ...(person.length ? [sql`nullif(concat_ws(' ', ${sql.join(person)}), '')`] : []),
    ...columns('title'),
    ...fields('phones', 'emails').flatMap((field) => kindOf(field).name?.(field) ?? []),
    sql`'#' || record.id`,
  ]
  return sql`coalesce(${sql.join(names)})`
}

/** The names of those of the records that the holder of the grant may see, by id. */
export async function namesOf(db: Database, grant: Grant, ids: readonly number[]): Promise<Map<number, string>> {
  if (!ids.length) return new Map()
  const { rows } = await sql<{ id: number; name: string }>`
    select record.id, ${nameSql(grant)} as name ${recordsFor(grant, 'read')} and record.id = any(${ids})`.execute(db)
  return new Map(rows.map(({ id, name }) => [id, name]))
}
