import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { type Keep, rowsOf, statementOf } from '../../database/statement.ts'
import { inTimeBox } from '../../database/time-box.ts'
import { flagColumn, readRows, rowOf, type Selection } from '../../fields/selection.ts'
import type { IndexLookups } from '../../filters/index-lookups.ts'
import { afterStart, orderSql, type PageQuery, type PageRow, pageRow, readPage, rowsInOrder } from './keyset-page.ts'
import type { RecordQuery } from './record-query.ts'
import { sortColumn, sortSql } from './sort.ts'

/** Records at the beginning of the list from which the share of matches is estimated. */
const sample = 100
/** At most this many records are read in the order of the list. */
const mostWalked = 10_000
/** Up to this many matches are sorted before records are read in the order of the list; more for the pages of exports. */
const fewMatches = (limit: number) => Math.max(3000, 10 * limit)
/** Then this many records are read in the order of the list before all matches are sorted. */
const farWalked = (limit: number) => Math.max(mostWalked, 30 * limit)
/** The indexes of linked records may take this many milliseconds before records are read in the order of the list. */
const joinTime = 500

/** The condition of a page, with the index lookups that its parts have if Postgres would not use them by itself. */
export interface PageCondition {
  where: RawBuilder<SqlBool> | null
  lookups: IndexLookups | null
}

/**
 * Reads a page of records when the number of matches is unknown. Frequent matches are found quickly by scanning the
 * list in its sort order. Rare matches are all taken from the indexes and sorted. A sample of the first records decides
 * between the two. Each statement returns the whole page or nothing, so the statements need no common snapshot.
 */
export async function readIndexedPage<Body>(
  db: Database,
  rows: RecordQuery,
  query: PageQuery & PageCondition,
  view: Selection<Body>,
): Promise<PageRow<Body>[]> {
  const { where, lookups, limit } = query
  if (!lookups) return await readPage(db, [rows.and(where)], query, view)
  const list: IndexedList<Body> = { rows, query, lookups, view }
  const near = await walkIfFrequent(db, list)
  if (near.page) return near.page
  // Postgres joins all linked records before it knows that there are too many.
  const few = lookups.isAboutRows
    ? await inTimeBox(db, joinTime, (trx) => sorted(trx, list, fewMatches(limit)))
    : await sorted(db, list, fewMatches(limit))
  if (few) return few
  // Frequent matches that none of the first records has, for instance after an import.
  const far = near.walked < farWalked(limit) ? await walk(db, list, farWalked(limit)) : undefined
  return far?.isWhole ? far.page : (await sorted(db, list, null))!
}

/** Scans more and more records while the matches so far promise a full page within `mostWalked` records. */
async function walkIfFrequent<Body>(
  db: Database,
  list: IndexedList<Body>,
): Promise<{ page: PageRow<Body>[] | null; walked: number }> {
  let matches = await countNear(db, list)
  let walked = sample
  // Twice as far as the page is likely to reach.
  while (2 * list.query.limit * walked <= mostWalked * matches) {
    walked *= 10
    const { page, isWhole } = await walk(db, list, walked)
    if (isWhole) return { page, walked }
    matches = page.length
  }
  return { page: null, walked }
}

/** Counts the matches among the first records of the list. Postgres plans this statement quickly. */
async function countNear(db: Database, { rows, query, lookups }: IndexedList): Promise<number> {
  const first = rowsInOrder([rows.and(lookups.usual)], { ...query, limit: sample })
  const counted = sql<{ matches: number }>`select count(*)::integer as matches
    from (select record.* from (${first}) as record limit ${sql.lit(sample)}) as record
    where ${lookups.ofEach}`
  const [found] = await rowsOf(db, statementOf(counted, { keep: keepAs('sample', query) }))
  return found!.matches
}

/** Returns how to keep another statement for the same page. */
export function keepAs(family: string, { keep }: PageQuery): Keep | undefined {
  return keep && { ...keep, family }
}

/** A list that is read in its order, or by the indexes of its condition. */
interface IndexedList<Body = unknown> extends WalkedList<Body> {
  lookups: IndexLookups
}

/** A list that is looked through in its order. */
export interface WalkedList<Body = unknown> {
  rows: RecordQuery
  query: PageQuery
  /** The condition that is checked record by record, and conditions that decide which records are looked through. */
  lookups: Pick<IndexLookups, 'ofEach' | 'usual'> & { join?: RawBuilder<unknown> | null }
  /** Whether checking the condition keeps the order, so that nothing is looked through after the page is full. */
  keepsOrder?: true
  view: Selection<Body>
}

/** Scans `count` records in the sort order. The page is whole if it is full or the list has no more records. */
export async function walk<Body>(
  db: Database,
  { rows, query, lookups, view, keepsOrder }: WalkedList<Body>,
  count: number,
  keep?: Keep,
) {
  const { back, limit } = query
  // Empty values follow the filled ones, and `count` limits both together.
  const inOrder = rowsInOrder([rows.and(lookups.usual)], { ...query, limit: count })
  const reached = sql`select record.* from (${inOrder}) as record limit ${sql.lit(count)}`
  const order = orderSql(query)
  // A join may lose the order.
  const again = keepsOrder ? sql`` : sql` order by ${order}`
  const isWhole = sql`case when (select count(*) from met) = ${sql.lit(limit)} then true
    else (select count(*) from (${reached}) as one) < ${sql.lit(count)} end`
  const selection = rowOf({
    row: pageRow(query, view),
    isThere: flagColumn(sql`record.id is not null`),
    isWhole: flagColumn(sql`walk.is_whole`),
  })
  const found = await readRows(
    db,
    selection,
    (columns) => sql`
      with met as materialized (
        select record.* from (${reached}) as record ${lookups.join ?? sql``} where ${lookups.ofEach}${again} limit ${sql.lit(limit)})
      select ${columns} from (select ${isWhole} as is_whole) as walk
        left join met as record on true order by ${order}`,
    keep,
  )
  const page = found.flatMap(({ row, isThere }) => (isThere ? [row] : []))
  return { page: back ? page.reverse() : page, isWhole: found[0]!.isWhole }
}

/** Takes all hits from the indexes and sorts them. Returns null if there are more than `most`. */
async function sorted<Body>(
  db: Database,
  { rows, query, lookups: { ways }, view }: IndexedList<Body>,
  most: number | null,
): Promise<PageRow<Body>[] | null> {
  const { sort, back = false, limit } = query
  const names = sort.map((_, index) => sql.id(`key_${index}`))
  const columns = sql.join([sql`record.id`, ...sort.map((key, index) => sql`${sortColumn(key)} as ${names[index]}`)])
  const behind = afterStart(query)
  const hits = ways.map((way) => sql`(${rows.and(way).and(behind).select(columns)})`)
  const order = sort.map((key, index) => sortSql({ ...key, selected: names[index]! }, back))
  const areMany = most === null ? sql<boolean>`false` : sql<boolean>`(select count(*) from found) > ${sql.lit(most)}`
  const best = sql`select id from (select distinct * from found) as one order by ${sql.join(order)} limit ${sql.lit(limit)}`
  const isBest: RawBuilder<SqlBool> = sql`record.id = any(array(${best}))`
  // Postgres plans a materialized query without the limit, but reads only as many of its rows as are needed.
  const read = await readRows(
    db,
    rowOf({ row: pageRow(query, view), areMany: flagColumn(areMany) }),
    (columns) => sql`
      with looked as materialized (${sql.join(hits, sql` union all `)}),
      found as materialized (select * from looked${most === null ? sql`` : sql` limit ${sql.lit(most + 1)}`})
      select ${columns}
      from (${rows.and(isBest).select(sql`record.*`, { orderBy: orderSql(query) })}) as record`,
    most === null ? undefined : keepAs('lookup', query),
  )
  if (read[0]?.areMany) return null
  const page = read.map(({ row }) => row)
  return back ? page.reverse() : page
}
