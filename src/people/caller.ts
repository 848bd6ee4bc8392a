import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { rowsOf, template } from '../database/statement.ts'
import type { Language } from '../errors/language.ts'
import { Problem } from '../errors/problem.ts'
import { hashOf } from './api-key.ts'
import { membershipIds } from './memberships.ts'
import type { Scopes } from './scopes.ts'

/** The user and the key of a request. */
export interface Caller {
  userId: number
  keyId: number
  keyName: string
  keyPrefix: string
  keyExpiresAt: string | null
  /** What the key allows. */
  scopes: Scopes
  isAdmin: boolean
  firstName: string | null
  lastName: string | null
  email: string | null
  departmentIds: number[]
  language: Language | null
  timeZone: string | null
}

/** The caller with the versions of the server's caches, read in one query. */
export interface IdentifiedCaller {
  caller: Caller
  catalogueVersion: number
  rightsVersion: number
}

/** A caller with a key, and its row as text: as long as the text is the same, so is the caller. */
export interface KnownCaller extends IdentifiedCaller {
  identity: string
}

/** The row of a key, as JSON, and whether the key was used within a minute. */
export interface IdentityRow {
  identity: string
  usedLately: boolean
}

/** Returns the key in an `Authorization` header. The case and the number of spaces do not matter. */
export function keyFromHeader(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
}

const departmentIds = membershipIds('department', 'u')

/** Returns the statement that reads the caller of a key. Its row is the argument of `identityIn`. */
export const identityQuery = template<'hash', IdentityRow>(
  (hole) => sql<IdentityRow>`
    select json_build_object('userId', u.id, 'keyId', k.id, 'keyName', k.name, 'keyPrefix', k.prefix,
        'keyExpiresAt', instant(k.expires_at), 'scopes', k.scopes, 'isAdmin', u.is_admin, 'firstName', u.first_name, 'lastName', u.last_name,
        'email', u.email, 'departmentIds', ${departmentIds}, 'language', u.language, 'timeZone', u.time_zone,
        'catalogueVersion', r.catalogue, 'rightsVersion', r.rights,
        'active', u.active, 'expired', coalesce(k.expires_at <= now(), false))::text as identity,
      coalesce(k.last_used_at > now() - interval '1 minute', false) as "usedLately"
    from api_key k join "user" u on u.id = k.user_id cross join local.revision r
    where k.hash = ${hole('hash')} and k.revoked_at is null`,
  { keep: { family: 'identity', version: 0 } },
)

type Identity = Caller & Omit<IdentifiedCaller, 'caller'> & { active: boolean; expired: boolean }

/** Returns the caller in the row of a key. Throws `invalid_key`, `expired_key`, `user_inactive`. */
export function identityIn(row: IdentityRow | undefined): KnownCaller {
  if (!row) throw refused('invalid_key')
  const { identity } = row
  const { catalogueVersion, rightsVersion, active, expired, ...caller } = JSON.parse(identity) as Identity
  if (expired) throw refused('expired_key')
  if (!active) throw refused('user_inactive')
  return { caller, catalogueVersion, rightsVersion, identity }
}

/**
 * Finds the caller by the `Authorization` header. Throws `authentication_required`, `unsupported_scheme`, `invalid_key`,
 * `expired_key`, `user_inactive`.
 */
export async function identify(db: Database, authorization: string | undefined): Promise<KnownCaller> {
  const key = keyFromHeader(authorization)
  if (!key) throw refused(refusalOf(authorization))
  const [row] = await rowsOf(db, identityQuery({ hash: hashOf(key) }))
  const identified = identityIn(row)
  // Updated once a minute, which saves most requests a write.
  if (!row?.usedLately) {
    const { keyId } = identified.caller
    await db.updateTable('api_key').set({ last_used_at: sql`now()` }).where('id', '=', keyId).execute()
  }
  return identified
}

const noKey = { keyId: 0, keyName: '', keyPrefix: '', keyExpiresAt: null, scopes: null }

/** Returns the server as a caller: an administrator without a user. */
export async function identifyServer(db: Database): Promise<IdentifiedCaller> {
  const { catalogue, rights } = await db
    .selectFrom('local.revision')
    .select(['catalogue', 'rights'])
    .executeTakeFirstOrThrow()
  const nobody = { firstName: null, lastName: null, email: null, departmentIds: [], language: null, timeZone: null }
  return {
    caller: { userId: 0, isAdmin: true, ...nobody, ...noKey },
    catalogueVersion: catalogue,
    rightsVersion: rights,
  }
}

/** Returns an active user as a caller without a key, for work in the user's name after the request, within its scopes. */
export async function identifyUser(
  db: Database,
  userId: number,
  scopes: Scopes = null,
): Promise<IdentifiedCaller | undefined> {
  const { rows } = await sql<
    Omit<Identity, 'keyId' | 'keyName' | 'keyPrefix' | 'keyExpiresAt' | 'scopes' | 'active' | 'expired'>
  >`
    select u.id as "userId", u.is_admin as "isAdmin", u.first_name as "firstName", u.last_name as "lastName",
      u.email, ${departmentIds} as "departmentIds", u.language, u.time_zone as "timeZone",
      r.catalogue as "catalogueVersion", r.rights as "rightsVersion"
    from "user" u cross join local.revision r where u.id = ${userId} and u.active`.execute(db)
  if (!rows[0]) return undefined
  const { catalogueVersion, rightsVersion, ...user } = rows[0]
  return { caller: { ...user, ...noKey, scopes }, catalogueVersion, rightsVersion }
}

function refusalOf(authorization: string | undefined): Refusal {
  if (!authorization) return 'authentication_required'
  return /^Bearer\b/i.test(authorization) ? 'invalid_key' : 'unsupported_scheme'
}

type Refusal = 'authentication_required' | 'unsupported_scheme' | 'invalid_key' | 'expired_key' | 'user_inactive'

function refused(code: Refusal): Problem {
  return new Problem(code, {}, { headers: { 'www-authenticate': 'Bearer' } })
}
