import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { inTimeBox } from '../database/time-box.ts'
import type { Grant } from '../rights/grant.ts'
import { isNowhere, lookups } from '../search/match.ts'
import { type Hits, inOrder, mostFound, noHits, ranked, type Search } from './hits.ts'
import { recordsFor } from './source.ts'

/** Milliseconds that typing errors may be thought about. */
const forgivingTime = 400
/**
 * Shares of a word's trigrams that a misspelt one has in common with it. Two letters that are swapped leave little of a
 * short word; what is more alike is found much faster, so that comes first.
 */
const likenesses = [0.5, 0.33]
/** So many that have enough in common are compared by how much it is, */
const mostCompared = 10_000
/** and so many of these, the most alike ones, letter by letter. */
const mostAlike = 5000

/** Finds records whose words may have typing errors, by the likeness of their trigrams. None if it takes too long. */
export async function findSimilar(db: Database, grant: Grant, search: Search): Promise<Hits> {
  if (search.sought.some(isNowhere)) return noHits
  const found = await inTimeBox(db, forgivingTime, async (trx) => {
    for (const likeness of likenesses) {
      await sql`select set_config('pg_trgm.word_similarity_threshold', ${String(likeness)}, true)`.execute(trx)
      const { rows } = await similar(grant, search).execute(trx)
      if (rows[0]?.ids.length) return rows[0]
    }
    return noHits
  })
  return found ?? noHits
}

function similar(grant: Grant, search: Search): RawBuilder<Hits> {
  const where = search.where ? sql` and ${search.where}` : sql``
  const ways = lookups(search.sought).map(
    (way) => sql`(select record.* ${recordsFor(grant, 'read')} and ${way}${where})`,
  )
  const likeness = search.sought.flatMap((one) => one.likeness ?? [])
  const mostAlikeFirst = likeness.length ? sql` order by ${sql.join(likeness, sql` + `)} desc` : sql``
  const areMany = sql`(select count(*) from alike) > ${sql.lit(mostAlike)}`
  const looked = (from: RawBuilder<unknown>) => ranked(search, sql`from (${from}) as record where true`)
  return sql`
    with alike as materialized (select * from (${sql.join(ways, sql` union all `)}) as every limit ${sql.lit(mostCompared)}),
    looked as materialized (
      (${looked(sql`select * from alike where not ${areMany}`)}) union all
      (${looked(sql`select * from alike as record where ${areMany}${mostAlikeFirst} limit ${sql.lit(mostAlike)}`)}))
    ${inOrder(
      sql`select * from looked`,
      sql`case when ${areMany} or (select count(distinct id) from looked) > ${sql.lit(mostFound)} then 'best' else 'all' end
        as extent, null as sample`,
      mostFound,
    )}`
}
