import type { Database } from '../database/connect.ts'
import { Problem } from '../errors/problem.ts'
import { membershipIds } from './memberships.ts'
import type { UserDetails } from './schemas.ts'

const brief = ['id', 'first_name as firstName', 'last_name as lastName', 'active'] as const
/** The members of a user that every user sees. */
export const seenByAll = ['id', 'firstName', 'lastName', 'active'] as const
const whole = [...brief, 'email', 'is_admin as isAdmin', 'language', 'time_zone as timeZone'] as const
const memberships = [
  membershipIds('department', 'user').as('departmentIds'),
  membershipIds('group', 'user').as('groupIds'),
] as const

/** Returns the users. Without `details` only their names. */
export function users(db: Database, { details }: { details: boolean }) {
  return db
    .selectFrom('user')
    .select(details ? whole : brief)
    .$if(details, (users) => users.select(memberships))
}

/** Returns a user with all fields. Throws `user_not_found`. */
export async function readUser(db: Database, id: number): Promise<UserDetails> {
  const users = db.selectFrom('user').select(whole).select(memberships)
  const user = await users.where('id', '=', id).executeTakeFirst()
  if (!user) throw new Problem('user_not_found', { id })
  return user
}

/** Returns what a user may change about themselves, and the user's groups. */
export async function readMe(db: Database, id: number) {
  return await db
    .selectFrom('user')
    .select([
      'language',
      'time_zone as timeZone',
      'crm_hidden as crmHidden',
      membershipIds('group', 'user').as('groupIds'),
    ])
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
}
