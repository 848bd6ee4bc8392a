import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Grant } from '../../rights/grant.ts'
import type { PageQuery, Position } from '../query/keyset-page.ts'
import { recordsFor, rowsOf } from '../query/record-query.ts'
import { isNowhere } from './match-words.ts'
import { ranks } from './ranks.ts'
import { byIndex, mostFound, rankedRecords, type Sample, type Search } from './search-candidates.ts'

/** A hit with its position in the list by rank. */
export interface PlacedHit {
  id: number
  rank: number
  position: Position
}

/** A range of ranks. It holds the hits whose worst word has a rank in the range, the newest first. */
interface Tier {
  from: number
  to: number
}

const { whole, word, beginning, part } = ranks
const apart: readonly Tier[] = [whole, word, beginning, part].map((rank) => ({ from: rank, to: rank }))
const together: readonly Tier[] = [{ from: whole, to: word }, ...apart.slice(2)]
/** The most records with a word among which records with nothing but that word are found quickly. */
const mostWithWord = 10_000

/** Returns whether a position is in a list of tiers. A position in a fully ranked list has only the rank and the id. */
export function isInTiers(position: Position): boolean {
  return position.length === 3
}

/**
 * Reads hits of a search with too many hits to rank them all. Hits come in tiers by the worst rank of a word, and the
 * newest come first in each tier. The tier depends only on the record, so each record is on exactly one page.
 */
export async function readTiers(
  db: Database,
  grant: Grant,
  search: Search,
  sample: Sample | null,
  { position, back = false, limit }: Pick<PageQuery, 'position' | 'back' | 'limit'>,
): Promise<PlacedHit[]> {
  if (search.sought.some(isNowhere)) return []
  const [tierTo, beyond = null, areTogether] = (position ?? []) as readonly (number | undefined)[]
  const tiers = (position ? areTogether : sample && isWholeAmongTooMany(sample)) ? together : apart
  const rare = !position && sample ? rareTiers(tiers, sample) : 0
  const rows: Tiered[] = []
  if (rare) rows.push(...(await readRare(db, grant, search, tiers.slice(0, rare), limit)))
  const first = position ? tiers.findIndex(({ to }) => to === tierTo) : rare
  const rest = back ? tiers.slice(0, first + 1).toReversed() : tiers.slice(first)
  for (const [index, tier] of rest.entries()) {
    const missing = limit - rows.length
    if (missing <= 0) break
    const share = sample && (estimated(sample, tier.to) / sample.range) * idStep
    rows.push(
      ...(await readTier(db, grant, search, tier, { back, beyond: index ? null : beyond, limit: missing, share })),
    )
  }
  const placed = rows.map(({ id, rank, worst }) => ({
    id,
    rank,
    position: [tiers.find(({ to }) => worst <= to)!.to, id, tiers === together ? 1 : 0],
  }))
  return back ? placed.reverse() : placed
}

type Tiered = { id: number; rank: number; worst: number }

/** Estimates the number of hits without a word of a worse rank than this. */
function estimated({ worst, factor }: Sample, to: number): number {
  return worst.filter((one) => one <= to).length * factor
}

/** Returns whether few hits have the word as the whole value, among too many hits to find them quickly. */
function isWholeAmongTooMany(sample: Sample): boolean {
  return estimated(sample, word) > mostWithWord && estimated(sample, whole) < mostFound
}

/** Returns how many of the first tiers have so few hits that an index finds them without a scan. */
function rareTiers(tiers: readonly Tier[], sample: Sample): number {
  const first = tiers.findIndex(({ to }) => estimated(sample, to) > mostFound)
  return first < 0 ? tiers.length : first
}

async function readRare(db: Database, grant: Grant, search: Search, tiers: readonly Tier[], limit: number) {
  const [first, last] = [tiers[0]!, tiers.at(-1)!]
  const { rows } = await sql<Tiered>`
    select distinct id, rank, worst, greatest(worst, ${sql.lit(first.to)}) as tier
    from (${byIndex(grant, search, { worst: last.to })}) as one
    where worst <= ${sql.lit(last.to)} order by tier, id desc limit ${limit}`.execute(db)
  return rows
}

/** Records of the first scan, in the order of the list. */
const nearby = 1000
/** Records of the second scan. */
const reach = 30_000
/** From this share of hits among all records, a scan is faster than an index. */
const mostOfAll = 0.1
/** The difference between consecutive ids. */
const idStep = 2

/**
 * Scans the list while that is probably less work than the index, which returns every hit. Of a million records, a scan
 * is faster if the first thousand have at least the square root of the wanted hits, or if the estimated share of hits
 * says so. The share matters because the newest records may differ from the others.
 */
async function readTier(
  db: Database,
  grant: Grant,
  search: Search,
  tier: Tier,
  { back, beyond, limit, share }: { back: boolean; beyond: number | null; limit: number; share: number | null },
): Promise<Tiered[]> {
  const order = back ? sql`asc` : sql`desc`
  const start = beyond === null ? null : sql<SqlBool>`record.id ${back ? sql`>` : sql`<`} ${beyond}`
  const read = async (rows: RawBuilder<unknown>) => {
    const found = await sql<Tiered>`
      select id, rank, worst from (${rows}) as one where worst between ${sql.lit(tier.from)} and ${sql.lit(tier.to)}
      order by id ${order} limit ${limit}`.execute(db)
    return found.rows
  }
  const orderBy = sql`record.id ${order}`
  const records = recordsFor(grant, 'read').and(start)
  const walk = (count: number | null) => {
    const first = rowsOf(records.select(sql`record.*`, { orderBy, limit: sql.lit(count) }))
    // Repeat the order. Otherwise Postgres reads and sorts all of them before it returns the first.
    return read(rankedRecords(search, first, orderBy))
  }
  const near = await walk(nearby)
  if (near.length >= limit) return near
  const isNear = near.length ** 2 >= limit || share === null || share * reach >= 2 * limit
  const far = isNear ? await walk(reach) : []
  if (far.length >= limit) return far
  if (share !== null && share >= mostOfAll) return await walk(null)
  return await read(
    sql`select distinct id, rank, worst from (${byIndex(grant, search, { worst: tier.to, gate: start })}) as every`,
  )
}
