import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordsFor } from './record-query.ts'

/**
 * Returns SQL of the display name of a record (`record`): first and last name, else title, else first phone or e-mail,
 * else `#id`. Fields hidden from the caller are skipped.
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

/** Returns the display names of the records that the caller may read, by id. */
export async function namesOf(db: Database, grant: Grant, ids: readonly number[]): Promise<Map<number, string>> {
  if (!ids.length) return new Map()
  const { rows } = await recordsFor(grant, 'read')
    .and(sql`record.id = any(${ids})`)
    .select<{ id: number; name: string }>(sql`record.id, ${nameSql(grant)} as name`)
    .execute(db)
  return new Map(rows.map(({ id, name }) => [id, name]))
}
