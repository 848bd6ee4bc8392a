import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { SearchWord } from '../../fields/kind.ts'
import { always, integerColumn, readRows, rowOf, type Selection } from '../../fields/selection.ts'
import type { Condition } from '../../filters/condition.ts'
import { indexLookupsOf } from '../../filters/index-lookups.ts'
import { toSql } from '../../filters/sql.ts'
import { conjunction, type Grant } from '../../rights/grant.ts'
import type { Count } from '../query/count.ts'
import type { PageCondition } from '../query/index-lookup-page.ts'
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
import { requireSearchable } from './search-limit.ts'

/** Whether words may match with typing errors: never, only if there are few exact hits, or always. */
export type TypingErrors = 'refused' | 'lastResort' | 'forgiven'

/** The search of a list. */
export interface ListSearch {
  words: readonly SearchWord[] | null
  where: Condition | null
  typingErrors: TypingErrors
  /** The position where a list by rank continues. Null for a first page and for another sort order. */
  place: Position | null
}

/** A search and its hits. */
export interface SearchResult {
  search: Search
  hits: Hits
  isForgiving: boolean
}

/**
 * Searches for the words. Returns null if there are none. Every list with a filter or words passes here. Throws
 * `search_limit_exceeded`.
 */
export async function searchFor(db: Database, grant: Grant, list: ListSearch): Promise<SearchResult | null> {
  const { words, where, typingErrors, place } = list
  if (words || where) await requireSearchable(db, grant)
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

/** Finds the hits for a page. A list keeps the ranking of its first page, even if the number of hits has changed. */
async function hitsFrom(db: Database, grant: Grant, search: Search, place: Position | null): Promise<Hits> {
  if (!place) return await findHits(db, grant, search)
  if (isInTiers(place)) return { ids: [], ranks: [], extent: 'some', sample: null }
  return await findAllHits(db, grant, search)
}

/** Returns the hits with typing errors if there are more of them, else the exact hits. */
export function moreOf(exact: SearchResult, forgiving: SearchResult | null): SearchResult {
  return forgiving && forgiving.hits.ids.length > exact.hits.ids.length ? forgiving : exact
}

/** Narrows the hits of a search to those that meet more conditions. */
export async function amongHits(
  db: Database,
  grant: Grant,
  { search, hits }: Pick<SearchResult, 'search' | 'hits'>,
  conditions: readonly (RawBuilder<SqlBool> | null)[],
): Promise<Pick<SearchResult, 'search' | 'hits'>> {
  const where = conjunction(conditions)
  if (!where) return { search, hits }
  const narrower = { ...search, where: conjunction([search.where, where]) }
  if (hits.extent === 'some') return { search: narrower, hits }
  const { rows } = await recordsFor(grant, 'read')
    .and(sql`record.id = any(${hits.ids}::bigint[])`)
    .and(where)
    .select<{ id: number }>(sql`record.id`)
    .execute(db)
  const kept = new Set(rows.map(({ id }) => id))
  const isKept = (at: number) => kept.has(hits.ids[at]!)
  return {
    search: narrower,
    hits: { ...hits, ids: hits.ids.filter((id) => kept.has(id)), ranks: hits.ranks.filter((_, at) => isKept(at)) },
  }
}

/** Returns the number of hits if it is known without counting, else null. */
export function knownCount(found: SearchResult | null): Count | null {
  if (!found || found.hits.extent === 'some') return null
  return { total: found.hits.ids.length, totalKind: found.hits.extent === 'all' ? 'exact' : 'atLeast' }
}

const fewHits = 5

/** Returns whether typing errors are likely: few records match, and none has the words as whole words. */
export function areMisspelt(found: readonly Pick<SearchResult, 'search' | 'hits'>[]): boolean {
  const count = found.reduce((sum, { hits }) => sum + hits.ids.length, 0)
  const isExact = found.some(({ search, hits }) => (hits.ranks[0] ?? worstRank) <= ranks.word * search.sought.length)
  return count < fewHits && !isExact && found.some(({ search }) => search.sought.some(canBeMisspelt))
}

/** The filter and search condition of a list: for all its records at once, and for a page in a sort order. */
export interface ListCondition {
  ofAll: RawBuilder<SqlBool> | null
  ofPage: PageCondition
}

/** Returns the filter and search condition of a list. */
export function conditionOf({ where }: ListSearch, found: SearchResult | null): ListCondition {
  if (found) {
    const { search, hits } = found
    return { ofAll: isFound(search, hits), ofPage: { where: isFoundInOrder(search, hits), lookups: null } }
  }
  const condition = where && toSql(where)
  return { ofAll: condition, ofPage: { where: condition, lookups: where && indexLookupsOf(where) } }
}

/** Returns a page of hits by rank, from a position on. */
export async function bestHits(
  db: Database,
  grant: Grant,
  { search, hits }: Pick<SearchResult, 'search' | 'hits'>,
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

/** Extra hits read for a page, because a record may be deleted between the search and the page. */
const spare = 10

/** Reads the records of a page of hits by rank. */
export async function readHits<Body>(
  db: Database,
  grant: Grant,
  found: Pick<SearchResult, 'search' | 'hits'>,
  { position, back, limit, links = always(null) }: Pick<PageQuery, 'position' | 'back' | 'limit' | 'links'>,
  view: Selection<Body>,
): Promise<PageRow<Body>[]> {
  const taken = await bestHits(db, grant, found, { position, back, limit: limit + spare })
  if (!taken.length) return []
  const rows = await readRows(
    db,
    rowOf<Omit<PageRow<Body>, 'position'> & { id: number }>({ id: integerColumn(sql`record.id`), body: view, links }),
    (columns) =>
      recordsFor(grant, 'read')
        .and(sql`record.id = any(${taken.map(({ id }) => id)}::bigint[])`)
        .select(columns),
    { family: 'hits', version: grant.catalogue.version },
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  const present = taken.flatMap(({ id, position }) => {
    const row = byId.get(id)
    return row ? [{ body: row.body, links: row.links, position: JSON.stringify(position) }] : []
  })
  return back ? present.slice(-limit) : present.slice(0, limit)
}
