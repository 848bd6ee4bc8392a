import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import type { ValidMembers } from '../errors/faulty-body.ts'
import { invalid, Problem } from '../errors/problem.ts'
import { membershipIds, setMemberships } from './memberships.ts'
import { readUserInput, timeZoneFaults, type UserInput, type UserRow } from './read-user.ts'
import { lockRights, touchRights } from './rights-lock.ts'
import type { MeChange } from './schemas.ts'

/** Options that retry a write after a race for an e-mail address. The retry finds the address taken. */
export const retryOnTakenEmail = { retryOnUnique: ['user_email_key'] }

/** Creates a user and returns its id. Throws `email_taken` and the faults of the body. */
export async function createUser(trx: Transaction, input: UserInput): Promise<number> {
  await lockRights(trx)
  const { departmentIds, groupIds, ...row } = await readUserInput(trx, input)
  await requireFreeEmail(trx, row.email)
  const { id } = await trx.insertInto('user').values(row).returning('id').executeTakeFirstOrThrow()
  await setMemberships(trx, 'department', { userId: id, ids: departmentIds })
  await setMemberships(trx, 'group', { userId: id, ids: groupIds })
  return id
}

/**
 * Changes the given fields of a user. Throws `user_not_found`, `email_taken`, `last_administrator` and the faults of
 * the body.
 */
export async function changeUser(trx: Transaction, id: number, input: UserInput): Promise<void> {
  await lockRights(trx)
  const before = await lockUser(trx, id)
  const after = await readUserInput(trx, input, before)
  if (JSON.stringify(after) === JSON.stringify(before)) return
  await requireFreeEmail(trx, after.email, id)
  await touchRights(trx)
  if (isAdministrator(before) && !isAdministrator(after)) await requireOtherAdministrator(trx, id)
  const { departmentIds, groupIds, ...row } = after
  await trx.updateTable('user').set(row).where('id', '=', id).execute()
  await setMemberships(trx, 'department', { userId: id, ids: departmentIds })
  await setMemberships(trx, 'group', { userId: id, ids: groupIds })
  await endHeadships(trx, id, after)
}

/** Changes what users decide about themselves. It changes no rights. Throws the faults of the body. */
export async function changeMe(trx: Transaction, id: number, { body, faults }: ValidMembers<MeChange>): Promise<void> {
  const { language, timeZone, crmHidden } = body
  const wrong = timeZoneFaults(timeZone)
  if (faults.length || wrong.length) throw invalid([...faults, ...wrong])
  // Columns that are undefined keep their values.
  const row = { language, time_zone: timeZone, crm_hidden: crmHidden }
  await trx.updateTable('user').set(row).where('id', '=', id).execute()
}

// In the order of `UserRow`, so that two rows can be compared as JSON.
const columns = ['first_name', 'last_name', 'email', 'active', 'is_admin', 'language', 'time_zone'] as const

async function lockUser(trx: Transaction, id: number): Promise<UserRow> {
  const user = await trx
    .selectFrom('user')
    .select([
      ...columns,
      membershipIds('department', 'user').as('departmentIds'),
      membershipIds('group', 'user').as('groupIds'),
    ])
    .where('id', '=', id)
    // Writes of records that name the user go on.
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!user) throw new Problem('user_not_found', { id })
  return user
}

/** A user who leaves a department no longer heads it. A dismissed user heads nothing. */
async function endHeadships(trx: Transaction, id: number, { active, departmentIds }: UserRow): Promise<void> {
  const kept = active ? departmentIds : []
  await sql`update department set head_id = null where head_id = ${id} and id <> all(${kept}::bigint[])`.execute(trx)
}

async function requireFreeEmail(trx: Transaction, email: string | null, ownId = 0): Promise<void> {
  if (email === null) return
  const holder = await trx
    .selectFrom('user')
    .select('id')
    .where(sql`lower(email)`, '=', sql`lower(${email})`)
    .where('id', '<>', ownId)
    .executeTakeFirst()
  if (holder) throw new Problem('email_taken', { email })
}

async function requireOtherAdministrator(trx: Transaction, id: number): Promise<void> {
  const other = await trx
    .selectFrom('user')
    .select('id')
    .where('is_admin', '=', true)
    .where('active', '=', true)
    .where('id', '<>', id)
    .executeTakeFirst()
  if (!other) throw new Problem('last_administrator')
}

function isAdministrator({ active, is_admin }: UserRow): boolean {
  return active && is_admin
}
