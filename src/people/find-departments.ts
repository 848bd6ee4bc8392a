import type { Database } from '../database/connect.ts'
import { Problem } from '../errors/problem.ts'
import type { DepartmentRow } from './organisation-schemas.ts'

/** Returns a department. Throws `department_not_found`. */
export async function readDepartment(db: Database, id: number): Promise<DepartmentRow> {
  const department = await departments(db).where('id', '=', id).executeTakeFirst()
  if (!department) throw new Problem('department_not_found', { id })
  return department
}

/** Returns the departments. */
export function departments(db: Database) {
  return db.selectFrom('department').select(['id', 'name', 'parent_id as parentId', 'head_id as headId'])
}
