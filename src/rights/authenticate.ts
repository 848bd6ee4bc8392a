import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Database } from '../database/connect.ts'
import { sqlState } from '../database/transaction.ts'
import type { App } from '../http/foundation.ts'
import { languageOf } from '../http/language.ts'
import { identify } from '../users/caller.ts'
import type { Access, AccessMaker } from './access.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls and what they may do; there for every route behind authentication. */
    access: Access
  }
}

/** Lets a request in whose key is known. */
export type Enter = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/** Makes the one entrance, which reads what the caller may do anew for each request. */
export function entrance(app: App, { db, access }: { db: Database; access: AccessMaker }): Enter {
  app.decorateRequest('access')
  return async (request) => {
    await admit(request, db, access)
    const { userId, keyId } = request.access.caller
    request.work.caller = { userId, keyId }
  }
}

/** Asks every route of this scope for a key. */
export function authenticate(app: App, enter: Enter): void {
  app.addHook('onRequest', enter)
}

/** Identifies the caller; called once more when the catalogue turned out to be older than the database. */
export async function admit(request: FastifyRequest, db: Database, access: AccessMaker): Promise<void> {
  const identified = await identify(db, request.headers.authorization)
  request.access = await access.make(identified, languageOf(request.headers['accept-language']))
  request.language = request.access.language
}

const undefinedColumn = '42703'

/**
 * Does the work of a request that names columns. A field that was dropped between the reading of the catalogue and the
 * statement is no fault of the caller: the catalogue is read anew and the work done once more.
 */
export async function onFreshCatalogue<T>(
  request: FastifyRequest,
  { db, access }: { db: Database; access: AccessMaker },
  work: (access: Access) => Promise<T>,
): Promise<T> {
  try {
    return await work(request.access)
  } catch (error) {
    if (sqlState(error).code !== undefinedColumn) throw error
    await admit(request, db, access)
    return await work(request.access)
  }
}
