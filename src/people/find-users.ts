import type { Database } from '../database/connect.ts'
import { Problem } from '../errors/problem.ts'
import { type PageRequest, readIdPage } from '../http/id-page.ts'
import { isMember, membershipIds } from './memberships.ts'
import type { UserDetails } from './schemas.ts'

const brief = ['id', 'first_name as firstName', 'last_name as lastName', 'active'] as const
const whole = [...brief, 'email', 'is_admin as isAdmin', 'language', 'time_zone as timeZone'] as const
const memberships = [
  membershipIds('department', 'user').as('departmentIds'),
  membershipIds('group', 'user').as('groupIds'),
] as const

/** Which users a list contains. */
export interface UserFilter {
  active: boolean | undefined
  departmentId: number | undefined
  groupId: number | undefined
}

/** Reads a page of the users. Without `details` only their names. */
export async function findUsers(
  db: Database,
  page: PageRequest,
  { filter, details }: { filter: UserFilter; details: boolean },
) {
  const { active, departmentId, groupId } = filter
  const users = db
    .selectFrom('user')
    .select(brief)
    .$if(details, (users) => users.select(whole).select(memberships))
    .$if(active !== undefined, (users) => users.where('active', '=', active === true))
    .$if(departmentId !== undefined, (users) => users.where(isMember('department', departmentId!)))
    .$if(groupId !== undefined, (users) => users.where(isMember('group', groupId!)))
  return await readIdPage(
    { name: 'users', filter: [active, departmentId, groupId], order: 'oldest first' },
    page,
    users,
  )
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
