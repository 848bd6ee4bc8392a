import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { readRows, type Selection } from '../../fields/selection.ts'
import type { Grant } from '../../rights/grant.ts'
import type { Way } from '../../rights/rule.ts'
import { keepAs, walk } from './index-lookup-page.ts'
import { orderSql, type PageQuery, type PageRow, pageRow, rowsInOrder } from './keyset-page.ts'
import { allRecords, type RecordQuery, recordsOnWay, rowsOf } from './record-query.ts'
import { withoutSteps } from './sort.ts'

/** A caller who may read one record of 60 finds a page of 50 among so many records. */
const near = 3000

/** The owners of grants whose callers did not find a page there. Until rights change, their ways are read at once. */
const fewNear = new WeakSet<object>()

/** A page of the records of a rule that match a condition. */
interface RulePage {
  query: PageQuery
  where: RawBuilder<SqlBool> | null
}

/**
 * Reads a page of the records that the caller may read. Who may read many records finds a page among the next records of
 * the list. Otherwise the ways of the grant lead to a page each, and the best of all are the page.
 */
export async function readPageByRule<Body>(
  db: Database,
  { grant, ways }: { grant: Grant; ways: readonly Way[] },
  page: RulePage,
  view: Selection<Body>,
): Promise<PageRow<Body>[]> {
  const { query, where } = page
  const [first] = ways
  const leadsOn = first && !first.keys && isSorted(first, query)
  if (!leadsOn && !fewNear.has(grant.owner)) {
    const { join, condition } = grant.mayReadFew
    // As a value, the rule is checked for one record after the other, and decides nothing about the plan.
    const lookups = { ofEach: sql<SqlBool>`(${condition}) is true`, join, usual: where }
    const list = { rows: allRecords(grant), query, lookups, view, keepsOrder: true } as const
    const found = await walk(db, list, near, keepAs('near', query))
    if (found.isWhole) return found.page
    if (!where) fewNear.add(grant.owner)
  }
  return await readPageOnWays(db, grant, ways, page, view)
}

/** Reads a page from the best records of each way. */
export async function readPageOnWays<Body>(
  db: Database,
  grant: Grant,
  ways: readonly Way[],
  { query, where }: RulePage,
  view: Selection<Body>,
): Promise<PageRow<Body>[]> {
  const perWay = ways.map((way) => sql`(${along(way, inOrder(way, recordsOnWay(grant, way).and(where), query))})`)
  const page = await readRows(
    db,
    pageRow(query, view),
    (columns) => sql`select ${columns} from (${sql.join(perWay, sql` union all `)}) as record
      order by ${orderSql(query)} limit ${sql.lit(query.limit)}`,
    keepAs('ways', query),
  )
  return query.back ? page.reverse() : page
}

/** Returns the records on the ways of a grant, without those that may not be read. No record is there twice. */
export function recordsOnWays(grant: Grant, ways: readonly Way[]): RecordQuery[] {
  return ways.map((way) =>
    rowsOf(along(way, recordsOnWay(grant, way).select(sql`record.id`, { isFence: true }), sql`record.id`)),
  )
}

/** Selects up to a page of the records on a way. Without an order, the fence makes Postgres use the index of the way. */
function inOrder(way: Way, rows: RecordQuery, query: PageQuery): RawBuilder<unknown> {
  const fenced = isSorted(way, query) ? rows : rowsOf(rows.select(sql`record.*`, { isFence: true }))
  return rowsInOrder([fenced], { ...query, sort: withoutSteps(query.sort) })
}

function isSorted({ sorts }: Way, { sort: [first] }: PageQuery): boolean {
  return sorts === 'any' || sorts.some((path) => path === first?.target.path)
}

/** Selects from rows once for each key of a way. */
function along({ keys }: Way, rows: RawBuilder<unknown>, columns = sql`record.*`): RawBuilder<unknown> {
  return keys ? sql`select ${columns} from (${keys}) as keys cross join lateral (${rows}) as record` : rows
}
