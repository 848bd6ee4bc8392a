import Type from 'typebox'
import type { ListRoutes } from '../../lists/send-items.ts'
import type { Access, AccessMaker } from '../../rights/access.ts'
import { describeOperations } from '../../schema/build.ts'

/** The context of the routes of people and keys. */
export interface PeopleRoutes extends ListRoutes {
  access: AccessMaker
}

/** Returns the schema of an id in a path or a query. */
export function idOf(description: string) {
  return Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER, description, examples: [1] })
}

const paramsOf = (description: string) => Type.Object({ id: idOf(description) })

/** Path parameters of users and keys. */
export const IdParams = paramsOf('Id of the user or key.')
/** Path parameters of departments. */
export const DepartmentParams = paramsOf('Id of the department.')
/** Path parameters of groups. */
export const GroupParams = paramsOf('Id of the group.')

/** Describes an operation under the tag `People`. */
export const say = describeOperations('People')

/**
 * Throws `crm_unavailable` unless the caller is an administrator or may read records of some type. Administrators keep
 * people in order whether or not the CRM is available.
 */
export function requireReader(access: Access): void {
  if (!access.administers) access.requireRole()
}
