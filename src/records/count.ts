import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { sqlState } from '../database/transaction.ts'
import type { Grant } from '../rights/grant.ts'
import { recordsFor } from './source.ts'

/** How a list may be counted. */
export const countKinds = ['none', 'estimated', 'exact'] as const
export type CountKind = (typeof countKinds)[number]

/** How many records a list has; null when counting took too long. */
export interface Count {
  total: number | null
  totalKind: 'exact' | 'atLeast' | 'estimated'
}

const timeBox = '2s'
/** Up to here a restricted caller is told an exact number; an estimate would tell of what is hidden. */
const mostCounted = 10_000

/** Counts the records of a list, within a time box. */
export async function countRecords(
  db: Database,
  grant: Grant,
  where: RawBuilder<SqlBool> | null,
  kind: CountKind,
): Promise<Count> {
  return await countRows(db, { rows: [recordsFor(grant, 'read')], isPartial: grant.rows.read !== null }, where, kind)
}

/** Rows (each `from … where …`), and whether they are those that the caller may see of others. */
export interface Counted {
  rows: readonly RawBuilder<unknown>[]
  isPartial: boolean
}

/** The same of any rows. */
export async function countRows(
  db: Database,
  { rows, isPartial }: Counted,
  where: RawBuilder<SqlBool> | null,
  kind: CountKind,
): Promise<Count> {
  const all = sql.join(
    rows.map((one) => sql`(select ${one}${where ? sql` and ${where}` : sql``})`),
    sql` union all `,
  )
  if (kind === 'exact') return await countWithin(db, all)
  if (isPartial) {
    const { rows: counted } = await sql<{ n: number }>`
      select count(*) as n from (${all} limit ${mostCounted + 1}) as counted`.execute(db)
    const n = counted[0]?.n ?? 0
    return n > mostCounted ? { total: mostCounted, totalKind: 'atLeast' } : { total: n, totalKind: 'exact' }
  }
  const { rows: plan } = await sql<{
    'QUERY PLAN': { Plan: { 'Plan Rows': number } }[]
  }>`explain (format json) ${all}`.execute(db)
  return { total: plan[0]?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? null, totalKind: 'estimated' }
}

const cancelled = '57014'

async function countWithin(db: Database, rows: RawBuilder<unknown>): Promise<Count> {
  try {
    const total = await db.transaction().execute(async (trx) => {
      await sql`set local statement_timeout = ${sql.lit(timeBox)}`.execute(trx)
      const { rows: counted } = await sql<{ n: number }>`select count(*) as n from (${rows}) as counted`.execute(trx)
      return counted[0]?.n ?? 0
    })
    return { total, totalKind: 'exact' }
  } catch (error) {
    if (sqlState(error).code === cancelled) return { total: null, totalKind: 'exact' }
    throw error
  }
}
