import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { inTransaction } from '../database/transaction.ts'
import { createKey, hashOf } from './api-key.ts'

/**
 * Makes sure that there is an administrator with a key. Answers the key when this call made one: the one given, or a
 * new one at the first start. Several servers may start at once; one of them makes it.
 */
export async function ensureAdministrator(db: Database, given: string | undefined): Promise<string | undefined> {
  return await inTransaction(db, async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtext('kartoteka administrator'))`.execute(trx)
    const present = await trx
      .selectFrom('user')
      .select('id')
      .where('is_admin', '=', true)
      .where('active', '=', true)
      .orderBy('id')
      .executeTakeFirst()
    const userId = present?.id ?? (await createAdministrator(trx))
    if (!given)
      return present ? undefined : (await createKey(trx, { userId, name: 'Administrator', createdBy: null })).key
    const known = await trx.selectFrom('api_key').select('id').where('hash', '=', hashOf(given)).executeTakeFirst()
    if (known) return undefined
    await createKey(trx, { userId, name: 'ADMIN_KEY', createdBy: null, value: given })
    return given
  })
}

/** A new key for the first administrator, for when the old one was lost. */
export async function newAdministratorKey(db: Database): Promise<string> {
  await ensureAdministrator(db, undefined)
  const admin = await db
    .selectFrom('user')
    .select('id')
    .where('is_admin', '=', true)
    .where('active', '=', true)
    .orderBy('id')
    .executeTakeFirstOrThrow()
  return (await createKey(db, { userId: admin.id, name: 'Administrator', createdBy: admin.id })).key
}

async function createAdministrator(db: Database): Promise<number> {
  const { id } = await db
    .insertInto('user')
    .values({
      first_name: null,
      last_name: 'Administrator',
      email: null,
      language: null,
      time_zone: null,
      is_admin: true,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
