import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { inTimeBox, setTimeBox } from '../../database/time-box.ts'
import { type Fault, invalid } from '../../errors/problem.ts'
import { unknownNameFault } from '../../errors/unknown-name.ts'
import type { Target } from '../../fields/kind.ts'
import { nearestPath, pathsWithin } from '../../fields/paths.ts'
import { targetsOf } from '../../filters/resolve.ts'
import type { Grant } from '../../rights/grant.ts'
import type { CountRequest } from '../query/count.ts'
import { type RecordQuery, recordsFor } from '../query/record-query.ts'

/** The values of each field in a list with their counts, the most frequent first. Null if counting took too long. */
export type Facets = Record<string, { value: string | number | boolean | null; count: number }[] | null>

/** The most fields that can be counted, and the most values of each. */
export const mostFacets = 10
const mostValues = 100

/** Returns the fields to count by. Throws `unknown_field` and `not_facetable`. */
export function facetTargets({ readable }: Grant, names: readonly string[]): Target[] {
  const targets = targetsOf(readable)
  const countable = [...targets.values()].filter(({ scalar }) => scalar.countable).map(({ path }) => path)
  const faults: Fault[] = []
  const chosen = names.flatMap((name, index) => {
    const target = targets.get(name)
    if (target?.scalar.countable) return [target]
    const at = { pointer: `/facets/${index}` }
    const isKnown = target ?? pathsWithin(name, targets.keys()).length
    const hint = nearestPath(name, isKnown ? countable : targets.keys())
    faults.push(unknownNameFault(at, isKnown ? 'not_facetable' : 'unknown_field', name, hint))
    return []
  })
  if (faults.length) throw invalid(faults)
  return chosen
}

/** Counts the records of a list by each field within one time limit. Fields not counted in time are null. */
export async function countFacets(
  db: Database,
  grant: Grant,
  { where, countTime }: CountRequest,
  targets: readonly Target[],
): Promise<Facets> {
  const facets: Facets = Object.fromEntries(targets.map(({ path }) => [path, null]))
  const until = performance.now() + countTime
  const records = recordsFor(grant, 'read').and(where)
  await inTimeBox(db, countTime, async (trx) => {
    for (const target of targets) {
      const remaining = until - performance.now()
      if (remaining <= 0) return
      await setTimeBox(trx, remaining)
      const { rows } = await sql<{ values: Facets[string] }>`
        select coalesce(json_agg(json_build_object('value', value, 'count', count) order by count desc, value), '[]') as values
        from (${countsOf(target, records)} order by count desc, value limit ${mostValues}) as counts`.execute(trx)
      facets[target.path] = rows[0]!.values
    }
  })
  return facets
}

/** Returns SQL of each value with its count. A record counts once per value of a list, as null if the list is empty. */
function countsOf({ shape, column, field }: Target, records: RecordQuery): RawBuilder<unknown> {
  if (shape !== 'array') return records.select(sql`${column} as value, count(*) as count`, { groupBy: sql`1` })
  const values = records.select(sql`${column} as list`)
  // Lists in system fields have no duplicate values.
  const items = field.userFieldId === null ? sql`unnest(list)` : sql`lateral (select distinct unnest(list))`
  return sql`select value, count(*) as count from (${values}) as lists left join ${items} as one (value) on true group by 1`
}
