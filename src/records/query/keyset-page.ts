import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Keep } from '../../database/statement.ts'
import type { ListSteps } from '../../fields/scalar.ts'
import { always, arrayOf, readRows, rowOf, type Selection } from '../../fields/selection.ts'
import type { RecordQuery } from './record-query.ts'
import { isNullable, keptColumn, type SortKey, sortColumn, sortSql, sortValue } from './sort.ts'

/** The values of a record's sort keys. */
export type Position = readonly (string | number | null)[]

/** Where a page begins, and its size. */
export interface PageRange {
  /** The page begins after this position, or ends before it when read backwards. */
  position?: Position | undefined
  back?: boolean | undefined
  /** Whether the page includes a record at the position itself. */
  includes?: boolean | undefined
  limit: number
}

/** The sort order and the range of a page. */
export interface PageQuery extends PageRange {
  sort: readonly SortKey[]
  /** The links to read with each record. */
  links?: Selection<string | null> | undefined
  /** Set if connections keep the plan of the page. */
  keep?: Keep | undefined
}

/** A record of a page, usually as JSON, and its position. */
export interface PageRow<Body = string> {
  body: Body
  position: string
  links: string | null
}

/**
 * Reads a page of rows by keyset, in one statement whose cost does not grow with the number of earlier pages. `rows` has
 * a query per table; each table contributes up to a full page. Empty values come last in both directions. If the first
 * key may be empty, the page is read in two ranges, filled and empty. An index on (key, id) returns each range in order
 * in both directions, and the second is read only when the first runs out.
 */
export async function readPage<Body>(
  db: Database,
  rows: readonly RecordQuery[],
  query: PageQuery,
  view: Selection<Body>,
): Promise<PageRow<Body>[]> {
  const order = rows.length > 1 ? sql` order by ${orderSql(query)}` : sql``
  const page = await readRows(
    db,
    pageRow(query, view),
    (columns) =>
      sql`select ${columns} from (${rowsInOrder(rows, query)}) as record${order} limit ${sql.lit(query.limit)}`,
    query.keep,
  )
  return query.back ? page.reverse() : page
}

/** Returns SQL that selects the records of a page, up to its limit, in the sort order. */
export function rowsInOrder(rows: readonly RecordQuery[], query: PageQuery): RawBuilder<unknown> {
  const ranges = rows.flatMap((one) => rangesOf(query).flatMap((range) => rangeSql(one, query, range)))
  if (ranges.length === 1) return ranges[0]!
  return sql.join(
    ranges.map((range) => sql`(${range})`),
    sql` union all `,
  )
}

/** Selects the body, position and links of a record (`record`). */
export function pageRow<Body>(
  { sort, links = always(null) }: PageQuery,
  view: Selection<Body>,
): Selection<PageRow<Body>> {
  return rowOf<PageRow<Body>>({ body: view, position: arrayOf(sort.map(keptColumn)), links })
}

/** Returns the list of expressions for `order by`. */
export function orderSql({ sort, back = false }: PageQuery): RawBuilder<unknown> {
  return sql.join(sort.map((key) => sortSql(key, back)))
}

/** Returns the condition that a record comes after the start of the page, or null for a first page. */
export function afterStart({ sort, position, back = false, includes = false }: PageQuery): RawBuilder<SqlBool> | null {
  if (!position) return null
  const values = sort.map((key, index) => sortValue(key, position[index]))
  return step(sort, values, position, { back, includes })
}

type Range = 'all' | 'filled' | 'empty'

function rangesOf({ sort, position, back = false }: PageQuery): Range[] {
  const first = sort[0]!
  if (!isNullable(first)) return ['all']
  const inEmpty = position?.[0] === null
  if (!position) return back ? ['empty', 'filled'] : ['filled', 'empty']
  if (back) return inEmpty ? ['empty', 'filled'] : ['filled']
  return inEmpty ? ['empty'] : ['filled', 'empty']
}

function rangeSql(rows: RecordQuery, query: PageQuery, range: Range): RawBuilder<unknown>[] {
  const { sort, position, back = false, includes = false, limit } = query
  // Must not have a collation: otherwise Postgres does not use the index of a user field, which has filled values only.
  const { column } = sort[0]!.target
  const keys = range === 'empty' ? sort.slice(1) : sort
  const isInRange = {
    all: null,
    filled: sql<SqlBool>`${column} is not null`,
    empty: sql<SqlBool>`${column} is null`,
  }[range]
  // The position limits only its own range. The other range is read whole.
  const begins = position && (range === 'all' || (position[0] === null) === (range === 'empty'))
  const { order: { steps } = {} } = sort[0]!
  if (steps && range !== 'empty')
    return stepsSql(rows.and(isInRange), { ...query, position: begins ? position : undefined }, steps)
  const start = range === 'empty' ? position?.slice(1) : position
  const isBeyond = begins && start ? beyond(keys, start, { back, includes }, range === 'filled') : null
  const order = keys.map((key, index) =>
    index === 0 && range === 'filled' ? filledOrder(key, back) : sortSql(key, back),
  )
  return [
    rows
      .and(isInRange)
      .and(isBeyond)
      .select(sql`record.*`, { orderBy: sql.join(order), limit }),
  ]
}

/**
 * Selects the records of one value after the other. An index finds the records of each, and Postgres stops with the value
 * that fills the page. The value of the position is read from there, and the values after it are read whole.
 */
function stepsSql(rows: RecordQuery, query: PageQuery, { rows: values, matches }: ListSteps): RawBuilder<unknown>[] {
  const { sort, position, back = false, includes = false, limit } = query
  const [first, ...rest] = [{ ...sort[0]!, selected: sql.ref('step.key') }, ...sort.slice(1)] as const
  const restOrder = sql.join(rest.map((key) => sortSql(key, back)))
  const from = (records: RecordQuery, isRead: RawBuilder<SqlBool>) => {
    const each = records.and(matches).select(sql`record.*`, { orderBy: restOrder, limit })
    // In a query of their own, the values are known to be in order.
    return sql`select record.* from (select * from (${values}) as step where ${isRead} order by ${filledOrder(first, back)}) as step
      cross join lateral (${each}) as record order by ${filledOrder(first, back)}, ${restOrder} limit ${sql.lit(limit)}`
  }
  if (!position) return [from(rows, sql`true`)]
  const start = sortValue(first, position[0])
  const than = first.descending === back ? sql`>` : sql`<`
  return [
    from(rows.and(beyond(rest, position.slice(1), { back, includes })), sql`step.key = ${start}`),
    from(rows, sql`step.key ${than} ${start}`),
  ]
}

/** Leaves out `nulls first` and `nulls last`, so that the index fits in both directions. */
function filledOrder(key: SortKey, back: boolean): RawBuilder<unknown> {
  return sql`${sortColumn(key)} ${key.descending === back ? sql`asc` : sql`desc`}`
}

/** The side of a position to read, and whether to include the position itself. */
interface Side {
  back: boolean
  includes: boolean
}

/**
 * Returns the condition for the records after a position, or before it when read backwards. `isFilled` says that the first
 * key has a value in all records.
 */
function beyond(keys: readonly SortKey[], position: Position, side: Side, isFilled = false): RawBuilder<SqlBool> {
  const values = keys.map((key, index) => sortValue(key, position[index]))
  const [first, second] = keys
  // A row with an empty value is neither greater nor less.
  const isComparable = first && position[0] !== null && (isFilled || !isNullable(first))
  if (isComparable && keys.length === 2 && first.descending === second?.descending) {
    const row = sql`(${sql.join(keys.map(sortColumn))})`
    const than = first.descending === side.back ? sql`>` : sql`<`
    return sql`${row} ${than}${side.includes ? sql`=` : sql``} (${sql.join(values)})`
  }
  return step(keys, values, position, side)
}

function step(
  keys: readonly SortKey[],
  values: readonly RawBuilder<unknown>[],
  position: Position,
  side: Side,
): RawBuilder<SqlBool> {
  const [key, ...rest] = keys
  if (!key) return side.includes ? sql`true` : sql`false`
  const { back } = side
  const { column } = key.target
  const sorted = sortColumn(key)
  const ties = step(rest, values.slice(1), position.slice(1), side)
  if (position[0] === null) {
    // Only empty values come after an empty value, and all filled values come before it.
    return back ? sql`(${column} is not null or (${column} is null and ${ties}))` : sql`(${column} is null and ${ties})`
  }
  const past = sql`${sorted} ${key.descending === back ? sql`>` : sql`<`} ${values[0]}`
  const emptyToo = !back && isNullable(key) ? sql` or ${column} is null` : sql``
  return sql`(${past}${emptyToo} or (${sorted} = ${values[0]} and ${ties}))`
}
