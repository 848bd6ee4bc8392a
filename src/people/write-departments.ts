import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { ValidMembers } from '../errors/faulty-body.ts'
import { type Fault, invalid, Problem } from '../errors/problem.ts'
import { readLabels } from '../http/labels.ts'
import { readDepartment } from './find-departments.ts'
import { findOverfull } from './memberships.ts'
import {
  type DepartmentChange,
  type DepartmentRow,
  mostDepartments,
  mostLevels,
  type NewDepartment,
} from './organisation-schemas.ts'
import { lockRights } from './rights-lock.ts'

/** Creates a department and returns its id. Throws `limit_reached` and the faults of the body. */
export async function createDepartment(
  trx: Transaction,
  { body, faults }: ValidMembers<NewDepartment>,
): Promise<number> {
  await lockRights(trx)
  const { count, root } = await measureTree(trx)
  if (count >= mostDepartments) throw new Problem('limit_reached', { limit: mostDepartments })
  await check(trx, body, faults)
  const { parentId = root, headId = null } = body
  const row = { name: JSON.stringify(readLabels(body.name)), parent_id: parentId, head_id: headId }
  const { id } = await trx.insertInto('department').values(row).returning('id').executeTakeFirstOrThrow()
  await requireLevels(trx, id)
  await addHead(trx, id, headId)
  return id
}

/** Changes the given fields of a department. Throws `department_not_found` and the faults of the body. */
export async function changeDepartment(
  trx: Transaction,
  id: number,
  { body, faults }: ValidMembers<DepartmentChange>,
): Promise<void> {
  await lockRights(trx)
  const before = await readDepartment(trx, id)
  await check(trx, body, faults, before)
  const { name = before.name, parentId = before.parentId, headId = before.headId } = body
  const after: DepartmentRow = { id, name: readLabels(name, before.name), parentId, headId }
  if (JSON.stringify(after) === JSON.stringify(before)) return
  const row = { name: JSON.stringify(after.name), parent_id: parentId, head_id: headId }
  await trx.updateTable('department').set(row).where('id', '=', id).execute()
  await requireLevels(trx, id)
  await addHead(trx, id, headId)
}

/**
 * Deletes a department. Its members and the departments below it move to the department above, so that nobody is without
 * a department. Its memberships in roles end. Throws `department_not_found`, `root_department`.
 */
export async function deleteDepartment(trx: Transaction, id: number): Promise<void> {
  await lockRights(trx)
  const { parentId } = await readDepartment(trx, id)
  if (parentId === null) throw new Problem('root_department')
  await sql`insert into user_department (user_id, department_id)
    select user_id, ${parentId} from user_department where department_id = ${id} on conflict do nothing`.execute(trx)
  await trx.deleteFrom('user_department').where('department_id', '=', id).execute()
  await trx.updateTable('department').set({ parent_id: parentId }).where('parent_id', '=', id).execute()
  await trx.deleteFrom('department').where('id', '=', id).execute()
}

async function measureTree(trx: Transaction): Promise<{ count: number; root: number }> {
  const { rows } = await sql<{ count: number; root: number }>`
    select count(*), min(id) filter (where parent_id is null) as root from department`.execute(trx)
  return rows[0]!
}

/** Throws the given faults, and those of the parent and the head unless they stay as they are. */
async function check(
  trx: Transaction,
  { parentId, headId }: DepartmentChange,
  found: readonly Fault[],
  before?: DepartmentRow,
): Promise<void> {
  const faults = [...found]
  if (parentId !== undefined && parentId !== before?.parentId) {
    const params = { type: 'department', id: parentId }
    const { isKnown, isBelow } = await findParent(trx, parentId, before?.id ?? null)
    if (!isKnown) faults.push({ pointer: '/parentId', code: 'not_found_reference', params })
    if (isBelow) faults.push({ pointer: '/parentId', code: 'department_cycle' })
  }
  if (typeof headId === 'number' && headId !== before?.headId) {
    const head = await trx.selectFrom('user').select('active').where('id', '=', headId).executeTakeFirst()
    const params = { type: 'user', id: headId }
    if (!head) faults.push({ pointer: '/headId', code: 'not_found_reference', params })
    else if (!head.active) faults.push({ pointer: '/headId', code: 'dismissed_user', params })
  }
  if (faults.length) throw invalid(faults)
}

/** Returns whether the department exists, and whether it is the other department or below it. */
async function findParent(trx: Transaction, id: number, other: number | null) {
  const { rows } = await sql<{ isKnown: boolean; isBelow: boolean }>`
    select exists (select from department where id = ${id}) as "isKnown",
      exists (select from local.department_above where department_id = ${id} and above_id = ${other}) as "isBelow"`.execute(
    trx,
  )
  return rows[0]!
}

/** Throws a fault if the tree has too many levels at or below the department. */
async function requireLevels(trx: Transaction, id: number): Promise<void> {
  const { rows } = await sql`
    select from local.department_above as below join local.department_above as above using (department_id)
    where below.above_id = ${id} group by department_id having count(*) > ${mostLevels} limit 1`.execute(trx)
  if (rows.length) throw invalid([{ pointer: '/parentId', code: 'too_many_levels', params: { limit: mostLevels } }])
}

/** Makes the head of a department its member. */
async function addHead(trx: Transaction, departmentId: number, headId: number | null): Promise<void> {
  if (headId === null) return
  await trx
    .insertInto('user_department')
    .values({ user_id: headId, department_id: departmentId })
    .onConflict((row) => row.doNothing())
    .execute()
  const [overfull] = await findOverfull(trx, 'department', [headId], '')
  if (overfull) throw invalid([{ ...overfull, pointer: '/headId' }])
}
