import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Lookups } from '../../filters/index-lookups.ts'
import { isBehind, orderSql, type PageQuery, type PageRow, pageSql, readPage, rowsInOrder } from './keyset-page.ts'
import { sortColumn, sortSql } from './sort.ts'

/** The share of matches is estimated from this many records at the beginning of the list. */
const sample = 100
/** So many are looked through at most before the indexes are asked, and so many hits of these are put in order. */
const mostAtOnce = 10_000
/** Where there are more hits, so many records are looked through before all the hits are put in order. */
const reach = 30_000

/**
 * Reads a page of records when the number of matches is unknown. Frequent matches are soon found in the order of the list.
 * Rare ones come from the indexes, all of them, and are sorted. The first records of the list tell which it is. Each
 * statement returns the whole page or none of it, so that statements need not see the same snapshot.
 */
export async function readLookedUpPage(
  db: Database,
  rows: RawBuilder<unknown>,
  query: PageQuery & { lookups: Lookups | null },
  view: RawBuilder<string>,
): Promise<PageRow[]> {
  const { lookups } = query
  if (!lookups) return await readPage(db, [rows], query, view)
  const list: LookedUp = { rows, query, lookups, view }
  const near = await walkIfFrequent(db, list)
  if (near) return near
  const few = await sorted(db, list, mostAtOnce)
  if (few) return few
  const far = await walk(db, list, reach)
  return far.isWhole ? far.page : (await sorted(db, list, null))!
}

/** Looks through more and more records while the matches so far promise a whole page within `mostAtOnce`; else null. */
async function walkIfFrequent(db: Database, list: LookedUp): Promise<PageRow[] | null> {
  let matches = await countNear(db, list)
  // Twice as far as the page is likely to reach.
  for (let count = sample; 2 * list.query.limit * count <= mostAtOnce * matches; ) {
    count *= 10
    const { page, isWhole } = await walk(db, list, count)
    if (isWhole) return page
    matches = page.length
  }
  return null
}

/** Counts the matches among the first records of the list: a statement that Postgres plans quickly. */
async function countNear(db: Database, { rows, query, lookups }: LookedUp): Promise<number> {
  const first = rowsInOrder([rows], { ...query, where: lookups.usual, limit: sample })
  const { rows: found } = await sql<{ matches: number }>`select count(*)::integer as matches
    from (select record.* from (${first}) as record limit ${sql.lit(sample)}) as record
    where ${lookups.ofEach}`.execute(db)
  return found[0]!.matches
}

interface LookedUp {
  rows: RawBuilder<unknown>
  query: PageQuery
  lookups: Lookups
  view: RawBuilder<string>
}

/** Looks through so many records in the order of the list: the page is whole if it is full, or if there are no more. */
async function walk(db: Database, { rows, query, lookups, view }: LookedUp, count: number) {
  const { back, limit } = query
  // Empty values come when the others are used up: both together are so many.
  const inOrder = rowsInOrder([rows], { ...query, where: lookups.usual, limit: count })
  const reached = sql`select record.* from (${inOrder}) as record limit ${sql.lit(count)}`
  const order = orderSql(query)
  // The order is said again, since a join may lose it.
  const { rows: found } = await sql<PageRow & { isWhole: boolean }>`
    with met as materialized (
      select record.* from (${reached}) as record where ${lookups.ofEach} order by ${order} limit ${limit}),
    page as (${pageSql(query, view)}, row_number() over (order by ${order}) as place from met as record)
    select page.body, page.position, page.links, walk."isWhole" from (
      select case when (select count(*) from met) = ${sql.lit(limit)} then true
        else (select count(*) from (${reached}) as one) < ${sql.lit(count)} end as "isWhole") as walk
    left join page on true order by place`.execute(db)
  const page = found.filter(({ body }) => body !== null)
  return { page: back ? page.reverse() : page, isWhole: found[0]!.isWhole }
}

/** Takes all hits from the indexes and puts them in order; null if there are more than `most`. */
async function sorted(
  db: Database,
  { rows, query, lookups: { ways }, view }: LookedUp,
  most: number | null,
): Promise<PageRow[] | null> {
  const { sort, back = false, limit } = query
  const keys = sort.map((key, index) => ({ ...key, name: sql.id(`key_${index}`) }))
  const columns = sql.join([sql`record.id`, ...keys.map((key) => sql`${sortColumn(key)} as ${key.name}`)])
  const behind = isBehind(query)
  const hits = ways.map((way) => sql`(select ${columns} ${rows} and ${way}${behind ? sql` and ${behind}` : sql``})`)
  const order = keys.map(({ name, ...key }) => sortSql({ ...key, target: { ...key.target, column: name } }, back))
  const areMany = most === null ? sql<boolean>`false` : sql<boolean>`(select count(*) from found) > ${sql.lit(most)}`
  const best = sql`select id from (select distinct * from found) as one order by ${sql.join(order)} limit ${limit}`
  const isBest: RawBuilder<SqlBool> = sql`record.id = any(array(${best}))`
  // A materialized query has no limit in its plan, and is only read as far as it is asked for.
  const { rows: page } = await sql<PageRow & { areMany: boolean }>`
    with looked as materialized (${sql.join(hits, sql` union all `)}),
    found as materialized (select * from looked${most === null ? sql`` : sql` limit ${sql.lit(most + 1)}`})
    ${pageSql(query, view)}, ${areMany} as "areMany"
    from (select record.* ${rows} and ${isBest} order by ${orderSql(query)}) as record`.execute(db)
  if (page[0]?.areMany) return null
  return back ? page.reverse() : page
}
