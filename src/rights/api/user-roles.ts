import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Labels } from '../../errors/language.ts'
import { rolesOf } from '../caller-rights.ts'

/** What gives a user a role: its own name in the list of members, a department or a group. */
export type Through = { user: true } | { departmentId: number; withSub: boolean } | { groupId: number }

/** A role of a user, and through what the user has it. */
export interface UserRole {
  id: number
  name: Labels
  settings: boolean
  through: Through[]
}

/** Returns the roles of a user. */
export async function findRolesOf(db: Database, userId: number): Promise<UserRole[]> {
  const { rows } = await sql<UserRole>`
    select role.id, role.name, role.settings, (
      select json_agg(case when m.user_id is not null then json_build_object('user', true)
          when m.group_id is not null then json_build_object('groupId', m.group_id)
          else json_build_object('departmentId', m.department_id, 'withSub', m.with_sub) end
        order by m.user_id, m.department_id, m.group_id)
      from role_member as m where m.role_id = role.id and (m.user_id = u.id
        or exists (select from user_group_member as g where g.group_id = m.group_id and g.user_id = u.id)
        or exists (select from user_department as d join local.department_above as a on a.department_id = d.department_id
          where d.user_id = u.id and a.above_id = m.department_id
            and (m.with_sub or a.department_id = m.department_id)))) as through
    from (select ${userId}::bigint as id) as u join role on role.id in (${rolesOf}) order by role.id`.execute(db)
  return rows
}
