import { hash, randomBytes } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Scopes } from './scopes.ts'

/** Minimum length of a key. */
export const shortestKey = 20
const prefixLength = 8

/** Returns a new key: 256 random bits with a prefix that makes leaked keys easy to find in logs and repositories. */
export function newKey(): string {
  return `kt_${randomBytes(32).toString('base64url')}`
}

/** Returns what is stored of a key: enough to recognise it, but not to use it. */
export function storedParts(key: string): { prefix: string; hash: string } {
  return { prefix: key.slice(0, prefixLength), hash: hashOf(key) }
}

/** Returns the hash by which a key is found. Keys are long and random, so a slow hash would add nothing. */
export function hashOf(key: string): string {
  return hash('sha256', key)
}

/** Maximum number of active keys per user. */
export const mostKeys = 100

/** Creates a key for a user. Only this result contains the key itself. */
export async function createKey(
  db: Database,
  key: {
    userId: number
    name: string
    createdBy: number | null
    expiresAt?: string | null
    parentId?: number | null
    scopes?: Scopes
    /** The key itself, if `ADMIN_KEY` sets it. */
    value?: string
  },
) {
  const value = key.value ?? newKey()
  const row = await db
    .insertInto('api_key')
    .values({
      ...storedParts(value),
      user_id: key.userId,
      name: key.name,
      created_by: key.createdBy,
      expires_at: key.expiresAt ?? null,
      parent_id: key.parentId ?? null,
      scopes: key.scopes ? JSON.stringify(key.scopes) : null,
      from_environment: key.value !== undefined,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return { ...row, key: value }
}

/** Revokes keys, which the transaction must have locked, and all keys created with them, directly or indirectly. */
export async function revokeKeys(trx: Transaction, ids: readonly number[]): Promise<void> {
  let ended = await end(trx, sql`select unnest(${ids}::bigint[])`)
  // One statement per generation: it waits for transactions that are creating keys with the previous generation, and
  // then sees those keys.
  while (ended.length) {
    ended = await end(
      trx,
      sql`select id from api_key where parent_id = any(${ended}) and revoked_at is null order by id for update`,
    )
  }
}

async function end(trx: Transaction, chosen: RawBuilder<unknown>): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    update api_key set revoked_at = now() where id in (${chosen}) and revoked_at is null returning id`.execute(trx)
  return rows.map(({ id }) => id)
}
