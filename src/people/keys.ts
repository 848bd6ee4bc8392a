import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { type Fault, invalid, Problem } from '../errors/problem.ts'
import { type PageRequest, readIdPage } from '../http/id-page.ts'
import { createKey, mostKeys, revokeKeys } from './api-key.ts'
import type { Caller } from './caller.ts'
import type { ApiKey, NewApiKey } from './schemas.ts'

/** Owner of keys: one user, or anybody. */
export type Owner = number | 'anybody'

/** Reads a page of the keys that are not revoked. */
export async function findKeys(db: Database, page: PageRequest, owner: Owner) {
  return await readIdPage({ name: 'api-keys', filter: { owner }, order: 'oldest first' }, page, keys(db, owner))
}

/** Returns a key that is not revoked. Throws `key_not_found`, also for keys of other users. */
export async function readKey(db: Database, id: number, owner: Owner): Promise<ApiKey> {
  const key = await keys(db, owner).where('id', '=', id).executeTakeFirst()
  if (!key) throw new Problem('key_not_found', { id })
  return key
}

/** The creator of a key: the user and the key of the request. */
export type KeyCreator = Pick<Caller, 'userId' | 'keyId'>

/**
 * Creates a key for the caller or the named user. Only this result contains the key itself. The key expires no later
 * than the key that creates it. Throws `limit_reached`, `invalid_key` when the caller's key was just revoked, and the
 * faults of the body.
 */
export async function issueKey(
  trx: Transaction,
  input: NewApiKey,
  maker: KeyCreator,
): Promise<ApiKey & { key: string }> {
  const { userId = maker.userId } = input
  const parent = await lockParent(trx, maker.keyId)
  const name = input.name.trim()
  const faults: Fault[] = []
  const expiresAt = readEnd(input.expiresAt, parent.expiresAt, faults)
  // Locked, so that keys created at the same time are all counted.
  const user = await trx.selectFrom('user').select('id').where('id', '=', userId).forNoKeyUpdate().executeTakeFirst()
  if (!user) faults.push({ pointer: '/userId', code: 'not_found_reference', params: { type: 'user', id: userId } })
  if (faults.length) throw invalid(faults)
  await requireRoom(trx, userId)
  const made = await createKey(trx, { userId, name, createdBy: maker.userId, expiresAt, parentId: maker.keyId })
  return { ...(await readKey(trx, made.id, userId)), key: made.key }
}

/**
 * Locks the key that creates another key. It cannot be revoked before the new key exists and can be revoked with it.
 */
async function lockParent(trx: Transaction, keyId: number): Promise<{ expiresAt: string | null }> {
  const parent = await trx
    .selectFrom('api_key')
    .select(instant<string | null>(sql.ref('expires_at')).as('expiresAt'))
    .where('id', '=', keyId)
    .where('revoked_at', 'is', null)
    .forShare()
    .executeTakeFirst()
  if (!parent) throw new Problem('invalid_key')
  return parent
}

/** Returns the expiry time: from the body, else that of the parent key. */
function readEnd(given: string | null | undefined, latest: string | null, faults: Fault[]): string | null {
  if (given === undefined) return latest
  const end = given === null ? null : new Date(given)
  // Leap seconds (:60) are valid in the format but not as a JavaScript `Date`.
  if (end && Number.isNaN(end.getTime())) faults.push({ pointer: '/expiresAt', code: 'invalid_datetime' })
  else if (end && end <= new Date()) faults.push({ pointer: '/expiresAt', code: 'not_in_future' })
  else if (latest !== null && (!end || end > new Date(latest)))
    faults.push({ pointer: '/expiresAt', code: 'outlives_parent', params: { at: latest } })
  else return end?.toISOString() ?? null
  return null
}

async function requireRoom(trx: Transaction, userId: number): Promise<void> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from api_key
    where user_id = ${userId} and revoked_at is null and coalesce(expires_at > now(), true)`.execute(trx)
  if (rows[0]!.count >= mostKeys) throw new Problem('limit_reached', { limit: mostKeys })
}

/** Revokes a key and all keys created with it. Throws `key_not_found`, also for keys of other users. */
export async function revokeKey(trx: Transaction, id: number, owner: Owner): Promise<void> {
  const key = await keys(trx, owner).where('id', '=', id).forUpdate().executeTakeFirst()
  if (!key) throw new Problem('key_not_found', { id })
  await revokeKeys(trx, [id])
}

function keys(db: Database, owner: Owner) {
  return db
    .selectFrom('api_key')
    .select(['id', 'user_id as userId', 'name', 'prefix', 'created_by as createdBy', 'parent_id as parentId'])
    .select([
      instant<string>(sql.ref('created_at')).as('createdAt'),
      instant<string | null>(sql.ref('expires_at')).as('expiresAt'),
      instant<string | null>(sql.ref('last_used_at')).as('lastUsedAt'),
    ])
    .where('revoked_at', 'is', null)
    .$if(owner !== 'anybody', (all) => all.where('user_id', '=', Number(owner)))
}

/** Formats a timestamp as responses do. */
function instant<T>(column: RawBuilder<unknown>): RawBuilder<T> {
  return sql<T>`instant(${column})`
}
