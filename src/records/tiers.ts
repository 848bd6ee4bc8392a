import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Grant } from '../rights/grant.ts'
import { isNowhere } from '../search/match.ts'
import { ranks } from '../search/ranks.ts'
import { byIndex, mostFound, ranked, type Sample, type Search } from './hits.ts'
import type { PageQuery, Position } from './page.ts'
import { recordsFor } from './source.ts'

/** A hit, and where it stands in a list by rank. */
export interface PlacedHit {
  id: number
  rank: number
  position: Position
}

/** Hits whose worst word has a rank in these bounds; of equal ones the newest come first. */
interface Tier {
  from: number
  to: number
}

const { whole, word, beginning, part } = ranks
const apart: readonly Tier[] = [whole, word, beginning, part].map((rank) => ({ from: rank, to: rank }))
const together: readonly Tier[] = [{ from: whole, to: word }, ...apart.slice(2)]
/** Among so many that have a word it is still quick to find those that have nothing besides. */
const mostWithWord = 20_000

/** Whether a position is one in a list of tiers; one in a list that is ranked as a whole has the rank and the id. */
export function isInTiers(position: Position): boolean {
  return position.length === 3
}

/**
 * Reads hits of a search that has more than can be ranked as a whole: in tiers by the worst rank of a word, in each the
 * newest first. To which a record belongs depends on nothing but the record, so that each comes once on some page.
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
    const left = limit - rows.length
    if (left <= 0) break
    rows.push(...(await readTier(db, grant, search, tier, { back, beyond: index ? null : beyond, limit: left })))
  }
  const placed = rows.map(({ id, rank, worst }) => ({
    ...{ id, rank },
    position: [tiers.find(({ to }) => worst <= to)!.to, id, tiers === together ? 1 : 0],
  }))
  return back ? placed.reverse() : placed
}

type Tiered = { id: number; rank: number; worst: number }

/** How many hits have no word with a worse rank than this. */
function estimated({ worst, factor }: Sample, to: number): number {
  return worst.filter((one) => one <= to).length * factor
}

/** Whether those where the word is the whole value are few among so many that looking for them takes too long. */
function isWholeAmongTooMany(sample: Sample): boolean {
  return estimated(sample, word) > mostWithWord && estimated(sample, whole) < mostFound
}

/** How many of the first tiers have so few hits that the newest records need not be looked through for them. */
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

/** So many records are looked through first, in the order of the list; */
const nearby = 1000
/** and so many times as many if that is likely to be enough. Otherwise the index is asked. */
const further = 20

async function readTier(
  db: Database,
  grant: Grant,
  search: Search,
  { from, to }: Tier,
  { back, beyond, limit }: { back: boolean; beyond: number | null; limit: number },
): Promise<Tiered[]> {
  const order = back ? sql`asc` : sql`desc`
  const start = beyond === null ? sql`` : sql` and record.id ${back ? sql`>` : sql`<`} ${beyond}`
  const inTier = (rows: RawBuilder<unknown>) => sql`
    select distinct id, rank, worst from (${rows}) as one
    where worst between ${sql.lit(from)} and ${sql.lit(to)} order by id ${order} limit ${limit}`
  const records = sql`${recordsFor(grant, 'read')}${start}`
  const walk = (count: number, gate = sql`true`) =>
    ranked(
      search,
      sql`from (select record.* ${records} order by record.id ${order} limit ${sql.lit(count)}) as record where ${gate}`,
    )
  const near = sql`(select count(*) from near)`
  const { rows } = await sql<Tiered>`
    with near as materialized (${inTier(walk(nearby))}),
    far as materialized (${inTier(walk(nearby * further, sql`${near} < ${limit} and ${near} * ${sql.lit(further)} >= ${limit}`))}),
    indexed as materialized (${inTier(
      byIndex(grant, search, {
        worst: to,
        gate: sql`${near} < ${limit} and (select count(*) from far) < ${limit}${start}`,
      }),
    )})
    select id, rank, worst from near union select * from far union select * from indexed order by id ${order} limit ${limit}`.execute(
    db,
  )
  return rows
}
