import { createHash, randomBytes } from 'node:crypto'
import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'

/** Shortest text that is taken as a key. */
export const shortestKey = 20
const prefixLength = 8

/** A new key: 256 random bits behind a prefix by which leaked keys are found in logs and repositories. */
export function newKey(): string {
  return `kt_${randomBytes(32).toString('base64url')}`
}

/** What is kept of a key: enough to recognise it, not enough to use it. */
export function keyTraces(key: string): { prefix: string; hash: string } {
  return { prefix: key.slice(0, prefixLength), hash: hashOf(key) }
}

/** The digest by which a key is found. Keys are long and random, so a slow hash would protect nothing. */
export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}

/** How many keys a user may have that hold at the same time. */
export const mostKeys = 100

/** Makes a key for a user; the key itself is in the answer only. */
export async function createKey(
  db: Database,
  key: {
    userId: number
    name: string
    createdBy: number | null
    expiresAt?: string | null
    parentId?: number
    /** The key itself, where ADMIN_KEY says what it is. */
    value?: string
  },
) {
  const value = key.value ?? newKey()
  const row = await db
    .insertInto('api_key')
    .values({
      ...keyTraces(value),
      user_id: key.userId,
      name: key.name,
      created_by: key.createdBy,
      expires_at: key.expiresAt ?? null,
      parent_id: key.parentId ?? null,
      from_environment: key.value !== undefined,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return { ...row, key: value }
}

/** Ends keys that the transaction has locked, and all that were made with them, however long the line. */
export async function endKeys(trx: Transaction, ids: readonly number[]): Promise<void> {
  let ended = await end(trx, sql`select unnest(${ids}::bigint[])`)
  // One statement for each generation: by then whoever was making keys with the last one has come to an end, and what
  // they made is seen.
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
