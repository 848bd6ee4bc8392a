import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { statementOf } from '../../database/statement.ts'
import { rowsInTime } from '../../database/time-box.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordsOnWays } from './pages-by-rule.ts'
import { type RecordQuery, recordsFor } from './record-query.ts'

/** The ways to count a list. */
export const countKinds = ['none', 'estimated', 'exact'] as const
export type CountKind = (typeof countKinds)[number]

/** The number of records of a list. `total` is null when counting took too long. */
export interface Count {
  total: number | null
  totalKind: 'exact' | 'atLeast' | 'estimated'
}

/** The records to count. */
export interface CountRequest {
  where: RawBuilder<SqlBool> | null
  /** The count, if it is already known. */
  known?: Count | null
  /** Time limit for counting, in milliseconds. */
  countTime: number
}

/**
 * The most records counted exactly where a full count is not wanted: for restricted callers, to whom an estimate would
 * reveal hidden records, and for boards whose count took too long.
 */
export const mostCounted = 10_000

/** Counts the records of a list within a time limit. */
export async function countRecords(
  db: Database,
  grant: Grant,
  counting: CountRequest,
  kind: CountKind,
): Promise<Count> {
  const { ways } = grant
  const rows = ways && !counting.where ? recordsOnWays(grant, ways) : [recordsFor(grant, 'read').and(counting.where)]
  return await countRows(db, { rows, isPartial: grant.rows.read !== null }, counting, kind)
}

/** Rows to count. `isPartial` means that some rows are hidden from the caller. */
export interface CountableRows {
  rows: readonly RecordQuery[]
  isPartial: boolean
}

/** Counts rows within a time limit. */
export async function countRows(
  db: Database,
  { rows, isPartial }: CountableRows,
  { known = null, countTime }: Omit<CountRequest, 'where'>,
  kind: CountKind,
): Promise<Count> {
  if (known) return known
  const all = sql.join(
    rows.map((one) => sql`(${one.select()})`),
    sql` union all `,
  )
  if (kind === 'exact')
    return { total: await numberOf(db, sql`from (${all}) as counted`, countTime), totalKind: 'exact' }
  if (!isPartial) return { total: await estimate(db, all), totalKind: 'estimated' }
  const total = await numberOf(db, sql`from (${all} limit ${mostCounted + 1}) as counted`, countTime)
  return cappedCount(total)
}

/** Returns the count of rows of which at most `mostCounted + 1` were counted. Null if counting took too long. */
export function cappedCount(total: number | null): Count {
  return total === null || total <= mostCounted
    ? { total, totalKind: 'exact' }
    : { total: mostCounted, totalKind: 'atLeast' }
}

async function numberOf(db: Database, rows: RawBuilder<unknown>, countTime: number): Promise<number | null> {
  const counted = await rowsInTime(db, countTime, statementOf(sql<{ n: number }>`select count(*) as n ${rows}`))
  return counted && (counted[0]?.n ?? 0)
}

async function estimate(db: Database, all: RawBuilder<unknown>): Promise<number | null> {
  const { rows: plan } = await sql<{
    'QUERY PLAN': { Plan: { 'Plan Rows': number } }[]
  }>`explain (format json) ${all}`.execute(db)
  return plan[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? null
}
