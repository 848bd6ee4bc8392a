import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { IdPage } from '../http/id-pages.ts'
import { type Fault, invalid, Problem } from '../http/problem.ts'
import { createKey } from './api-key.ts'
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

/** Makes a key for the caller or the user named; the key itself is in the answer only. Throws the faults of the body. */
export async function issueKey(db: Database, input: NewApiKey, callerId: number): Promise<ApiKey & { key: string }> {
  const { userId = callerId, expiresAt = null } = input
  const name = input.name.trim()
  const faults: Fault[] = []
  if (name.includes('\0') || !name.isWellFormed()) faults.push({ pointer: '/name', code: 'invalid_characters' })
  const end = expiresAt === null ? null : new Date(expiresAt)
  // The sixtieth second of a leap minute is well written and no moment of JavaScript.
  if (end && Number.isNaN(end.getTime())) faults.push({ pointer: '/expiresAt', code: 'invalid_datetime' })
  else if (end && end <= new Date()) faults.push({ pointer: '/expiresAt', code: 'not_in_future' })
  const user = await db.selectFrom('user').select('id').where('id', '=', userId).executeTakeFirst()
  if (!user) faults.push({ pointer: '/userId', code: 'not_found_reference', params: { type: 'user', id: userId } })
  if (faults.length) throw invalid(faults)
  const made = await createKey(db, { userId, name, createdBy: callerId, expiresAt: end?.toISOString() ?? null })
  return { ...(await readKey(db, made.id, userId)), key: made.key }
}

/** Ends a key at once. Throws key_not_found, also for those of others. */
export async function revokeKey(db: Database, id: number, owner: Owner): Promise<void> {
  const revoked = await db
    .updateTable('api_key')
    .set({ revoked_at: sql`now()` })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .$if(owner !== 'anybody', (all) => all.where('user_id', '=', Number(owner)))
    .returning('id')
    .executeTakeFirst()
  if (!revoked) throw new Problem('key_not_found', { id })
}

function keys(db: Database, owner: Owner) {
  return db
    .selectFrom('api_key')
    .select(['id', 'user_id as userId', 'name', 'prefix', 'created_by as createdBy'])
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
