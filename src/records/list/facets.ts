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

/** A value of a field in a list, with the number of records that have it and the sums of their amounts. */
export interface FacetValue {
  value: string | number | boolean | null
  count: number
  sums?: { amount: string; currency: string | null }[]
}

/** The values of each field in a list with their counts, the most frequent first. Null if counting took too long. */
export type Facets = Record<string, FacetValue[] | null>

/** A field by whose values to count records, and the amount of these records to add up. */
export type FacetRequest = string | { field: string; sum?: string | undefined }

/** A field by whose values records are counted, and the amount to add up with its currency. */
export interface FacetPlan {
  target: Target
  sum: { amount: Target; currency: Target } | null
}

/** The most fields that can be counted, and the most values of each. */
export const mostFacets = 10
const mostValues = 100

/** Checks the fields to count by. Throws `unknown_field`, `not_facetable`, `no_sum` and `duplicate_value`. */
export function planFacets({ readable }: Grant, requests: readonly FacetRequest[]): FacetPlan[] {
  const targets = targetsOf(readable)
  const faults: Fault[] = []
  const fields = new Set<string>()
  const plans = requests.flatMap((request, index) => {
    const { field, sum } = typeof request === 'string' ? { field: request, sum: undefined } : request
    const at = typeof request === 'string' ? `/facets/${index}` : `/facets/${index}/field`
    const target = countedTarget(targets, field, { pointer: at }, faults)
    if (fields.has(field)) faults.push({ pointer: at, code: 'duplicate_value' })
    fields.add(field)
    const added = sum === undefined ? null : summedTarget(targets, sum, { pointer: `/facets/${index}/sum` }, faults)
    return target && added !== undefined ? [{ target, sum: added }] : []
  })
  if (faults.length) throw invalid(faults)
  return plans
}

type TargetsByPath = ReadonlyMap<string, Target>

function countedTarget(targets: TargetsByPath, name: string, at: Pick<Fault, 'pointer'>, faults: Fault[]) {
  const target = targets.get(name)
  if (target?.scalar.countable) return target
  const countable = [...targets.values()].filter(({ scalar }) => scalar.countable).map(({ path }) => path)
  const isKnown = target ?? pathsWithin(name, targets.keys()).length
  const hint = nearestPath(name, isKnown ? countable : targets.keys())
  faults.push(unknownNameFault(at, isKnown ? 'not_facetable' : 'unknown_field', name, hint))
  return
}

function summedTarget(targets: TargetsByPath, name: string, at: Pick<Fault, 'pointer'>, faults: Fault[]) {
  const amount = targets.get(name)
  const currency = targets.get(amount?.currency ?? '')
  if (amount && currency) return { amount, currency }
  const amounts = [...targets.values()].filter((one) => targets.has(one.currency ?? '')).map(({ path }) => path)
  const isKnown = amount ?? pathsWithin(name, targets.keys()).length
  const hint = nearestPath(name, isKnown ? amounts : targets.keys())
  faults.push(unknownNameFault(at, isKnown ? 'no_sum' : 'unknown_field', name, hint))
  return
}

/** Counts the records of a list by each field within one time limit. Fields not counted in time are null. */
export async function countFacets(
  db: Database,
  grant: Grant,
  { where, countTime }: CountRequest,
  plans: readonly FacetPlan[],
): Promise<Facets> {
  const facets: Facets = Object.fromEntries(plans.map(({ target }) => [target.path, null]))
  const until = performance.now() + countTime
  const records = recordsFor(grant, 'read').and(where)
  await inTimeBox(db, countTime, async (trx) => {
    for (const plan of plans) {
      const remaining = until - performance.now()
      if (remaining <= 0) return
      await setTimeBox(trx, remaining)
      const { rows } = await facetSql(plan, records).execute(trx)
      facets[plan.target.path] = rows[0]!.values
    }
  })
  return facets
}

/** Returns SQL of the most frequent values as JSON. */
function facetSql(plan: FacetPlan, records: RecordQuery): RawBuilder<{ values: FacetValue[] }> {
  const item = plan.sum
    ? sql`json_build_object('value', value, 'count', count, 'sums', sums)`
    : sql`json_build_object('value', value, 'count', count)`
  return sql`
    select coalesce(json_agg(${item} order by count desc, value), '[]') as values
    from (${plan.sum ? countsWithSums(plan, plan.sum, records) : countsOf(plan.target, records)}
      order by count desc, value limit ${mostValues}) as counts`
}

/** Returns SQL of each value with its count. A record counts once per value of a list, as null if the list is empty. */
function countsOf({ shape, column, field }: Target, records: RecordQuery): RawBuilder<unknown> {
  if (shape !== 'array') return records.select(sql`${column} as value, count(*) as count`, { groupBy: sql`1` })
  const values = records.select(sql`${column} as list`)
  return sql`select value, count(*) as count from (${values}) as lists ${itemsOf(field)} group by 1`
}

/** Returns SQL of each value with its count, and with the sums of the amounts by currency as JSON. */
function countsWithSums(
  { target }: FacetPlan,
  { amount, currency }: NonNullable<FacetPlan['sum']>,
  records: RecordQuery,
): RawBuilder<unknown> {
  const { shape, column, field } = target
  const read = records.select(
    sql`${column} as ${shape === 'array' ? sql`list` : sql`value`}, ${amount.column} as amount, ${currency.column} as currency`,
  )
  const items = shape === 'array' ? itemsOf(field) : sql``
  const sum = sql`json_build_object('amount', amount::text, 'currency', currency)`
  return sql`select value, sum(count)::bigint as count,
      coalesce(json_agg(${sum} order by currency) filter (where amount is not null), '[]') as sums
    from (select value, currency, count(*) as count, sum(amount) as amount from (${read}) as rows ${items} group by 1, 2) as parts
    group by 1`
}

/** Returns SQL that joins the items of a list, or null if it is empty. */
function itemsOf({ userFieldId }: Target['field']): RawBuilder<unknown> {
  // Lists in system fields have no duplicate values.
  const items = userFieldId === null ? sql`unnest(list)` : sql`lateral (select distinct unnest(list))`
  return sql`left join ${items} as one (value) on true`
}
