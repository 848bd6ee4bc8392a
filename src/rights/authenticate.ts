import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../database/connect.ts'
import { problems } from '../errors/documents.ts'
import { languageOf } from '../errors/language.ts'
import { Problem } from '../errors/problem.ts'
import type { App } from '../http/foundation.ts'
import { networkOf, type Quota, RateLimit, rateHeaders, tooMany } from '../http/rate-limit.ts'
import { hashOf } from '../people/api-key.ts'
import { identify, keyIn } from '../people/caller.ts'
import { GoodKeys } from '../people/good-keys.ts'
import type { Access, AccessMaker } from './access.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls and what they may do; there for every route behind authentication. */
    access: Access
  }
}

/** Lets a request in whose key is known and not used too often. */
export type Enter = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/** What the entrance stands on. */
export interface Entrance {
  db: Database
  access: AccessMaker
  /** How many requests a key may make in a minute; any number when it is 0 or not given. */
  rateLimit?: number | undefined
}

/** How many unknown keys may come from one address in a minute: enough for mistakes, and for guessing nothing. */
export const mostUnknownKeys = 60

/** Makes the one entrance, which reads what the caller may do anew for each request. */
export function entrance(app: App, { db, access, rateLimit = 0 }: Entrance): Enter {
  const perKey = rateLimit > 0 ? new RateLimit(rateLimit) : undefined
  const unknownKeys = new RateLimit(mostUnknownKeys)
  const goodKeys = new GoodKeys(db)
  app.decorateRequest('access')
  return async (request, reply) => {
    const key = keyIn(request.headers.authorization)
    const hash = key === undefined ? '' : hashOf(key)
    // Asked first, so that who is beyond a limit costs the database nothing.
    const spent = unknownKeys.isIdle ? undefined : await unknownKeys.spent(networkOf(request.ip))
    if (spent && !(await goodKeys.has(hash))) throw tooMany(spent)
    const take = perKey && hash ? await taking(perKey, hash, reply) : undefined
    try {
      await admit(request, db, access)
      goodKeys.note(hash)
    } catch (error) {
      if (error instanceof Problem && error.status === 401) goodKeys.forget(hash)
      if (error instanceof Problem && error.code === 'invalid_key') await unknownKeys.take(networkOf(request.ip))
      throw error
    }
    const { userId, keyId } = request.access.caller
    request.work.caller = { userId, keyId }
    await take?.()
  }
}

/** Refuses a key that is used up, and counts one that turns out to be known: unknown ones would fill the memory. */
async function taking(limit: RateLimit, hash: string, reply: FastifyReply): Promise<() => Promise<void>> {
  const refuse = (quota: Quota) => tooMany(quota, rateHeaders(limit.most, quota))
  const spent = await limit.spent(hash)
  if (spent) throw refuse(spent)
  return async () => {
    const quota = await limit.take(hash)
    if (quota.isExceeded) throw refuse(quota)
    reply.headers(rateHeaders(limit.most, quota))
  }
}

/** Asks every route of this scope for a key. */
export function authenticate(app: App, enter: Enter): void {
  app.addHook('onRoute', ({ schema }) => {
    // Whatever takes a key may be asked for too often.
    if (schema?.response) schema.response = { ...problems(429), ...schema.response }
  })
  app.addHook('onRequest', enter)
}

/** Identifies the caller; called again when the catalogue turned out to be older than the database. */
export async function admit(request: FastifyRequest, db: Database, access: AccessMaker): Promise<void> {
  const identified = await identify(db, request.headers.authorization)
  request.access = await access.make(identified, languageOf(request.headers['accept-language']))
  request.language = request.access.language
}
