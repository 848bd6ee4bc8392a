import { type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Labels } from '../../errors/language.ts'
import { Problem } from '../../errors/problem.ts'
import type { Members } from '../../people/members.ts'
import type { Cell } from '../levels.ts'

/** The levels that one role gives. */
export type RoleCell = Omit<Cell, 'roleId'>

/** A role as it is stored. */
export interface Role {
  name: Labels
  settings: boolean
  cells: readonly RoleCell[]
  members: Members
}

/** A role with its id. */
export interface StoredRole extends Role {
  id: number
}

/** What a role decides. */
export type Decision = Pick<StoredRole, 'id' | 'settings' | 'cells'>

/** Returns a role, or nothing if there is none with this id. */
export async function lookUpRole(db: Database, id: number): Promise<StoredRole | undefined> {
  return await rolesIn(db).where('id', '=', id).executeTakeFirst()
}

/** Returns a role. Throws `role_not_found`. */
export async function findRole(db: Database, id: number): Promise<StoredRole> {
  const role = await lookUpRole(db, id)
  if (!role) throw new Problem('role_not_found', { id })
  return role
}

/** Returns what roles decide. */
export async function findDecisions(db: Database, ids: readonly number[]): Promise<Decision[]> {
  const roles = db.selectFrom('role').select(['id', 'settings', cellsOfRole.as('cells')])
  return await roles.where(sql<SqlBool>`id = any(${ids}::bigint[])`).execute()
}

const cellsOfRole = sql<RoleCell[]>`coalesce((select json_agg(json_build_object('typeId', c.type_id,
  'pipelineId', c.pipeline_id, 'stageId', c.stage_id, 'levels', c.levels))
  from role_cell as c where c.role_id = role.id), '[]')`

/** Returns the roles. */
export function rolesIn(db: Database) {
  const members = sql`from role_member as m where m.role_id = role.id`
  return db
    .selectFrom('role')
    .select(['id', 'name', 'settings'])
    .select([
      cellsOfRole.as('cells'),
      sql<Members>`json_build_object(
        'userIds', array(select user_id ${members} and user_id is not null order by user_id),
        'departments', coalesce((select json_agg(json_build_object('id', department_id, 'withSub', with_sub)
          order by department_id) ${members} and department_id is not null), '[]'),
        'groupIds', array(select group_id ${members} and group_id is not null order by group_id))`.as('members'),
    ])
}
