import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { Problem } from '../../errors/problem.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordsFor } from '../query/record-query.ts'

/**
 * Throws `search_limit_exceeded` if the caller may read more records of the type than the plan allows for lists with a
 * filter or a search text. Counting stops at the limit.
 */
export async function requireSearchable(db: Database, grant: Grant): Promise<void> {
  const { searchLimit: limit } = grant.catalogue.lookups.plan
  if (limit === null) return
  const beyond = recordsFor(grant, 'read').select(sql`1`, { limit: limit + 1 })
  const { rows } = await sql<{ count: number }>`select count(*)::int as count from (${beyond}) as beyond`.execute(db)
  if ((rows[0]?.count ?? 0) <= limit) return
  throw new Problem('search_limit_exceeded', { limit }, { extra: { limit } })
}
