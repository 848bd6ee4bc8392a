import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Labels } from '../errors/language.ts'

/** Who asks about departments. */
interface Asking {
  userId: number
  administers: boolean
}

/** A department that a caller knows of, with the users who are directly in it. */
export interface KnownDepartment {
  id: number
  name: Labels
  members: number[]
}

/** Returns the departments that a caller knows of. */
export async function knownDepartments(db: Database, asking: Asking): Promise<KnownDepartment[]> {
  const { rows } = await sql<KnownDepartment>`select asked.id, asked.name,
      array(select m.user_id from user_department as m where m.department_id = asked.id order by 1) as members
    from department as asked where ${isKnown(asking)} order by asked.id`.execute(db)
  return rows
}

/**
 * Returns SQL of whether a caller knows of a department (`asked`). Portal administrators know all departments. Others know
 * those that they are in or head, and those below.
 */
function isKnown({ userId, administers }: Asking) {
  if (administers) return sql`true`
  return sql`exists (select from local.department_above as mine join department as top on top.id = mine.above_id
    where mine.department_id = asked.id and (top.head_id = ${userId}
      or exists (select from user_department as m where m.department_id = top.id and m.user_id = ${userId})))`
}

/** Returns the ids of the users in departments and in those below, and the ids of departments that the caller does not know of. */
export async function membersOf(
  db: Database,
  asking: Asking,
  ids: readonly number[],
): Promise<{ members: number[]; unknown: number[] }> {
  const { rows } = await sql<{ known: number[]; members: number[] }>`
    with known as (select asked.id from department as asked where asked.id = any(${ids}::bigint[]) and ${isKnown(asking)})
    select array(select id from known) as known, array(select distinct m.user_id from known
      join local.department_above as below on below.above_id = known.id
      join user_department as m on m.department_id = below.department_id order by 1) as members`.execute(db)
  const { known, members } = rows[0]!
  return { members, unknown: ids.filter((id) => !known.includes(id)) }
}
