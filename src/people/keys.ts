import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { Problem } from '../errors/problem.ts'
import { revokeKeys } from './api-key.ts'
import type { Caller } from './caller.ts'
import type { ApiKey } from './key-schemas.ts'
import type { Scope } from './scopes.ts'

/** Whose keys: anybody's, those of a user, or one key with those made with it. */
export type Owner = 'anybody' | { userId: number } | { keyId: number }

/** Returns whose keys the caller sees and manages. A key with scopes sees itself and the keys made with it. */
export function keysOf({ isAdmin, scopes, userId, keyId }: Caller): Owner {
  if (scopes) return { keyId }
  return isAdmin ? 'anybody' : { userId }
}

/** Returns a key that is not revoked. Throws `key_not_found`, also for keys of other users. */
export async function readKey(db: Database, id: number, owner: Owner = 'anybody'): Promise<ApiKey> {
  return found(id, await keys(db, owner).where('id', '=', id).executeTakeFirst())
}

/** Locks a key that is not revoked. Throws `key_not_found`, also for keys of other users. */
export async function lockKey(trx: Transaction, id: number, owner: Owner): Promise<ApiKey> {
  return found(id, await keys(trx, owner).where('id', '=', id).forUpdate().executeTakeFirst())
}

/** Revokes a key and all keys created with it. Throws `key_not_found`, also for keys of other users. */
export async function revokeKey(trx: Transaction, id: number, owner: Owner): Promise<void> {
  await lockKey(trx, id, owner)
  await revokeKeys(trx, [id])
}

function found(id: number, key: ApiKey | undefined): ApiKey {
  if (!key) throw new Problem('key_not_found', { id })
  return key
}

/** Returns the keys that are not revoked. */
export function keys(db: Database, owner: Owner) {
  const all = db
    .selectFrom('api_key')
    .select(['id', 'user_id as userId', 'name', 'prefix', 'created_by as createdBy', 'parent_id as parentId'])
    .select((columns) => columns.ref('scopes').$castTo<Scope[] | null>().as('scopes'))
    .select([
      'replaced_by as replacedBy',
      instant<string>(sql.ref('created_at')).as('createdAt'),
      instant<string | null>(sql.ref('expires_at')).as('expiresAt'),
      instant<string | null>(sql.ref('last_used_at')).as('lastUsedAt'),
    ])
    .where('revoked_at', 'is', null)
  if (owner === 'anybody') return all
  if ('userId' in owner) return all.where('user_id', '=', owner.userId)
  return all.where((where) => where.or([where('id', '=', owner.keyId), where('parent_id', '=', owner.keyId)]))
}

/** Formats a timestamp as responses do. */
export function instant<T>(column: RawBuilder<unknown>): RawBuilder<T> {
  return sql<T>`instant(${column})`
}
