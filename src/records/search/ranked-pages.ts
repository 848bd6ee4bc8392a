import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Grant } from '../../rights/grant.ts'
import type { PageQuery, Position } from '../query/keyset-page.ts'
import { recordsFor } from '../query/record-query.ts'
import { isNowhere } from './match-words.ts'
import { ranks } from './ranks.ts'
import { byIndex, mostFound, ranked, type Sample, type Search } from './search-candidates.ts'

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
const mostWithWord = 10_000

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
    const share = sample && (estimated(sample, tier.to) / sample.range) * idStep
    rows.push(...(await readTier(db, grant, search, tier, { back, beyond: index ? null : beyond, limit: left, share })))
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
/** and then among so many. */
const reach = 30_000
/** If so many of all records are hits, an index gives more of them than there are records to walk past. */
const mostOfAll = 0.1
/** Ids step by two. */
const idStep = 2

/**
 * Walks while that is likely to be less work than the index, which gives every hit: of a million records a walk meets
 * the wanted ones sooner if their square root is among the first thousand, or if the share of all records says so, where
 * it is known; the newest may be of another kind.
 */
async function readTier(
  db: Database,
  grant: Grant,
  search: Search,
  tier: Tier,
  { back, beyond, limit, share }: { back: boolean; beyond: number | null; limit: number; share: number | null },
): Promise<Tiered[]> {
  const order = back ? sql`asc` : sql`desc`
  const start = beyond === null ? sql`` : sql` and record.id ${back ? sql`>` : sql`<`} ${beyond}`
  const read = async (rows: RawBuilder<unknown>) => {
    const found = await sql<Tiered>`
      select id, rank, worst from (${rows}) as one where worst between ${sql.lit(tier.from)} and ${sql.lit(tier.to)}
      order by id ${order} limit ${limit}`.execute(db)
    return found.rows
  }
  const inOrder = sql`order by record.id ${order}`
  const walk = (count: number | null) =>
    read(
      ranked(
        search,
        sql`from (select record.* ${recordsFor(grant, 'read')}${start} ${inOrder} limit ${sql.lit(count)}) as record where true`,
        // Said again, or all of them would be read and sorted before the first is taken.
        inOrder,
      ),
    )
  const near = await walk(nearby)
  if (near.length >= limit) return near
  const isNear = near.length ** 2 >= limit || share === null || share * reach >= 2 * limit
  const far = isNear ? await walk(reach) : []
  if (far.length >= limit) return far
  if (share !== null && share >= mostOfAll) return await walk(null)
  return await read(
    sql`select distinct id, rank, worst from (${byIndex(grant, search, { worst: tier.to, gate: sql`true${start}` })}) as every`,
  )
}
