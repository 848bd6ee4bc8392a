import { type RawBuilder, sql } from 'kysely'
import pMap from 'p-map'
import { type Database, parallelOptions } from '../../database/connect.ts'
import type { SearchWord } from '../../fields/kind.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import { nameSql } from '../query/record-names.ts'
import { recordsFor } from '../query/record-query.ts'
import { matchOf } from './match-words.ts'
import { worstRank } from './ranks.ts'
import { areMisspelt, bestHits, moreOf, type SearchResult, searchFor, type TypingErrors } from './search-records.ts'

/** A record found by a search over several types. */
export interface Hit {
  type: string
  id: number
  name: string
  /** From 1 (exact match) to 0. */
  score: number
  /** The fields that match the words, each with its value. */
  matched: { field: string; value: string }[]
}

/** Searches several types for words. Returns the best hits first, and the newest first among equal ones. */
export async function searchEverything(
  db: Database,
  access: Access,
  words: readonly SearchWord[],
  { types, limit }: { types: readonly string[]; limit: number },
): Promise<Hit[]> {
  // A caller who may read only contacts searches only contacts.
  const grants = access.open().filter(({ type }) => types.includes(type.code))
  const search = (typingErrors: TypingErrors) =>
    pMap(
      grants,
      (grant) => searchFor(db, grant, { words, where: null, typingErrors, place: null }) as Promise<SearchResult>,
      parallelOptions,
    )
  const exact = await search('refused')
  const forgiving = areMisspelt(exact) ? await search('forgiven') : exact
  const found = exact.map((one, index) => moreOf(one, forgiving[index]!))
  const hits = await pMap(grants, (grant, index) => shownHits(db, grant, found[index]!, limit), parallelOptions)
  const best = hits.flat().sort((a, b) => a.rank - b.rank || b.createdAt.localeCompare(a.createdAt) || b.id - a.id)
  return best.slice(0, limit).map(({ rank, createdAt: _, ...hit }) => ({
    ...hit,
    score: Math.max(0, Math.round(100 - (100 * rank) / (worstRank * words.length)) / 100),
  }))
}

type Ranked = Omit<Hit, 'score'> & { rank: number; createdAt: string }

async function shownHits(db: Database, grant: Grant, found: SearchResult, limit: number): Promise<Ranked[]> {
  if (!found.hits.ids.length) return []
  const best = await bestHits(db, grant, found, { limit })
  const rankOf = new Map(best.map(({ id, rank }) => [id, rank]))
  const { rows } = await recordsFor(grant, 'read')
    .and(sql`record.id = any(${[...rankOf.keys()]}::bigint[])`)
    .select<{ id: number; name: string; createdAt: string; matched: (Hit['matched'][number] | null)[] }>(
      sql`record.id, ${nameSql(grant)} as name, instant(record.created_at) as "createdAt", ${matches(found)} as matched`,
    )
    .execute(db)
  return rows.map(({ id, name, createdAt, matched }) => ({
    type: grant.type.code,
    id,
    name,
    rank: rankOf.get(id)!,
    createdAt,
    matched: matched.filter(
      (one, index) => one !== null && matched.findIndex((other) => other?.field === one.field) === index,
    ) as Hit['matched'],
  }))
}

function matches({ search }: SearchResult): RawBuilder<Hit['matched']> {
  return sql`json_build_array(${sql.join(search.sought.map(matchOf))})`
}
