import { sql } from 'kysely'
import type { Transaction } from '../database/transaction.ts'
import { nearest } from '../errors/nearest.ts'
import { type Fault, invalid, Problem } from '../errors/problem.ts'
import { createKey, mostKeys } from './api-key.ts'
import type { Caller } from './caller.ts'
import type { ApiKey, NewApiKey } from './key-schemas.ts'
import { instant, readKey } from './keys.ts'
import { anyType, areWithin, isWithin, readingOf, type Scopes } from './scopes.ts'

/** The creator of a key: the user and the key of the request, and the codes of the record types that it may name. */
export interface KeyCreator extends Pick<Caller, 'userId' | 'keyId'> {
  openTypes: readonly string[]
}

/** What limits the keys that a key creates. */
export interface Parent {
  expiresAt: string | null
  scopes: Scopes
}

/**
 * Creates a key for the caller or the named user. Only this result contains the key itself. The key allows no more and
 * expires no later than the key that creates it. Throws `limit_reached`, `invalid_key` when the caller's key was just
 * revoked, and the faults of the body.
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
  const scopes = readScopes(input, parent.scopes, maker.openTypes, faults)
  // Locked, so that keys created at the same time are all counted.
  const user = await trx.selectFrom('user').select('id').where('id', '=', userId).forNoKeyUpdate().executeTakeFirst()
  if (!user) faults.push({ pointer: '/userId', code: 'not_found_reference', params: { type: 'user', id: userId } })
  if (faults.length) throw invalid(faults)
  await requireRoom(trx, userId)
  const made = await createKey(trx, {
    ...{ userId, name, expiresAt, scopes },
    ...{ createdBy: maker.userId, parentId: maker.keyId },
  })
  return { ...(await readKey(trx, made.id)), key: made.key }
}

/**
 * Locks the key that creates another key. It cannot be revoked before the new key exists and can be revoked with it.
 */
export async function lockParent(trx: Transaction, keyId: number): Promise<Parent> {
  const parent = await trx
    .selectFrom('api_key')
    .select(instant<string | null>(sql.ref('expires_at')).as('expiresAt'))
    .select((columns) => columns.ref('scopes').$castTo<Scopes>().as('scopes'))
    .where('id', '=', keyId)
    .where('revoked_at', 'is', null)
    .forShare()
    .executeTakeFirst()
  if (!parent) throw new Problem('invalid_key')
  return parent
}

/** Returns whether a key may exist by the will of the parent: it allows no more and expires no later. */
export function isNoStronger(key: Parent, parent: Parent): boolean {
  const { expiresAt: latest } = parent
  const isInTime = latest === null || (key.expiresAt !== null && new Date(key.expiresAt) <= new Date(latest))
  return isInTime && areWithin(key.scopes, parent.scopes)
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

/** Returns the scopes: from the body, else those of the parent key. */
function readScopes(
  { scopes, readOnly = false }: NewApiKey,
  outer: Scopes,
  openTypes: readonly string[],
  faults: Fault[],
): Scopes {
  if (readOnly && scopes !== undefined) faults.push({ pointer: '/readOnly', code: 'not_allowed_here' })
  else if (readOnly) {
    const reading = readingOf(outer)
    if (!reading.length) faults.push({ pointer: '/readOnly', code: 'beyond_own_scopes' })
    return reading
  }
  if (scopes === undefined) return outer
  if (scopes === null && outer) faults.push({ pointer: '/scopes', code: 'beyond_own_scopes' })
  const allowed = [anyType, ...openTypes]
  scopes?.forEach((scope, index) => {
    const { type } = scope
    const pointer = `/scopes/${index}`
    const hint = nearest(type, allowed)
    if (!allowed.includes(type))
      faults.push({ pointer: `${pointer}/type`, code: 'unknown_value', allowed, ...(hint !== undefined && { hint }) })
    else if (scopes.findIndex((other) => other.type === type) < index)
      faults.push({ pointer: `${pointer}/type`, code: 'duplicate_value' })
    else if (!isWithin(scope, outer)) faults.push({ pointer, code: 'beyond_own_scopes' })
  })
  return scopes
}

/** Throws `limit_reached` if the user has as many active keys as allowed. */
export async function requireRoom(trx: Transaction, userId: number): Promise<void> {
  const { rows } = await sql<{ count: number }>`
    select count(*) from api_key
    where user_id = ${userId} and revoked_at is null and coalesce(expires_at > now(), true)`.execute(trx)
  if (rows[0]!.count >= mostKeys) throw new Problem('limit_reached', { limit: mostKeys })
}
