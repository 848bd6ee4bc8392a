import type { Database } from '../../database/connect.ts'
import { Problem } from '../../errors/problem.ts'
import { countRecords } from '../../records/query/count.ts'
import type { Grant } from '../../rights/grant.ts'

/**
 * Throws `analytics_limit_exceeded` if the caller may read more records of the type than the plan allows for analytics.
 * The limit is only on analytics: there can be any number of records.
 */
export async function requireAnalysable(db: Database, grant: Grant, countTime: number): Promise<void> {
  const { analyticsLimit: limit } = grant.catalogue.lookups.plan
  if (limit === null) return
  const { total } = await countRecords(db, grant, { where: null, countTime }, 'exact')
  if (total === null) throw tooSlow(countTime)
  if (total > limit)
    throw new Problem('analytics_limit_exceeded', { limit, count: total }, { extra: { limit, count: total } })
}

/** Returns the problem of a query that took longer than this time in milliseconds. */
export function tooSlow(time: number): Problem {
  return new Problem('query_too_slow', { seconds: time / 1000 }, { extra: { seconds: time / 1000 } })
}
