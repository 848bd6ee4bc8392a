import { type RawBuilder, type SqlBool, sql } from 'kysely'
import pMap from 'p-map'
import { type Database, parallelOptions } from '../../database/connect.ts'
import { column, flagColumn, readRows, rowOf, type Selection } from '../../fields/selection.ts'
import { type PageCondition, readIndexedPage } from './index-lookup-page.ts'
import { orderSql, type PageQuery, type PageRow, pageRow, rowsInOrder } from './keyset-page.ts'
import type { RecordQuery } from './record-query.ts'
import { type SortKey, sortColumn, sortSql } from './sort.ts'

/** Up to this many records are read and sorted before each group is read in the order of the list. */
const fewRecords = 20_000

/** A list in groups: the records with one value of a field each. */
export interface GroupedList<Body> {
  rows: RecordQuery
  /** The first page of each group. */
  query: PageQuery
  /** The column with the value. */
  column: RawBuilder<unknown>
  groups: readonly { value: string; condition: PageCondition }[]
  /** The condition of all groups together. */
  where: RawBuilder<SqlBool> | null
  view: Selection<Body>
}

/**
 * Reads the first page of each group. One statement reads them all, so that a record that moves to another group
 * meanwhile is on one page only. If an index has no group in the order of the list, few records are all sorted: for a
 * group with hardly any of them, the order of the list would lead through all others. Only many records whose condition
 * has index lookups are read group by group.
 */
export async function readGroups<Body>(db: Database, list: GroupedList<Body>): Promise<PageRow<Body>[][]> {
  const { rows, query, groups, view } = list
  const lookups = groups.flatMap(({ condition }) => condition.lookups ?? [])
  const isQuick = query.keep || lookups.some(({ isAboutRows }) => isAboutRows)
  const few = isQuick ? null : await sortFew(db, list)
  if (few) return few
  if (!lookups.length) return await walkEach(db, list)
  return await pMap(
    groups,
    ({ condition }) => readIndexedPage(db, rows, { ...query, ...condition }, view),
    parallelOptions,
  )
}

/** Reads each group in the order of the list. */
async function walkEach<Body>(db: Database, list: GroupedList<Body>): Promise<PageRow<Body>[][]> {
  const { rows, query, groups } = list
  const parts = groups.map(({ condition }) => {
    const inOrder = rowsInOrder([rows.and(condition.where)], query)
    return sql`(select record.* from (${inOrder}) as record limit ${sql.lit(query.limit)})`
  })
  const read = await readRows(
    db,
    groupedRow(list),
    (columns) =>
      sql`select ${columns} from (${sql.join(parts, sql` union all `)}) as record order by ${orderSql(query)}`,
    query.keep,
  )
  return inGroups(list, read)
}

/** Sorts the records of all groups. Returns null if there are too many. */
async function sortFew<Body>(db: Database, list: GroupedList<Body>): Promise<PageRow<Body>[][] | null> {
  const { rows, query, where } = list
  const keys = query.sort.map((key, index): SortKey => ({ ...key, selected: sql.id(`key_${index}`) }))
  const named = query.sort.map((key, index) => sql`${sortColumn(key)} as ${keys[index]!.selected}`)
  const found = rows
    .and(where)
    .select(sql`record.id, ${list.column} as group_value, ${sql.join(named)}`, { limit: fewRecords + 1 })
  const areMany = sql<boolean>`(select count(*) from found) > ${sql.lit(fewRecords)}`
  const best = sql`select id from (
      select id, row_number() over (partition by group_value order by ${sql.join(keys.map((key) => sortSql(key, false)))}) as place
      from found where not ${areMany}) as ranked
    where place <= ${sql.lit(query.limit)}`
  const isBest: RawBuilder<SqlBool> = sql`record.id = any(array(${best}))`
  const selection = rowOf({
    row: groupedRow(list),
    isThere: flagColumn(sql`record.id is not null`),
    areMany: flagColumn(sql`few.are_many`),
  })
  const read = await readRows(
    db,
    selection,
    (columns) => sql`with found as materialized (${found})
      select ${columns} from (select ${areMany} as are_many) as few
        left join (${rows.and(isBest).select(sql`record.*`)}) as record on true order by ${orderSql(query)}`,
  )
  if (read[0]?.areMany) return null
  return inGroups(
    list,
    read.flatMap(({ row, isThere }) => (isThere ? [row] : [])),
  )
}

/** A record of a page, with the value of its group. */
interface GroupedRow<Body> {
  value: string
  row: PageRow<Body>
}

function groupedRow<Body>(list: GroupedList<Body>): Selection<GroupedRow<Body>> {
  return rowOf({ value: column(list.column, (text) => text, ''), row: pageRow(list.query, list.view) })
}

function inGroups<Body>({ groups }: GroupedList<Body>, read: readonly GroupedRow<Body>[]): PageRow<Body>[][] {
  const byValue = Map.groupBy(read, ({ value }) => value)
  return groups.map(({ value }) => (byValue.get(value) ?? []).map(({ row }) => row))
}
