import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { inTransaction, type Transaction } from '../database/transaction.ts'
import { createKey, hashOf, revokeKeys } from './api-key.ts'

/**
 * Makes sure that an administrator with a key exists. Returns the key if this call created one: the given key, or a new
 * key at the first start. A given key replaces the key given before. Several servers may start at once; only one
 * creates the key.
 */
export async function ensureAdministrator(
  db: Database,
  given: string | undefined,
  say: (message: string) => void,
): Promise<string | undefined> {
  return await inTransaction(db, async (trx) => {
    await sql`select pg_advisory_xact_lock(hashtext('kartoteka administrator'))`.execute(trx)
    const present = await findAdministrator(trx)
    const userId = present?.id ?? (await createAdministrator(trx))
    if (given) return (await useGivenKey(trx, given, userId, say)) ? given : undefined
    return present ? undefined : (await createKey(trx, { userId, name: 'Administrator', createdBy: null })).key
  })
}

/** Stores the given key and revokes all keys given before. Returns whether the key is new. */
async function useGivenKey(
  trx: Transaction,
  given: string,
  userId: number,
  say: (message: string) => void,
): Promise<boolean> {
  const { rows } = await sql<{ id: number; isGood: boolean }>`
    select k.id, k.revoked_at is null and coalesce(k.expires_at > now(), true) and k.scopes is null and u.is_admin and u.active as "isGood"
    from api_key k join "user" u on u.id = k.user_id where k.hash = ${hashOf(given)} for update of k`.execute(trx)
  const [known] = rows
  if (known && !known.isGood) {
    say(
      'ADMIN_KEY is ignored: the key is revoked or expired or has scopes, or its user is not an active administrator. Set a different key.',
    )
    return false
  }
  // A key created with the old key must not be revoked with it.
  if (known) await sql`update api_key set from_environment = true, parent_id = null where id = ${known.id}`.execute(trx)
  const id = known?.id ?? (await createKey(trx, { userId, name: 'ADMIN_KEY', createdBy: null, value: given })).id
  const old = await trx
    .selectFrom('api_key')
    .select('id')
    .where('from_environment', '=', true)
    .where('revoked_at', 'is', null)
    .where('id', '<>', id)
    .orderBy('id')
    .forUpdate()
    .execute()
  await revokeKeys(
    trx,
    old.map((key) => key.id),
  )
  return !known
}

/** Creates a new key for the first administrator, to replace a lost one. */
export async function newAdministratorKey(db: Database): Promise<string> {
  await ensureAdministrator(db, undefined, () => {})
  const { id: userId } = (await findAdministrator(db))!
  return (await createKey(db, { userId, name: 'Administrator', createdBy: userId })).key
}

async function findAdministrator(db: Database): Promise<{ id: number } | undefined> {
  return await db
    .selectFrom('user')
    .select('id')
    .where('is_admin', '=', true)
    .where('active', '=', true)
    .orderBy('id')
    .executeTakeFirst()
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
