import type { FastifyRequest } from 'fastify'
import { type RawBuilder, sql } from 'kysely'

/** What a response depends on, apart from its records: the versions of the model and of the rights, and the scopes of the key. */
export interface AnswerBasis {
  versions: string
  scopes: string
}

/** Returns what the response to a request depends on. */
export function basisOf({ access }: FastifyRequest): AnswerBasis {
  const { catalogue, rightsVersion, caller } = access
  return {
    versions: `${catalogue.modelVersion}.${rightsVersion}`,
    scopes: caller.scopes ? JSON.stringify(caller.scopes) : '',
  }
}

/** Returns the text that is stored for a response and must be the same when it is returned again. */
export function textOf({ versions, scopes }: AnswerBasis): string {
  return versions + scopes
}

/**
 * Returns the text to store at the end of a write. If the write itself changed the rights or the catalogue, it has the
 * versions after the change, so that the caller can get the response again. A change by others has to count, so the text
 * otherwise has the versions of the request. The transaction that wrote the row of versions is in its `xmin`.
 */
export function storedText({ versions, scopes }: AnswerBasis): RawBuilder<string> {
  return sql`(select case when xmin = pg_current_xact_id()::xid then model || '.' || rights else ${versions} end || ${scopes}
    from local.revision)`
}
