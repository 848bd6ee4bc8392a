import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { SearchWord } from '../../fields/kind.ts'
import type { Condition } from '../../filters/condition.ts'
import { toSql } from '../../filters/sql.ts'
import { conjunction, type Grant } from '../../rights/grant.ts'
import { type RecordQuery, recordsFor, rowsOf } from '../query/record-query.ts'
import {
  containsWord,
  indexConditions,
  isNowhere,
  rankOf,
  searchedFields,
  type WordSearch,
  wordSearchOf,
} from './match-words.ts'
import { spellWords } from './search-words.ts'

/** A parsed search among the records of a grant. */
export interface Search {
  sought: readonly WordSearch[]
  /** The additional condition on the records. */
  where: RawBuilder<SqlBool> | null
}

/** The records found by a search, the best first and the newest first among equal ones. */
export interface Hits {
  ids: readonly number[]
  ranks: readonly number[]
  /**
   * `all`: every hit. `best`: only the best hits; the list ends with them, and the count is `atLeast`. `some`: only
   * some of very many; lists and counts must search again.
   */
  extent: 'all' | 'best' | 'some'
  /** A sample of the hits if `extent` is `some`, else null. */
  sample: Sample | null
}

/** A sample of hits among the newest records or the first records of an index, used to estimate numbers of hits. */
export interface Sample {
  /** The worst rank of a word in each sampled hit. */
  worst: readonly number[]
  /** The ratio of the id range of all records to the id range of the sampled records. */
  factor: number
  /** The id range of all records. */
  range: number
}

/** The hits of a search that cannot match. */
export const noHits: Hits = { ids: [], ranks: [], extent: 'all', sample: null }

/** The number of newest records that every search scans. */
const newest = 500
/** The sample also has `atPlace` records at each of `places` places all over the table. */
const places = 5
const atPlace = 30
/** From this number of hits in the sample, the words may be very frequent, and the scan continues. */
const many = 25
/** The number of newest records of the continued scan. */
const reach = 20_000
/** From this number of hits in the continued scan, the index is not used: it would return most of the table. */
const mostOfMany = 500
/** The most records taken from an index. */
export const mostFound = 2000

/** Spells the words and finds the fields where the caller may search for them. */
export async function prepareSearch(
  db: Database,
  grant: Grant,
  words: readonly SearchWord[],
  where: Condition | null,
  { forgiving = false } = {},
): Promise<Search> {
  const fields = searchedFields(grant.readable)
  return {
    where: where && toSql(where),
    sought: (await spellWords(db, words)).map((word) => wordSearchOf(word, fields, forgiving)),
  }
}

/**
 * Finds and ranks records. For rare words the indexes find all hits. For frequent words it finds only some hits and a
 * sample of the newest, so that the work is bounded.
 */
export async function findHits(db: Database, grant: Grant, search: Search): Promise<Hits> {
  if (search.sought.some(isNowhere)) return noHits
  const count = (of: string) => sql`(select count(*) from ${sql.table(of)})`
  const mayBeEverywhere = sql<SqlBool>`${count('recent')} >= ${sql.lit(many)}`
  const isEverywhere = sql`${count('walked')} >= ${sql.lit(mostOfMany)}`
  const areAll = sql`not ${isEverywhere} and ${count('found')} <= ${sql.lit(mostFound)}`
  const ends = recordsFor(grant, 'read').select(sql`min(record.id) as first, max(record.id) as last`)
  const { rows } = await sql<Hits>`
    with ends as materialized (${ends}),
    recent as materialized (${rankedRecords(search, someRecords(grant))}),
    walked as materialized (
      select * from (${rankedRecords(search, newestRecords(grant, reach).and(mayBeEverywhere))}) as one
      limit ${sql.lit(mostOfMany)}),
    looked as materialized (${byIndex(grant, search, { gate: sql`not ${isEverywhere}` })}),
    found as materialized (select * from looked limit ${sql.lit(mostFound + 1)})
    ${hitsInOrder(
      sql`select * from recent union all select * from found union all select * from walked`,
      sql`case when ${areAll} then 'all' else 'some' end as extent,
        case when ${areAll} then null when ${mayBeEverywhere} then json_build_object(
          'worst', array(select worst from (select * from recent union select * from walked) as met),
          'factor', ${growth(grant)}, 'range', ${range})
        else json_build_object('worst', array(select worst from found), 'factor', ${growthOfFound()},
          'range', ${range}) end as sample`,
    )}`.execute(db)
  return rows[0]!
}

/** Finds all records that match the words, without a limit. It is used for the later pages of a fully ranked list. */
export async function findAllHits(db: Database, grant: Grant, search: Search): Promise<Hits> {
  if (search.sought.some(isNowhere)) return noHits
  const { rows } = await hitsInOrder(byIndex(grant, search, {}), sql`'all' as extent, null as sample`).execute(db)
  return rows[0]!
}

const range = sql`(select last - first + 1 from ends)`

/** Returns the ratio of the id range of all records to the id range of the scanned newest records. */
function growth(grant: Grant): RawBuilder<number> {
  const oldest = newestRecords(grant, newest).select(sql`min(record.id)`)
  const lowest = sql`least((select min(id) from walked), (${oldest}))`
  return sql`(select ${range}::float8 / (last + 1 - ${lowest}) from ends)`
}

/**
 * Returns the ratio of the id range of all records to the id range of the first index hits. An index returns hits about
 * in the order of the table, so twice the distance from the first id to the median is their range. The median ignores a
 * few outliers.
 */
function growthOfFound(): RawBuilder<number> {
  const middle = sql`(select percentile_disc(0.5) within group (order by id) from found)`
  return sql`(select greatest(1, ${range}::float8 / (2 * (${middle} - first) + 1)) from ends)`
}

/** Returns the newest records and some others from all over the table, because the newest may differ from the others. */
function someRecords(grant: Grant): RecordQuery {
  const afterPlace = sql<SqlBool>`record.id >= ends.first + (ends.last - ends.first) * (place - 1) / ${sql.lit(places)}`
  const there = recordsFor(grant, 'read').and(afterPlace)
  return rowsOf(sql`${newestRecords(grant, newest).select(sql`record.*`)} union all
    select record.* from ends cross join generate_series(1, ${sql.lit(places)}) as place cross join lateral (
      ${there.select(sql`record.*`, { orderBy: sql`record.id`, limit: sql.lit(atPlace) })}) as record`)
}

/** Returns the newest records. Added conditions apply to these records only. */
function newestRecords(grant: Grant, count: number): RecordQuery {
  const ending = { orderBy: sql`record.id desc`, limit: sql.lit(count) }
  return rowsOf(recordsFor(grant, 'read').select(sql`record.*`, ending))
}

/** Returns SQL of an indexed superset of the records in which no word ranks worse than `worst`, with their ranks. */
export function byIndex(
  grant: Grant,
  search: Search,
  { worst, gate = null }: { worst?: number; gate?: RawBuilder<SqlBool> | null },
): RawBuilder<unknown> {
  const ways = indexConditions(search.sought, worst).map((way) =>
    rankedRecords(search, recordsFor(grant, 'read').and(way).and(gate)),
  )
  return sql.join(
    ways.map((way) => sql`(${way})`),
    sql` union all `,
  )
}

/** Returns SQL of one row of hits, the best first and the newest first among equal ones. */
export function hitsInOrder(rows: RawBuilder<unknown>, besides: RawBuilder<unknown>): RawBuilder<Hits> {
  return sql`select coalesce(array_agg(id order by rank, id desc), '{}') as ids,
    coalesce(array_agg(rank order by rank, id desc), '{}') as ranks, ${besides}
    from (select id, min(rank) as rank from (${rows}) as every group by id) as hits`
}

/** Returns SQL of the records that match every word, with the sum of the ranks and the worst rank. */
export function rankedRecords(
  { sought, where }: Search,
  records: RecordQuery,
  orderBy?: RawBuilder<unknown>,
): RawBuilder<unknown> {
  const names = sought.map((_, index) => sql.id(`rank_${index}`))
  const ranks = sought.map((one, index) => sql`${rankOf(one)} as ${names[index]}`)
  const sum = sql.join(names, sql` + `)
  // Without the fence, Postgres computes each rank again for the condition.
  const each = records.and(where).select(sql`record.id, ${sql.join(ranks)}`, { orderBy, isFence: true })
  return sql`select id, ${sum} as rank, greatest(${sql.join(names)}) as worst from (${each}) as one
    where ${sum} is not null`
}

/** Returns the condition that a record is a hit. With extent `some`, it checks each record: use it for a full scan. */
export function isFound({ sought, where }: Search, { ids, extent }: Hits): RawBuilder<SqlBool> {
  if (extent !== 'some') return sql`record.id = any(${ids}::bigint[])`
  return conjunction([where, ...sought.map(containsWord)])!
}

/** Returns the condition that a record is a hit, for a page in a sort order, which checks few records. */
export function isFoundInOrder(search: Search, hits: Hits): RawBuilder<SqlBool> {
  if (hits.extent !== 'some') return isFound(search, hits)
  return conjunction([search.where, ...search.sought.map((one) => sql<SqlBool>`${rankOf(one)} is not null`)])!
}
