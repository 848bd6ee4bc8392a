import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../database/connect.ts'
import { problems } from '../errors/documents.ts'
import { languageOf } from '../errors/language.ts'
import { Problem } from '../errors/problem.ts'
import { StaleAccess } from '../errors/stale-access.ts'
import type { App } from '../http/foundation.ts'
import { networkOf, type Quota, RateLimit, rateHeaders, rateLimitProblem } from '../http/rate-limit.ts'
import { hashOf } from '../people/api-key.ts'
import {
  type IdentityRow,
  identify,
  identityIn,
  identityQuery,
  type KnownCaller,
  keyFromHeader,
} from '../people/caller.ts'
import { RecentKeys } from '../people/good-keys.ts'
import { LastIdentities } from '../people/last-identities.ts'
import type { Ahead } from '../telemetry/work.ts'
import type { Access, AccessMaker } from './access.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The caller and its rights. Set on every route with authentication. */
    access: Access
  }
  interface FastifyContextConfig {
    /**
     * Whether the route starts with the caller as last seen and checks it with its first statement. Only for handlers
     * that begin with a read or a transaction, and that send their answer after it.
     */
    startsEarly?: boolean
  }
}

/** Admits a request if its key is known and within the rate limit. */
export type AuthenticationHook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/** The dependencies of authentication. */
export interface AuthenticationOptions {
  db: Database
  access: AccessMaker
  /** The most requests per key and minute. Unlimited if 0 or absent. */
  rateLimit?: number | undefined
}

/** The most unknown keys per network address and minute: enough for mistakes, too few to guess a key. */
export const mostUnknownKeys = 60

/**
 * Creates the authentication hook. Each request reads the caller's rights again: before its handler, or together with
 * the first statement of its handler.
 */
export function createAuthentication(
  app: App,
  { db, access, rateLimit = 0 }: AuthenticationOptions,
): AuthenticationHook {
  const perKey = rateLimit > 0 ? new RateLimit(rateLimit) : undefined
  const unknownKeys = new RateLimit(mostUnknownKeys)
  const goodKeys = new RecentKeys(db)
  const identities = new LastIdentities()
  app.decorateRequest('access')
  const orForget = async <T>(request: FastifyRequest, hash: string, identify: Promise<T>): Promise<T> => {
    try {
      const identified = await identify
      goodKeys.note(hash)
      return identified
    } catch (error) {
      identities.forget(hash)
      if (error instanceof Problem && error.status === 401) goodKeys.forget(hash)
      if (error instanceof Problem && error.code === 'invalid_key') await unknownKeys.take(networkOf(request.ip))
      throw error
    }
  }
  return async (request, reply) => {
    const key = keyFromHeader(request.headers.authorization)
    const hash = key === undefined ? '' : hashOf(key)
    // Checked first, so that a caller over the limit causes no queries.
    const spent = unknownKeys.isIdle ? undefined : await unknownKeys.spent(networkOf(request.ip))
    if (spent && !(await goodKeys.has(hash))) throw rateLimitProblem(spent)
    const take = perKey && hash ? await taking(perKey, hash, reply) : undefined
    const known = request.routeOptions.config.startsEarly ? identities.get(hash) : undefined
    if (known) {
      await setAccess(request, access, known)
      checkWithFirstStatement(request, db, (send) => orForget(request, hash, expectIdentity(send, hash, known)))
    } else identities.note(hash, await orForget(request, hash, admit(request, db, access)))
    const { userId, keyId } = request.access.caller
    request.work.caller = { userId, keyId }
    await take?.()
  }
}

/** Reads the caller of a key. Throws `StaleAccess` if it is not the expected one. */
async function expectIdentity(send: Parameters<Ahead>[0], hash: string, known: KnownCaller): Promise<void> {
  const [row] = (await send(identityQuery({ hash }))) as IdentityRow[]
  // A key that was not used lately is admitted in the other way, which records its use.
  if (row?.usedLately && row.identity === known.identity) return
  identityIn(row)
  throw new StaleAccess()
}

function checkWithFirstStatement(request: FastifyRequest, db: Database, check: Ahead): void {
  const { work } = request
  work.ahead = check
  request.confirm = async () => {
    await work.takeAhead()?.(async (statement) => (await db.executeQuery(statement)).rows)
  }
}

/** Refuses a key over its limit. Call the returned function for known keys only: unknown keys would fill memory. */
async function taking(limit: RateLimit, hash: string, reply: FastifyReply): Promise<() => Promise<void>> {
  const refuse = (quota: Quota) => rateLimitProblem(quota, rateHeaders(limit.most, quota))
  const spent = await limit.spent(hash)
  if (spent) throw refuse(spent)
  return async () => {
    const quota = await limit.take(hash)
    if (quota.isExceeded) throw refuse(quota)
    reply.headers(rateHeaders(limit.most, quota))
  }
}

/** Requires a key on every route of this scope. */
export function authenticate(app: App, enter: AuthenticationHook): void {
  app.addHook('onRoute', ({ schema }) => {
    // Every route with a key has a rate limit.
    if (schema?.response) schema.response = { ...problems(429), ...schema.response }
  })
  app.addHook('onRequest', enter)
}

/** Identifies the caller and sets `request.access`. It runs again when the catalogue was older than the database. */
export async function admit(request: FastifyRequest, db: Database, access: AccessMaker): Promise<KnownCaller> {
  const identified = await identify(db, request.headers.authorization)
  await setAccess(request, access, identified)
  return identified
}

async function setAccess(request: FastifyRequest, access: AccessMaker, known: KnownCaller): Promise<void> {
  request.access = await access.make(known, languageOf(request.headers['accept-language']))
  request.language = request.access.language
}
