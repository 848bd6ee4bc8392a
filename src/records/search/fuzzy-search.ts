import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { inTimeBox } from '../../database/time-box.ts'
import type { Transaction } from '../../database/transaction.ts'
import type { Grant } from '../../rights/grant.ts'
import { recordsFor, rowsOf } from '../query/record-query.ts'
import { indexConditions, isNowhere } from './match-words.ts'
import { type Hits, hitsInOrder, noHits, rankedRecords, type Search } from './search-candidates.ts'

/** Time limit for a search with typing errors, in milliseconds. */
const forgivingTime = 400
/**
 * Minimum shares of common trigrams, tried in this order. The higher share is much faster, so it comes first. The lower
 * one finds short words with two swapped letters.
 */
const likenesses = [0.5, 0.33]
/** The most similar records to compare letter by letter. */
const mostAlike = 2500

/** Finds records despite typing errors, by similar trigrams. Returns no hits if it takes too long. */
export async function findSimilar(db: Database, grant: Grant, search: Search): Promise<Hits> {
  if (search.sought.some(isNowhere)) return noHits
  const found = await inTimeBox(db, forgivingTime, async (trx) => {
    for (const likeness of likenesses) {
      const hits = await similar(trx, grant, search, likeness)
      // With too many similar records, a second search finds the most similar ones.
      const best = hits.extent === 'all' ? hits : merged(await similar(trx, grant, search, (1 + likeness) / 2), hits)
      if (best.ids.length) return best
    }
    return noHits
  })
  return found ?? noHits
}

async function similar(trx: Transaction, grant: Grant, search: Search, likeness: number): Promise<Hits> {
  await sql`select set_config('pg_trgm.word_similarity_threshold', ${String(likeness)}, true)`.execute(trx)
  const records = recordsFor(grant, 'read')
  const ways = indexConditions(search.sought).map(
    (way) => sql`(${records.and(way).and(search.where).select(sql`record.*`)})`,
  )
  const { rows } = await sql<Hits>`
    with alike as materialized (
      select * from (${sql.join(ways, sql` union all `)}) as every limit ${sql.lit(mostAlike)}),
    looked as materialized (${rankedRecords(search, rowsOf(sql`select * from alike`))})
    ${hitsInOrder(
      sql`select * from looked`,
      sql`case when (select count(*) from alike) < ${sql.lit(mostAlike)} then 'all' else 'best' end as extent, null as sample`,
    )}`.execute(trx)
  return rows[0]!
}

/** Merges two sets of hits without duplicates. */
function merged(one: Hits, other: Hits): Hits {
  const ranks = [one, other].flatMap((hits) => hits.ids.map((id, at) => [id, hits.ranks[at]!] as const))
  const ordered = [...new Map(ranks)].sort(([a, rankOfA], [b, rankOfB]) => rankOfA - rankOfB || b - a)
  return { ...other, ids: ordered.map(([id]) => id), ranks: ordered.map(([, rank]) => rank) }
}
