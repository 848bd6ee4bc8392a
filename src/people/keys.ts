import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { type Fault, invalid, Problem } from '../errors/problem.ts'
import type { IdPage } from '../http/id-page.ts'
import { createKey, endKeys, mostKeys } from './api-key.ts'
import type { Caller } from './caller.ts'
import type { ApiKey, NewApiKey } from './schemas.ts'

/** Whose keys: those of one user, or of everybody. */
export type Owner = number | 'anybody'

/** The keys of a page that are not revoked, nearest first, and one more. */
export async function findKeys(db: Database, { id, back, limit }: IdPage, owner: Owner): Promise<ApiKey[]> {
  return await keys(db, owner)
    .where('id', back ? '<' : '>', id)
    .orderBy('id', back ? 'desc' : 'asc')
    .limit(limit + 1)
    .execute()
}

/** A key that is not revoked. Throws key_not_found, also for those of others. */
export async function readKey(db: Database, id: number, owner: Owner): Promise<ApiKey> {
  const key = await keys(db, owner).where('id', '=', id).executeTakeFirst()
  if (!key) throw new Problem('key_not_found', { id })
  return key
}

/** Whoever makes a key: the user, and the key that the request came with. */
export type Maker = Pick<Caller, 'userId' | 'keyId'>

/**
 * Makes a key for the caller or the user named; the key itself is in the answer only. It ends with the key that makes
 * it at the latest. Throws limit_reached, invalid_key where the caller's key has just ended, and the faults of the body.
 */
export async function issueKey(trx: Transaction, input: NewApiKey, maker: Maker): Promise<ApiKey & { key: string }> {
  const { userId = maker.userId } = input
  const parent = await lockParent(trx, maker.keyId)
  const name = input.name.trim()
  const faults: Fault[] = []
  if (name.includes('\0') || !name.isWellFormed()) faults.push({ pointer: '/name', code: 'invalid_characters' })
  const expiresAt = readEnd(input.expiresAt, parent.expiresAt, faults)
  // Locked, so that of several keys that are made at once each is counted.
  const user = await trx.selectFrom('user').select('id').where('id', '=', userId).forNoKeyUpdate().executeTakeFirst()
  if (!user) faults.push({ pointer: '/userId', code: 'not_found_reference', params: { type: 'user', id: userId } })
  if (faults.length) throw invalid(faults)
  await requireRoom(trx, userId)
  const made = await createKey(trx, { userId, name, createdBy: maker.userId, expiresAt, parentId: maker.keyId })
  return { ...(await readKey(trx, made.id, userId)), key: made.key }
}

/** The key that makes another one: it cannot be revoked before that one is there to be revoked with it. */
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

/** When a key is to end: as the body says, else with its parent. */
function readEnd(given: string | null | undefined, latest: string | null, faults: Fault[]): string | null {
  if (given === undefined) return latest
  const end = given === null ? null : new Date(given)
  // The sixtieth second of a leap minute is well written and no moment of JavaScript.
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

/** Ends a key at once, with all that were made with it. Throws key_not_found, also for those of others. */
export async function revokeKey(trx: Transaction, id: number, owner: Owner): Promise<void> {
  const key = await keys(trx, owner).where('id', '=', id).forUpdate().executeTakeFirst()
  if (!key) throw new Problem('key_not_found', { id })
  await endKeys(trx, [id])
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

/** A moment as answers write it. */
function instant<T>(column: RawBuilder<unknown>): RawBuilder<T> {
  return sql<T>`instant(${column})`
}
