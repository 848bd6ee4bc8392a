import { createHash, randomBytes } from 'node:crypto'
import type { Database } from '../database/connect.ts'

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

/** Makes a key for a user; the key itself is in the answer only. */
export async function createKey(
  db: Database,
  key: { userId: number; name: string; createdBy: number | null; expiresAt?: string | null; value?: string },
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
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  return { ...row, key: value }
}
