import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { pacer } from '../../json/pace.ts'
import { allRecords } from '../../records/query/record-query.ts'
import type { Grant } from '../../rights/grant.ts'
import type { PreparedRecord } from '../comparison/prepared-record.ts'
import type { Judge } from '../judge.ts'
import { readCompared, slice } from '../read-compared.ts'
import { type Block, readBlocks } from './blocks.ts'
import type { FoundPair, PairFilter } from './save-pairs.ts'

/** The pairs of some blocks that are worth storing. */
export interface ComparedPage {
  /** The number of blocks, and the first record of the last one. */
  blocks: number
  last: number
  pairs: FoundPair[]
  /** The number of compared pairs. */
  compared: number
}

/** So few that reading their records does not delay other requests for long. */
const blocksAtOnce = 500

/** What the blocks of a scan are compared with. */
export interface BlockComparing {
  db: Database
  grant: Grant
  jobId: number
  judge: Judge
  filter: PairFilter
  /** The records that have changed since the last scan: only their pairs are compared. Absent in a full scan. */
  changed?: ReadonlySet<number> | undefined
}

type ReadPage = { blocks: Block[]; records: Map<number, PreparedRecord> }

/** Compares blocks, page by page. The next page is read from the database while one is compared. */
export async function* comparedPages(comparing: BlockComparing): AsyncGenerator<ComparedPage> {
  for (let reading = readPage(comparing, 0); ; ) {
    const page = await reading
    const last = page.blocks.at(-1)?.lowest
    if (last === undefined) return
    reading = readPage(comparing, last)
    // Its error is thrown when it is awaited, unless the scan stops before.
    reading.catch(() => {})
    yield { blocks: page.blocks.length, last, ...(await comparePage(comparing, page)) }
  }
}

async function readPage({ db, grant, jobId, judge }: BlockComparing, after: number): Promise<ReadPage> {
  const blocks = await readBlocks(db, jobId, after, blocksAtOnce)
  const ids = [...new Set(blocks.flatMap((block) => block.ids))]
  const named = allRecords(grant).and(sql`record.id = any(${ids}::bigint[])`)
  const records = ids.length ? await readCompared(db, grant, judge.comparing, named) : []
  return { blocks, records: new Map(records.map(({ prepared }) => [prepared.id, prepared])) }
}

async function comparePage(
  { judge, filter, changed }: BlockComparing,
  { blocks, records }: ReadPage,
): Promise<Pick<ComparedPage, 'pairs' | 'compared'>> {
  const places = new Map([...records.keys()].map((id, place) => [id, place]))
  const seen = new Set<number>()
  const pairs: FoundPair[] = []
  const pace = pacer(slice)
  for (const { ids } of blocks) {
    const members = ids.flatMap((id) => records.get(id) ?? [])
    for (const [index, a] of members.entries()) {
      for (const b of members.slice(index + 1)) {
        if (changed && !changed.has(a.id) && !changed.has(b.id)) continue
        const place = places.get(a.id)! * records.size + places.get(b.id)!
        if (seen.has(place)) continue
        seen.add(place)
        const agreement = judge.compare(a, b)
        const score = judge.score(agreement)
        if (filter(agreement, score)) pairs.push({ a: a.id, b: b.id, score })
      }
    }
    await pace()
  }
  return { pairs, compared: seen.size }
}
