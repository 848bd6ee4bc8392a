import type { Database } from '../database/connect.ts'
import { Problem } from '../errors/problem.ts'
import { type PageRequest, readIdPage } from '../http/id-page.ts'
import { departmentIdsOf } from './departments-of.ts'
import type { UserDetails } from './schemas.ts'

const brief = ['id', 'first_name as firstName', 'last_name as lastName', 'active'] as const
const whole = [...brief, 'email', 'is_admin as isAdmin', 'language', 'time_zone as timeZone'] as const

/** Reads a page of the users. Without `details` only their names. */
export async function findUsers(
  db: Database,
  page: PageRequest,
  { active, details }: { active: boolean | undefined; details: boolean },
) {
  const users = db
    .selectFrom('user')
    .select(brief)
    .$if(details, (users) => users.select(whole).select(departmentIdsOf('user').as('departmentIds')))
    .$if(active !== undefined, (users) => users.where('active', '=', active === true))
  return await readIdPage({ name: 'users', filter: { active }, order: 'oldest first' }, page, users)
}

/** Returns a user with all fields. Throws `user_not_found`. */
export async function readUser(db: Database, id: number): Promise<UserDetails> {
  const user = await db
    .selectFrom('user')
    .select(whole)
    .select(departmentIdsOf('user').as('departmentIds'))
    .where('id', '=', id)
    .executeTakeFirst()
  if (!user) throw new Problem('user_not_found', { id })
  return user
}
