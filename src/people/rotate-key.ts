import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import { createKey } from './api-key.ts'
import type { Caller } from './caller.ts'
import { isNoStronger, lockParent, requireRoom } from './issue-key.ts'
import type { ApiKey } from './key-schemas.ts'
import { lockKey, type Owner, readKey } from './keys.ts'

/** How a key is replaced. */
export interface Rotation {
  id: number
  /** Hours for which the old key still works. */
  overlapHours: number
}

/**
 * Replaces a key by a new one with the same user, name, scopes, expiry and parent. The old key expires after the
 * overlap. The keys made with it now belong to the new key. Throws `key_not_found`, `key_replaced`, `key_ended`,
 * `limit_reached`, and `stronger_key` when the key of the request could not have created such a key.
 */
export async function rotateKey(
  trx: Transaction,
  { id, overlapHours }: Rotation,
  maker: Pick<Caller, 'userId' | 'keyId'>,
  owner: Owner,
): Promise<ApiKey & { key: string }> {
  const limits = await lockParent(trx, maker.keyId)
  const old = await lockKey(trx, id, owner)
  if (old.replacedBy !== null) throw new Problem('key_replaced', { id, replacedBy: old.replacedBy })
  if (old.expiresAt !== null && new Date(old.expiresAt) <= new Date()) throw new Problem('key_ended', { id })
  if (id !== maker.keyId && !isNoStronger(old, limits)) throw new Problem('stronger_key', { id })
  const { userId, name, expiresAt, parentId, scopes } = old
  // First, because a key without an overlap leaves its place to the new one.
  await sql`update api_key set expires_at = least(expires_at, now() + make_interval(hours => ${overlapHours}))
    where id = ${id}`.execute(trx)
  await trx.selectFrom('user').select('id').where('id', '=', userId).forNoKeyUpdate().execute()
  await requireRoom(trx, userId)
  const made = await createKey(trx, { userId, name, createdBy: maker.userId, expiresAt, parentId, scopes })
  await trx.updateTable('api_key').set({ replaced_by: made.id }).where('id', '=', id).execute()
  await trx.updateTable('api_key').set({ parent_id: made.id }).where('parent_id', '=', id).execute()
  return { ...(await readKey(trx, made.id)), key: made.key }
}
