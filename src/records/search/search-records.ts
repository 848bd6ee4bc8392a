import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { SearchWord } from '../../fields/kind.ts'
import { conjunction, type Grant } from '../../rights/grant.ts'
import type { Count } from '../query/count.ts'
import type { PageQuery, PageRow, Position } from '../query/keyset-page.ts'
import { recordsFor } from '../query/record-query.ts'
import { findSimilar } from './fuzzy-search.ts'
import { canBeMisspelt } from './match-words.ts'
import { isInTiers, type PlacedHit, readTiers } from './ranked-pages.ts'
import { ranks, worstRank } from './ranks.ts'
import {
  findAllHits,
  findHits,
  type Hits,
  isFound,
  isFoundInOrder,
  prepareSearch,
  type Search,
} from './search-candidates.ts'

/** Whether words may be found with typing errors: never, only if there is hardly anything else, or in any case. */
export type TypingErrors = 'refused' | 'lastResort' | 'forgiven'

/** What a list needs to know of its search. */
export interface Searching {
  words: readonly SearchWord[] | null
  where: RawBuilder<SqlBool> | null
  typingErrors: TypingErrors
  /** Where a list by rank goes on; null for a first page, and in another order. */
  place: Position | null
}

/** A search and what it has found. */
export interface Found {
  search: Search
  hits: Hits
  isForgiving: boolean
}

/** Searches for the words; null if there are none. */
export async function searchFor(db: Database, grant: Grant, list: Searching): Promise<Found | null> {
  const { words, where, typingErrors, place } = list
  if (!words) return null
  if (typingErrors === 'forgiven') {
    const search = await prepareSearch(db, grant, words, where, { forgiving: true })
    return { search, hits: await findSimilar(db, grant, search), isForgiving: true }
  }
  const search = await prepareSearch(db, grant, words, where)
  const found = { search, hits: await hitsFrom(db, grant, search, place), isForgiving: false }
  if (typingErrors === 'refused' || !areMisspelt([found])) return found
  return moreOf(found, await searchFor(db, grant, { ...list, typingErrors: 'forgiven' }))
}

/** A list goes on as it began, whether or not its hits could be ranked as a whole today. */
async function hitsFrom(db: Database, grant: Grant, search: Search, place: Position | null): Promise<Hits> {
  if (!place) return await findHits(db, grant, search)
  if (isInTiers(place)) return { ids: [], ranks: [], extent: 'some', sample: null }
  return await findAllHits(db, grant, search)
}

/** What was found with typing errors, if that is more than without. */
export function moreOf(exact: Found, forgiving: Found | null): Found {
  return forgiving && forgiving.hits.ids.length > exact.hits.ids.length ? forgiving : exact
}

/** Of what a search has found, those that fulfil conditions besides. */
export async function amongHits(
  db: Database,
  grant: Grant,
  { search, hits }: Pick<Found, 'search' | 'hits'>,
  conditions: readonly (RawBuilder<SqlBool> | null)[],
): Promise<Pick<Found, 'search' | 'hits'>> {
  const where = conjunction(conditions)
  if (!where) return { search, hits }
  const narrower = { ...search, where: conjunction([search.where, where]) }
  if (hits.extent === 'some') return { search: narrower, hits }
  const { rows } = await sql<{ id: number }>`
    select record.id ${recordsFor(grant, 'read')} and record.id = any(${hits.ids}::bigint[]) and ${where}`.execute(db)
  const left = new Set(rows.map(({ id }) => id))
  const isLeft = (at: number) => left.has(hits.ids[at]!)
  return {
    search: narrower,
    hits: { ...hits, ids: hits.ids.filter((id) => left.has(id)), ranks: hits.ranks.filter((_, at) => isLeft(at)) },
  }
}

/** How many records a search has found, where that is known without counting. */
export function knownCount(found: Found | null): Count | null {
  if (!found || found.hits.extent === 'some') return null
  return { total: found.hits.ids.length, totalKind: found.hits.extent === 'all' ? 'exact' : 'atLeast' }
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

/** Hits in the order of their ranks, from a place on: as many as are wanted. */
export async function bestHits(
  db: Database,
  grant: Grant,
  { search, hits }: Pick<Found, 'search' | 'hits'>,
  page: Pick<PageQuery, 'position' | 'back' | 'limit'>,
): Promise<PlacedHit[]> {
  if (hits.extent === 'some') return await readTiers(db, grant, search, hits.sample, page)
  const { position, back, limit } = page
  const placed = hits.ids.map((id, at) => ({ id, rank: hits.ranks[at]!, position: [hits.ranks[at]!, id] }))
  if (!position) return placed.slice(0, limit)
  const [rank = 0, id = 0] = position as readonly number[]
  const order = (hit: PlacedHit) => hit.rank - rank || id - hit.id
  if (back) return placed.filter((hit) => order(hit) < 0).slice(-limit)
  return placed.filter((hit) => order(hit) > 0).slice(0, limit)
}

/** Read besides those of the page, since a record may have gone since it was found. */
const spare = 10

/** Reads a page of hits in the order of their ranks. */
export async function readHits(
  db: Database,
  grant: Grant,
  found: Pick<Found, 'search' | 'hits'>,
  { position, back, limit, links }: Pick<PageQuery, 'position' | 'back' | 'limit' | 'links'>,
  view: RawBuilder<string>,
): Promise<PageRow[]> {
  const taken = await bestHits(db, grant, found, { position, back, limit: limit + spare })
  if (!taken.length) return []
  const { rows } = await sql<{ id: number; body: string; links: string | null }>`
    select record.id, ${view} as body, ${links ?? sql`null`} as links ${recordsFor(grant, 'read')}
    and record.id = any(${taken.map(({ id }) => id)}::bigint[])`.execute(db)
  const byId = new Map(rows.map((row) => [row.id, row]))
  const present = taken.flatMap(({ id, position }) => {
    const row = byId.get(id)
    return row ? [{ body: row.body, links: row.links, position: JSON.stringify(position) }] : []
  })
  return back ? present.slice(-limit) : present.slice(0, limit)
}
