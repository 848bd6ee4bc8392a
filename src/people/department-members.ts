import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'

/**
 * Returns the ids of the users in departments and in those below, and the ids of departments that the caller does not know
 * of. Portal administrators know all departments. Others know those that they are in or head, and those below.
 */
export async function membersOf(
  db: Database,
  { userId, administers }: { userId: number; administers: boolean },
  ids: readonly number[],
): Promise<{ members: number[]; unknown: number[] }> {
  const isKnown = administers
    ? sql`true`
    : sql`exists (select from local.department_above as mine join department as top on top.id = mine.above_id
        where mine.department_id = asked.id and (top.head_id = ${userId}
          or exists (select from user_department as m where m.department_id = top.id and m.user_id = ${userId})))`
  const { rows } = await sql<{ known: number[]; members: number[] }>`
    with known as (select asked.id from department as asked where asked.id = any(${ids}::bigint[]) and ${isKnown})
    select array(select id from known) as known, array(select distinct m.user_id from known
      join local.department_above as below on below.above_id = known.id
      join user_department as m on m.department_id = below.department_id order by 1) as members`.execute(db)
  const { known, members } = rows[0]!
  return { members, unknown: ids.filter((id) => !known.includes(id)) }
}
