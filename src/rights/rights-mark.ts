import { createHash } from 'node:crypto'
import type { Database } from '../database/connect.ts'
import { identifyUser } from '../people/caller.ts'
import { loadRights } from './caller-rights.ts'

/**
 * Returns a digest of what a user may do now: whether the user is an administrator, the departments, the roles and the
 * hidden fields. What was made with other rights can be told by it.
 */
export async function rightsMark(db: Database, userId: number): Promise<string> {
  const { isAdmin, departmentIds } = (await identifyUser(db, userId))?.caller ?? {}
  const { byUser } = await loadRights(db, [userId])
  const { settings, cells, hiddenFields, fewColleagues } = byUser.get(userId)!
  const rights = [isAdmin, departmentIds, settings, [...cells], [...hiddenFields].sort(), fewColleagues]
  return createHash('sha256').update(JSON.stringify(rights)).digest('hex')
}
