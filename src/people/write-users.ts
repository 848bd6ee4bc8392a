import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import { departmentIdsOf } from './departments-of.ts'
import { readUserInput, type UserInput, type UserRow } from './read-user.ts'

/** Options that retry a write after a race for an e-mail address. The retry finds the address taken. */
export const retryOnTakenEmail = { retryOnUnique: ['user_email_key'] }

/** Creates a user and returns its id. Throws `email_taken` and the faults of the body. */
export async function createUser(trx: Transaction, input: UserInput): Promise<number> {
  const { departmentIds, ...row } = await readUserInput(trx, input)
  await requireFreeEmail(trx, row.email)
  const { id } = await trx.insertInto('user').values(row).returning('id').executeTakeFirstOrThrow()
  await placeInDepartments(trx, id, departmentIds)
  return id
}

/**
 * Changes the given fields of a user. Throws `user_not_found`, `email_taken`, `last_administrator` and the faults of
 * the body.
 */
export async function changeUser(trx: Transaction, id: number, input: UserInput): Promise<void> {
  const before = await lockUser(trx, id)
  const after = await readUserInput(trx, input, before)
  if (JSON.stringify(after) === JSON.stringify(before)) return
  await requireFreeEmail(trx, after.email, id)
  await touchRights(trx)
  if (isAdministrator(before) && !isAdministrator(after)) await requireOtherAdministrator(trx, id)
  const { departmentIds, ...row } = after
  await trx.updateTable('user').set(row).where('id', '=', id).execute()
  if (String(departmentIds) !== String(before.departmentIds)) await placeInDepartments(trx, id, departmentIds)
}

// In the order of `UserRow`, so that two rows can be compared as JSON.
const columns = ['first_name', 'last_name', 'email', 'active', 'is_admin', 'language', 'time_zone'] as const

async function lockUser(trx: Transaction, id: number): Promise<UserRow> {
  const user = await trx
    .selectFrom('user')
    .select([...columns, departmentIdsOf('user').as('departmentIds')])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!user) throw new Problem('user_not_found', { id })
  return user
}

/** Makes the user a member of these departments only. A head who leaves the department no longer heads it. */
async function placeInDepartments(trx: Transaction, userId: number, departmentIds: readonly number[]): Promise<void> {
  await sql`delete from user_department where user_id = ${userId} and department_id <> all(${departmentIds}::bigint[])`.execute(
    trx,
  )
  await sql`insert into user_department (user_id, department_id) select ${userId}, unnest(${departmentIds}::bigint[])
    on conflict do nothing`.execute(trx)
  await sql`update department set head_id = null where head_id = ${userId} and id <> all(${departmentIds}::bigint[])`.execute(
    trx,
  )
}

/**
 * Makes every server reload its callers. The row stays locked until the commit, so that of two administrators who
 * demote each other, the second sees the change of the first.
 */
async function touchRights(trx: Transaction): Promise<void> {
  await trx.updateTable('local.revision').set({ rights: sql`rights + 1` }).execute()
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
