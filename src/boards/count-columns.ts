import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { type Statement, sendTogether, statementOf } from '../database/statement.ts'
import { inTimeBox, rowsInTime } from '../database/time-box.ts'
import { targetsOf } from '../filters/resolve.ts'
import type { ListPlan } from '../records/list/parse-list-request.ts'
import { type Count, cappedCount, mostCounted } from '../records/query/count.ts'
import { type RecordQuery, recordsFor } from '../records/query/record-query.ts'
import { conditionOf } from '../records/search/search-records.ts'
import type { Grant } from '../rights/grant.ts'
import type { BoardPlan } from './plan-board.ts'

/** The sum of the amounts in one currency. Null is the currency of records without one. */
interface Sum {
  amount: string
  currency: string | null
}

/** The number of records of a column, and the sums of their amounts. The sums are null if adding up took too long. */
export interface ColumnTotals {
  count: Count
  sums: Sum[] | null
}

/** The records of a stage with one currency. The amount is null if none of them has one. */
interface Group {
  stage: string
  currency: string | null
  count: number
  amount: string | null
}

/**
 * Counts the records of each column, and adds up their amounts if `sums` is set, in one statement with a time limit. If
 * it exceeds the limit, each column is counted up to a maximum.
 */
export async function countColumns(
  db: Database,
  grant: Grant,
  { columns, all }: BoardPlan,
  { sums, countTime }: { sums: boolean; countTime: number },
): Promise<ColumnTotals[]> {
  const grouped = statementOf(groupedSql(grant, recordsOf(grant, all), sums))
  const groups = sums ? await rowsOfSums(db, countTime, grouped) : await rowsInTime(db, countTime, grouped)
  if (!groups) return await countCapped(db, grant, columns, countTime)
  const byStage = Map.groupBy(groups, ({ stage }) => stage)
  return columns.map(({ stage }) => {
    const own = byStage.get(stage.id) ?? []
    const total = own.reduce((sum, { count }) => sum + count, 0)
    return {
      count: { total, totalKind: 'exact' },
      sums: own.flatMap(({ amount, currency }) => (amount === null ? [] : [{ amount, currency }])),
    }
  })
}

/**
 * Runs a statement that reads most of the table, without index scans. If all records are in one pipeline, Postgres takes
 * the order of the index of stages for that of the table, and then reads the table at random. Few records are found by
 * bitmaps of the same indexes. Counts without sums read the index only.
 */
async function rowsOfSums<Row>(db: Database, countTime: number, statement: Statement<Row>): Promise<Row[] | null> {
  return await inTimeBox(db, countTime, async (trx) => {
    const [, rows] = await sendTogether<[unknown, Row]>(trx, [noIndexScans, statement])
    return rows
  })
}

const noIndexScans = statementOf(sql`set local enable_indexscan = off`)

/** Returns SQL of the number of records, and the sum of their amounts, by stage and currency. */
function groupedSql({ readable }: Grant, records: RecordQuery, sums: boolean): RawBuilder<Group> {
  const columnOf = (path: string) => targetsOf(readable).get(path)!.column
  const stage = sql`${columnOf('stageId')} as stage, count(*) as count`
  if (!sums) return records.select(sql`${stage}, null as currency, null as amount`, { groupBy: sql`1` })
  const [amount, currency] = [columnOf('amount'), columnOf('currency')]
  return records.select(sql`${stage}, ${currency} as currency, sum(${amount})::text as amount`, {
    groupBy: sql`1, 3`,
    orderBy: sql`3 nulls last`,
  })
}

async function countCapped(
  db: Database,
  grant: Grant,
  columns: BoardPlan['columns'],
  countTime: number,
): Promise<ColumnTotals[]> {
  const counts = columns.map(({ list }) => {
    const counted = recordsOf(grant, list).select(sql``, { limit: mostCounted + 1 })
    return sql`(select count(*) from (${counted}) as counted)`
  })
  const statement = statementOf(sql<{ totals: number[] }>`select array[${sql.join(counts)}] as totals`)
  const found = await rowsInTime(db, countTime, statement)
  return columns.map((_, index) => ({ count: cappedCount(found?.[0]?.totals[index] ?? null), sums: null }))
}

function recordsOf(grant: Grant, list: ListPlan): RecordQuery {
  return recordsFor(grant, 'read').and(conditionOf(list, null).ofAll)
}
