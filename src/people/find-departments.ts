import type { Database } from '../database/connect.ts'

/** Returns the departments of the company, in the order in which they were created. */
export async function findDepartments(db: Database) {
  return await db
    .selectFrom('department')
    .select(['id', 'name', 'parent_id as parentId', 'head_id as headId'])
    .orderBy('id')
    .execute()
}
