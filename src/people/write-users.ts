import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import { readUserInput, type UserInput, type UserRow } from './read-user.ts'

/** A loser of a race for an e-mail address finds the winner's when it looks again. */
export const userRaces = { retryOnUnique: ['user_email_key'] }

/** Makes a user. Throws email_taken, and all faults of the body at once. */
export async function createUser(trx: Transaction, input: UserInput): Promise<number> {
  const row = await readUserInput(trx, input)
  await requireFreeEmail(trx, row.email)
  const { id } = await trx.insertInto('user').values(row).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Changes what the body names. Throws user_not_found, email_taken, last_administrator, and the faults of the body. */
export async function changeUser(trx: Transaction, id: number, input: UserInput): Promise<void> {
  const before = await lockUser(trx, id)
  const after = await readUserInput(trx, input, before)
  if (JSON.stringify(after) === JSON.stringify(before)) return
  await requireFreeEmail(trx, after.email, id)
  await touchRights(trx)
  if (isAdministrator(before) && !isAdministrator(after)) await requireOtherAdministrator(trx, id)
  await trx.updateTable('user').set(after).where('id', '=', id).execute()
}

// Selected in the order in which a body is understood, so that the two compare as texts.
const columns = [
  'first_name',
  'last_name',
  'email',
  'active',
  'is_admin',
  'language',
  'time_zone',
  'department_ids',
] as const

async function lockUser(trx: Transaction, id: number): Promise<UserRow> {
  const user = await trx.selectFrom('user').select(columns).where('id', '=', id).forUpdate().executeTakeFirst()
  if (!user) throw new Problem('user_not_found', { id })
  return user
}

/**
 * Tells every server that what it keeps of callers is old. The row is locked until the end, so that of two
 * administrators who demote each other the second sees what the first has done.
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
