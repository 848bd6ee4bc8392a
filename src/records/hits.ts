import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { inTimeBox } from '../database/time-box.ts'
import type { SearchWord } from '../fields/kind.ts'
import { conjunction, type Grant } from '../rights/grant.ts'
import { has, isNowhere, lookups, rankOf, type Sought, searchedFields, seek } from '../search/match.ts'
import { spelled } from '../search/words.ts'
import { recordsFor } from './source.ts'

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
  /** Whether there are no others. */
  areAll: boolean
}

/** So many of the newest records are looked through in any case. */
const newest = 500
/** If so many of them are found, the search may be for what is everywhere, and goes on among the newest: */
const many = 25
/** among so many records, */
const reach = 20_000
/** and if so many of them are found, an index is not asked: it would give most of the table. */
const mostOfMany = 500
/** Most records that are taken from an index. */
const mostFound = 2000

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
 * Finds and ranks records. What few records have is found by the indexes, all of it; what is everywhere is found among
 * the newest ones only, and what many have among them and the first that an index gives: so the work is bounded.
 */
export async function findHits(db: Database, grant: Grant, search: Search): Promise<Hits> {
  if (search.sought.some(isNowhere)) return { ids: [], ranks: [], areAll: true }
  const count = (of: string) => sql`(select count(*) from ${sql.table(of)})`
  const mayBeEverywhere = sql`${count('recent')} >= ${sql.lit(many)}`
  const isEverywhere = sql`${count('walked')} >= ${sql.lit(mostOfMany)}`
  const { rows } = await sql<Hits>`
    with recent as materialized (${ranked(search, newestRecords(grant, newest))}),
    walked as materialized (
      select * from (${ranked(search, sql`${newestRecords(grant, reach)} and ${mayBeEverywhere}`)}) as one
      limit ${sql.lit(mostOfMany)}),
    looked as materialized (${byIndex(grant, search, sql`not ${isEverywhere}`)}),
    found as materialized (select * from looked limit ${sql.lit(mostFound + 1)})
    ${inOrder(
      sql`select * from recent union all select * from found union all select * from walked`,
      sql`not ${isEverywhere} and ${count('found')} <= ${sql.lit(mostFound)}`,
    )}`.execute(db)
  return rows[0]!
}

/** `from … where true` over the newest records; what is added looks at no others. */
function newestRecords(grant: Grant, count: number): RawBuilder<unknown> {
  return sql`from (select record.* ${recordsFor(grant, 'read')} order by record.id desc limit ${sql.lit(count)}) as record where true`
}

function byIndex(grant: Grant, search: Search, gate: RawBuilder<unknown>): RawBuilder<unknown> {
  const ways = lookups(search.sought).map((way) =>
    ranked(search, sql`${recordsFor(grant, 'read')} and ${way} and ${gate}`),
  )
  return sql.join(
    ways.map((way) => sql`(${way})`),
    sql` union all `,
  )
}

/** One row of hits: the best first, of equal ones the newest. */
function inOrder(rows: RawBuilder<unknown>, areAll: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select coalesce(array_agg(id order by rank, id desc), '{}') as ids,
    coalesce(array_agg(rank order by rank, id desc), '{}') as ranks, ${areAll} as "areAll"
    from (select id, min(rank) as rank from (${rows}) as every group by id) as hits`
}

/** Records with the sum of the ranks of the words, without those that lack one. */
function ranked({ sought, where }: Search, from: RawBuilder<unknown>): RawBuilder<unknown> {
  const sum = sql.join(sought.map(rankOf), sql` + `)
  // Without the offset, which is a fence, each rank would be worked out once more for the condition on it.
  return sql`select id, rank from (
    select record.id, ${sum} as rank ${from}${where ? sql` and ${where}` : sql``} offset 0) as one where rank is not null`
}

/** Milliseconds that typing errors may be thought about. */
const forgivingTime = 400
/**
 * Shares of a word's trigrams that a misspelt one has in common with it. Two letters that are swapped leave little of a
 * short word; what is more alike is found much faster, so that comes first.
 */
const likenesses = [0.5, 0.33]
/** So many alike ones are looked at more closely. */
const mostAlike = 5000

/** Finds records whose words may have typing errors, by the likeness of their trigrams. None if it takes too long. */
export async function findSimilar(db: Database, grant: Grant, search: Search): Promise<Hits> {
  const none = { ids: [], ranks: [], areAll: true }
  if (search.sought.some(isNowhere)) return none
  const found = await inTimeBox(db, forgivingTime, async (trx) => {
    for (const likeness of likenesses) {
      await sql`select set_config('pg_trgm.word_similarity_threshold', ${String(likeness)}, true)`.execute(trx)
      const { rows } = await similar(grant, search).execute(trx)
      if (rows[0]?.ids.length) return rows[0]
    }
    return none
  })
  return found ?? none
}

function similar(grant: Grant, search: Search): RawBuilder<Hits> {
  const where = search.where ? sql` and ${search.where}` : sql``
  const ways = lookups(search.sought).map(
    (way) => sql`(select record.* ${recordsFor(grant, 'read')} and ${way}${where})`,
  )
  return sql`
    with alike as materialized (${sql.join(ways, sql` union all `)}),
    looked as materialized (${ranked(search, sql`from (select * from alike limit ${sql.lit(mostAlike)}) as record where true`)})
    ${inOrder(sql`select * from looked limit ${sql.lit(mostOfMany)}`, sql`true`)}`
}

/** The condition that a record is found; what many have is asked of each record, and best in one go. */
export function isFound({ sought, where }: Search, { ids, areAll }: Hits): RawBuilder<SqlBool> {
  if (areAll) return sql`record.id = any(${ids}::bigint[])`
  return conjunction([where, ...sought.map(has)])!
}

/** The same for the records of a page in some order, of which few are asked. */
export function isFoundInOrder(search: Search, hits: Hits): RawBuilder<SqlBool> {
  if (hits.areAll) return isFound(search, hits)
  return conjunction([search.where, ...search.sought.map((one) => sql<SqlBool>`${rankOf(one)} is not null`)])!
}
