import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { SearchWord } from '../fields/kind.ts'
import type { Grant } from '../rights/grant.ts'
import { canBeMisspelt } from '../search/match.ts'
import { ranks, worstRank } from '../search/ranks.ts'
import { findHits, findSimilar, type Hits, isFound, isFoundInOrder, prepareSearch, type Search } from './hits.ts'
import type { PageQuery, PageRow } from './page.ts'
import { recordsFor } from './source.ts'

/** Whether words may be found with typing errors: never, only if there is hardly anything else, or in any case. */
export type TypingErrors = 'refused' | 'lastResort' | 'forgiven'

/** What a list needs to know of its search. */
export interface Searching {
  words: readonly SearchWord[] | null
  where: RawBuilder<SqlBool> | null
  /** Forgiven in a list by rank only: in any other order the worst hits might come first. */
  typingErrors: TypingErrors
}

/** A search and what it has found. */
export interface Found {
  search: Search
  hits: Hits
  isForgiving: boolean
}

/** Searches for the words; null if there are none. */
export async function searchFor(db: Database, grant: Grant, list: Searching): Promise<Found | null> {
  const { words, where, typingErrors } = list
  if (!words) return null
  if (typingErrors === 'forgiven') {
    const search = await prepareSearch(db, grant, words, where, { forgiving: true })
    return { search, hits: await findSimilar(db, grant, search), isForgiving: true }
  }
  const search = await prepareSearch(db, grant, words, where)
  const found = { search, hits: await findHits(db, grant, search), isForgiving: false }
  if (typingErrors === 'refused' || !areMisspelt([found])) return found
  const similar = await searchFor(db, grant, { ...list, typingErrors: 'forgiven' })
  return similar && similar.hits.ids.length > found.hits.ids.length ? similar : found
}

const fewHits = 5

/** Whether typing errors are likely: few records have the words at all, and none has them as whole words. */
export function areMisspelt(found: readonly Pick<Found, 'search' | 'hits'>[]): boolean {
  const count = found.reduce((sum, { hits }) => sum + hits.ids.length, 0)
  const isExact = found.some(({ search, hits }) => (hits.ranks[0] ?? worstRank) <= ranks.word * search.sought.length)
  return count < fewHits && !isExact && found.some(({ search }) => search.sought.some(canBeMisspelt))
}

/** The condition of the list's records, search included; for all of them at once, or for a page `inOrder`. */
export function conditionOf({ where }: Searching, found: Found | null, inOrder: boolean): RawBuilder<SqlBool> | null {
  if (!found) return where
  return inOrder ? isFoundInOrder(found.search, found.hits) : isFound(found.search, found.hits)
}

/** Read besides those of the page, since a record may have gone since it was found. */
const spare = 10

/** Reads a page of hits in their order; the position of one is its rank and its id. */
export async function readHits(
  db: Database,
  grant: Grant,
  { ids, ranks: rankOf }: Hits,
  { position, back, limit, links }: Pick<PageQuery, 'position' | 'back' | 'limit' | 'links'>,
  view: RawBuilder<string>,
): Promise<PageRow[]> {
  const [rank = 0, id = 0] = (position ?? []) as readonly number[]
  const order = (at: number) => rankOf[at]! - rank || id - ids[at]!
  // The first one that is not before the position.
  const found = position ? ids.findIndex((_, at) => order(at) >= 0) : 0
  const place = found < 0 ? ids.length : found
  const first = back ? Math.max(0, place - limit - spare) : position && ids[place] === id ? place + 1 : place
  const taken = Array.from(ids.slice(first, back ? place : first + limit + spare), (_, at) => first + at)
  if (!taken.length) return []
  const { rows } = await sql<{ id: number; body: string; links: string | null }>`
    select record.id, ${view} as body, ${links ?? sql`null`} as links ${recordsFor(grant, 'read')}
    and record.id = any(${taken.map((at) => ids[at])}::bigint[])`.execute(db)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const present = taken.flatMap((at) => {
    const row = byId.get(ids[at]!)
    return row ? [{ body: row.body, links: row.links, position: JSON.stringify([rankOf[at], ids[at]]) }] : []
  })
  return back ? present.slice(-limit) : present.slice(0, limit)
}
