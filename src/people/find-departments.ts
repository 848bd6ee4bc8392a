import type { Database } from '../database/connect.ts'
import { Problem } from '../errors/problem.ts'
import { type PageRequest, readIdPage } from '../http/id-page.ts'
import type { DepartmentRow } from './organisation-schemas.ts'

/** Reads a page of the departments, in the order in which they were created. */
export async function findDepartments(db: Database, page: PageRequest) {
  return await readIdPage({ name: 'departments', filter: {}, order: 'oldest first' }, page, departments(db))
}

/** Returns a department. Throws `department_not_found`. */
export async function readDepartment(db: Database, id: number): Promise<DepartmentRow> {
  const department = await departments(db).where('id', '=', id).executeTakeFirst()
  if (!department) throw new Problem('department_not_found', { id })
  return department
}

function departments(db: Database) {
  return db.selectFrom('department').select(['id', 'name', 'parent_id as parentId', 'head_id as headId'])
}
