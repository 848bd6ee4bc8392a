import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Cell, Level } from './levels.ts'
import { hasFewColleagues } from './rule.ts'

/** What the roles of a user decide, and what is hidden from the user. */
export interface UserRights {
  /** Whether a role lets the user change the settings of the CRM. */
  settings: boolean
  /** The cells of all roles of the user, by type. */
  cells: ReadonlyMap<number, readonly Cell[]>
  /** Ids of the user fields that the user does not see. */
  hiddenFields: ReadonlySet<number>
  /** The levels at which the user has few colleagues. */
  fewColleagues: readonly Level[]
}

/** The rights of users without roles, and of administrators, who need none. */
export const noRights: UserRights = {
  settings: false,
  cells: new Map(),
  hiddenFields: new Set(),
  fewColleagues: [],
}

/** The rights of users at one version. */
export interface LoadedRights {
  version: number
  byUser: ReadonlyMap<number, UserRights>
}

interface RightsRow {
  userId: number
  version: number
  settings: boolean
  cells: Cell[]
  hiddenFields: number[]
  fewColleagues: Level[]
}

const userId = sql.ref('u.id')

/** Reads the rights of users and their version in one statement, so that they belong together. */
export async function loadRights(db: Database, userIds: readonly number[]): Promise<LoadedRights> {
  const { rows } = await sql<RightsRow>`
    select u.id as "userId", r.rights as version, coalesce(own.settings, false) as settings,
      coalesce(own.cells, '[]') as cells,
      array(select f.id from user_field as f where f.restricted and not exists (
        select from field_viewer as v where v.field_id = f.id and (v.user_id = u.id or exists (
          select from user_department as d join local.department_above as a on a.department_id = d.department_id
          where d.user_id = u.id and a.above_id = v.department_id
            and (v.with_sub or a.department_id = v.department_id))))) as "hiddenFields",
      array_remove(array[case when ${hasFewColleagues(userId, 'department')} then 'department' end,
        case when ${hasFewColleagues(userId, 'subdepartments')} then 'subdepartments' end], null) as "fewColleagues"
    from local.revision as r, unnest(${userIds}::bigint[]) as u (id)
    left join lateral (
      select bool_or(role.settings) as settings, (
        select json_agg(json_build_object('roleId', c.role_id, 'typeId', c.type_id, 'pipelineId', c.pipeline_id,
          'stageId', c.stage_id, 'levels', c.levels) order by c.role_id, c.type_id, c.pipeline_id, c.stage_id)
        from role_cell as c where c.role_id = any(array_agg(role.id))) as cells
      from role where role.id in (${rolesOf})
    ) as own on true`.execute(db)
  const byUser = new Map(
    rows.map(({ userId, cells, hiddenFields, ...rest }) => [
      userId,
      { ...rest, cells: Map.groupBy(cells, ({ typeId }) => typeId), hiddenFields: new Set(hiddenFields) },
    ]),
  )
  return { version: rows[0]?.version ?? 0, byUser }
}

/** Selects the ids of the roles of a user (`u` in SQL), directly, through departments and through groups. */
export const rolesOf = sql`
  select role_id from role_member where user_id = u.id
  union select m.role_id from user_department as d join role_member as m on m.department_id = d.department_id
    where d.user_id = u.id
  union select m.role_id from user_department as d
    join local.department_above as a on a.department_id = d.department_id
    join role_member as m on m.department_id = a.above_id and m.with_sub where d.user_id = u.id
  union select m.role_id from user_group_member as g join role_member as m on m.group_id = g.group_id
    where g.user_id = u.id`

/** The most users whose rights are kept. */
const mostKept = 10_000

/** The rights of the users who sent requests lately, at the latest version. */
export class RightsCache {
  #version = 0
  #byUser = new Map<number, Promise<LoadedRights>>()

  /**
   * Returns the rights of a user at this version, or at a newer one that the database has meanwhile. They are kept
   * under the version that was read with them.
   */
  async at(db: Database, userId: number, version: number): Promise<{ version: number; rights: UserRights }> {
    if (version > this.#version || this.#byUser.size >= mostKept) this.#forget(Math.max(version, this.#version))
    const found = this.#byUser.get(userId) ?? this.#load(db, userId)
    const loaded = await found
    return { version: loaded.version, rights: loaded.byUser.get(userId)! }
  }

  async #load(db: Database, userId: number): Promise<LoadedRights> {
    const loading = loadRights(db, [userId])
    this.#byUser.set(userId, loading)
    try {
      const loaded = await loading
      // The rights changed while they were read. Those that were read before are out of date.
      if (loaded.version > this.#version) this.#forget(loaded.version).set(userId, loading)
      return loaded
    } catch (error) {
      if (this.#byUser.get(userId) === loading) this.#byUser.delete(userId)
      throw error
    }
  }

  #forget(version: number): Map<number, Promise<LoadedRights>> {
    this.#version = version
    this.#byUser = new Map()
    return this.#byUser
  }
}
