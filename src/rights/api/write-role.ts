import { sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Members } from '../../people/members.ts'
import { operations } from '../levels.ts'
import type { Role, RoleCell, StoredRole } from './find-roles.ts'
import { nameOfSpot } from './spots.ts'

/** Creates a role and returns its id. */
export async function createRole(trx: Transaction, { name, settings, cells, members }: Role): Promise<number> {
  const values = { name: JSON.stringify(name), settings }
  const { id } = await trx.insertInto('role').values(values).returning('id').executeTakeFirstOrThrow()
  await insertCells(trx, id, cells)
  await insertMembers(trx, id, members)
  return id
}

/** Saves what differs in a role. Nothing else is written, so that servers keep the rights that they have read. */
export async function changeRole(trx: Transaction, { id, ...before }: StoredRole, after: Role): Promise<void> {
  const differs = (part: keyof Role) => formOf(before, part) !== formOf(after, part)
  if (differs('name') || differs('settings')) {
    const values = { name: JSON.stringify(after.name), settings: after.settings }
    await trx.updateTable('role').set(values).where('id', '=', id).execute()
  }
  if (differs('cells')) {
    await trx.deleteFrom('role_cell').where('role_id', '=', id).execute()
    await insertCells(trx, id, after.cells)
  }
  if (differs('members')) {
    await trx.deleteFrom('role_member').where('role_id', '=', id).execute()
    await insertMembers(trx, id, after.members)
  }
}

/** Returns a text of a part of a role that is the same for equal parts. */
function formOf(role: Role, part: keyof Role): string {
  if (part !== 'cells') return JSON.stringify(role[part])
  const forms = role.cells.map(({ levels, ...cell }) =>
    JSON.stringify([nameOfSpot(cell), ...operations.map((operation) => levels[operation])]),
  )
  return forms.toSorted().join()
}

/** Deletes a role. */
export async function deleteRole(trx: Transaction, id: number): Promise<void> {
  await trx.deleteFrom('role').where('id', '=', id).execute()
}

async function insertCells(trx: Transaction, id: number, cells: readonly RoleCell[]): Promise<void> {
  if (!cells.length) return
  await sql`insert into role_cell (role_id, type_id, pipeline_id, stage_id, levels)
    select ${id}::bigint, "typeId", "pipelineId", "stageId", levels from json_to_recordset(${JSON.stringify(cells)})
    as c ("typeId" integer, "pipelineId" bigint, "stageId" text, levels jsonb)`.execute(trx)
}

async function insertMembers(trx: Transaction, id: number, members: Members): Promise<void> {
  const { userIds, departments, groupIds } = members
  if (!userIds.length && !departments.length && !groupIds.length) return
  await sql`insert into role_member (role_id, user_id, department_id, with_sub, group_id)
    select ${id}::bigint, id, null::bigint, false, null::bigint from unnest(${userIds}::bigint[]) as u (id)
    union all select ${id}::bigint, null, id, "withSub", null
      from json_to_recordset(${JSON.stringify(departments)}) as d (id bigint, "withSub" boolean)
    union all select ${id}::bigint, null, null, false, id from unnest(${groupIds}::bigint[]) as g (id)`.execute(trx)
}
