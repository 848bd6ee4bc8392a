import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { SearchWord } from '../../fields/kind.ts'
import { conjunction, type Grant } from '../../rights/grant.ts'
import { recordsFor } from '../query/record-query.ts'
import { has, isNowhere, lookups, rankOf, type Sought, searchedFields, seek } from './match-words.ts'
import { spelled } from './search-words.ts'

/** A search among the records of a grant, understood. */
export interface Search {
  sought: readonly Sought[]
  /** The conditions that records have to fulfil besides. */
  where: RawBuilder<SqlBool> | null
}

/** The records that a search has found, the best first and of equal ones the newest. */
export interface Hits {
  ids: readonly number[]
  ranks: readonly number[]
  /** All there are, or the best, beside which there are none for lists and counts either, or some of a great many. */
  extent: 'all' | 'best' | 'some'
  /** Where they are some: what those look like that were met first. */
  sample: Sample | null
}

/** Hits among the newest records or the first of an index, from which follows how many of a kind there are. */
export interface Sample {
  /** The worst rank of a word in each of them. */
  worst: readonly number[]
  /** By how much the ids of all records go further than those that were looked through. */
  factor: number
  /** How far they go. */
  range: number
}

/** Hits of a search that is for nothing. */
export const noHits: Hits = { ids: [], ranks: [], extent: 'all', sample: null }

/** So many of the newest records are looked through in any case. */
const newest = 500
/** At so many places all over the table so many others are. */
const places = 5
const atPlace = 30
/** If so many of them are found, the search may be for what is everywhere, and goes on among the newest: */
const many = 25
/** among so many records, */
const reach = 20_000
/** and if so many of them are found, an index is not asked: it would give most of the table. */
const mostOfMany = 500
/** Most records that are taken from an index. */
export const mostFound = 2000

/** Spells the words, and finds out where the caller may look for them. */
export async function prepareSearch(
  db: Database,
  grant: Grant,
  words: readonly SearchWord[],
  where: Search['where'],
  { forgiving = false } = {},
): Promise<Search> {
  const fields = searchedFields(grant.readable)
  return { where, sought: (await spelled(db, words)).map((word) => seek(word, fields, forgiving)) }
}

/**
 * Finds and ranks records. What few records have is found by the indexes, all of it. Of what many have, or of what is
 * everywhere, only some are found, and a sample of the newest: so the work is bounded.
 */
export async function findHits(db: Database, grant: Grant, search: Search): Promise<Hits> {
  if (search.sought.some(isNowhere)) return noHits
  const count = (of: string) => sql`(select count(*) from ${sql.table(of)})`
  const mayBeEverywhere = sql`${count('recent')} >= ${sql.lit(many)}`
  const isEverywhere = sql`${count('walked')} >= ${sql.lit(mostOfMany)}`
  const areAll = sql`not ${isEverywhere} and ${count('found')} <= ${sql.lit(mostFound)}`
  const { rows } = await sql<Hits>`
    with ends as materialized (select min(record.id) as first, max(record.id) as last ${recordsFor(grant, 'read')}),
    recent as materialized (${ranked(search, someRecords(grant))}),
    walked as materialized (
      select * from (${ranked(search, sql`${newestRecords(grant, reach)} and ${mayBeEverywhere}`)}) as one
      limit ${sql.lit(mostOfMany)}),
    looked as materialized (${byIndex(grant, search, { gate: sql`not ${isEverywhere}` })}),
    found as materialized (select * from looked limit ${sql.lit(mostFound + 1)})
    ${inOrder(
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

/** All records that have the words, however many they are: where a list that was ranked as a whole goes on. */
export async function findAllHits(db: Database, grant: Grant, search: Search): Promise<Hits> {
  if (search.sought.some(isNowhere)) return noHits
  const { rows } = await inOrder(byIndex(grant, search, {}), sql`'all' as extent, null as sample`).execute(db)
  return rows[0]!
}

const range = sql`(select last - first + 1 from ends)`

/** How much further the ids of all records go than those of the newest that were looked through. */
function growth(grant: Grant): RawBuilder<number> {
  const lowest = sql`least((select min(id) from walked), (select min(record.id) ${newestRecords(grant, newest)}))`
  return sql`(select ${range}::float8 / (last + 1 - ${lowest}) from ends)`
}

/**
 * How much further they go than those that an index gave first. It gives them about in the order of the table, so that
 * their middle is as far from its beginning as from the last of them; a few that are found otherwise do not move it.
 */
function growthOfFound(): RawBuilder<number> {
  const middle = sql`(select percentile_disc(0.5) within group (order by id) from found)`
  return sql`(select greatest(1, ${range}::float8 / (2 * (${middle} - first) + 1)) from ends)`
}

/** The same over the newest and some others from all over the table: the newest may be of a kind of their own. */
function someRecords(grant: Grant): RawBuilder<unknown> {
  return sql`from (select record.* ${newestRecords(grant, newest)} union all
    select record.* from ends cross join generate_series(1, ${sql.lit(places)}) as place cross join lateral (
      select record.* ${recordsFor(grant, 'read')}
      and record.id >= ends.first + (ends.last - ends.first) * (place - 1) / ${sql.lit(places)}
      order by record.id limit ${sql.lit(atPlace)}) as record) as record where true`
}

/** `from … where true` over the newest records; what is added looks at no others. */
function newestRecords(grant: Grant, count: number): RawBuilder<unknown> {
  return sql`from (select record.* ${recordsFor(grant, 'read')} order by record.id desc limit ${sql.lit(count)}) as record where true`
}

/** Records by the indexes, with their ranks; those where no word has a rank worse than `worst`, among others. */
export function byIndex(
  grant: Grant,
  search: Search,
  { worst, gate = sql`true` }: { worst?: number; gate?: RawBuilder<unknown> },
): RawBuilder<unknown> {
  const ways = lookups(search.sought, worst).map((way) =>
    ranked(search, sql`${recordsFor(grant, 'read')} and ${way} and ${gate}`),
  )
  return sql.join(
    ways.map((way) => sql`(${way})`),
    sql` union all `,
  )
}

/** One row of hits: the best first, of equal ones the newest. */
export function inOrder(rows: RawBuilder<unknown>, besides: RawBuilder<unknown>): RawBuilder<Hits> {
  return sql`select coalesce(array_agg(id order by rank, id desc), '{}') as ids,
    coalesce(array_agg(rank order by rank, id desc), '{}') as ranks, ${besides}
    from (select id, min(rank) as rank from (${rows}) as every group by id) as hits`
}

/** Records with the sum of the ranks of the words, and the worst, without those that lack one. */
export function ranked({ sought, where }: Search, from: RawBuilder<unknown>, order = sql``): RawBuilder<unknown> {
  const names = sought.map((_, index) => sql.id(`rank_${index}`))
  const each = sql.join(sought.map((one, index) => sql`${rankOf(one)} as ${names[index]}`))
  const sum = sql.join(names, sql` + `)
  // Without the offset, which is a fence, each rank would be worked out once more for the condition on it.
  return sql`select id, ${sum} as rank, greatest(${sql.join(names)}) as worst from (
    select record.id, ${each} ${from}${where ? sql` and ${where}` : sql``} ${order} offset 0) as one where ${sum} is not null`
}

/** The condition that a record is found; what many have is asked of each record, and best in one go. */
export function isFound({ sought, where }: Search, { ids, extent }: Hits): RawBuilder<SqlBool> {
  if (extent !== 'some') return sql`record.id = any(${ids}::bigint[])`
  return conjunction([where, ...sought.map(has)])!
}

/** The same for the records of a page in some order, of which few are asked. */
export function isFoundInOrder(search: Search, hits: Hits): RawBuilder<SqlBool> {
  if (hits.extent !== 'some') return isFound(search, hits)
  return conjunction([search.where, ...search.sought.map((one) => sql<SqlBool>`${rankOf(one)} is not null`)])!
}
