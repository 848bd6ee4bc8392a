import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { readRows, type Selection } from '../../fields/selection.ts'
import type { Grant } from '../../rights/grant.ts'
import type { Way } from '../../rights/rule.ts'
import { orderSql, type PageQuery, type PageRow, pageRow, rowsInOrder } from './keyset-page.ts'
import { chosenRecordsFor, recordsOnWay, rowsOf } from './record-query.ts'
import type { SortKey } from './sort.ts'

/** A caller who may read one record of 60 finds a page of 50 among so many records. */
const near = 3000

/** Returns the field by which ways sort records, if the list is sorted by one of them. */
function wayOrder([first]: readonly SortKey[]): 'id' | 'createdAt' | undefined {
  const path = first?.target.path
  return path === 'id' || path === 'createdAt' ? path : undefined
}

/** Returns whether the ways of a grant lead to a page of all records that the caller may read, in this order. */
export function isOnWays({ ways }: Grant, sort: readonly SortKey[]): boolean {
  return ways !== null && wayOrder(sort) !== undefined
}

/**
 * Reads a page of all records that the caller may read. Who may read many records finds a page among the next records
 * of the list; otherwise each way gives a page, and the best of them are the page. Both are one statement, whose plan is
 * good for every caller with the same levels.
 */
export async function readPageOnWays<Body>(
  db: Database,
  grant: Grant,
  query: PageQuery,
  view: Selection<Body>,
): Promise<PageRow<Body>[]> {
  const ways = grant.ways ?? []
  const found = chosenRecordsFor(grant, 'read', (all) => rowsInOrder([all], { ...query, limit: near }))
  const isFound: RawBuilder<SqlBool> = sql`(select count(*) from found) = ${sql.lit(query.limit)}`
  const looksNear = ways.some(({ keys }) => keys)
  const perWay = ways.map((way) => sql`(${wayInOrder(grant, way, query, looksNear ? sql`not ${isFound}` : null)})`)
  const all = looksNear ? [sql`(select record.* from found as record where ${isFound})`, ...perWay] : perWay
  const first = sql`with found as materialized (${found.select(sql`record.*`, { limit: query.limit })})`
  const page = await readRows(
    db,
    pageRow(query, view),
    (columns) => sql`${looksNear ? first : sql``} select ${columns} from (${sql.join(all, sql` union all `)}) as record
      order by ${orderSql(query)} limit ${sql.lit(query.limit)}`,
    query.keep,
  )
  return query.back ? page.reverse() : page
}

/** Selects up to a page of the records on a way. Without an order, the fence makes Postgres use the index of the way. */
function wayInOrder(grant: Grant, way: Way, query: PageQuery, gate: RawBuilder<SqlBool> | null): RawBuilder<unknown> {
  const order = wayOrder(query.sort)
  const rows = recordsOnWay(grant, way).and(gate)
  const isSorted = order !== undefined && way.sorts.includes(order)
  const inOrder = rowsInOrder([isSorted ? rows : rowsOf(rows.select(sql`record.*`, { isFence: true }))], query)
  if (!way.keys) return inOrder
  return sql`select record.* from (${way.keys}) as keys cross join lateral (${inOrder}) as record`
}
