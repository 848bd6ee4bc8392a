import type { Database } from '../../database/connect.ts'
import type { Language } from '../../errors/language.ts'
import { Problem } from '../../errors/problem.ts'
import type { FoundRows, PageStart } from '../../http/id-page.ts'
import type { Grant } from '../../rights/grant.ts'
import type { PreparedRecord } from '../comparison/prepared-record.ts'
import { judgeFor } from '../find-matches.ts'
import { type Reason, reasonsOf, shownScore } from '../judge.ts'
import { type Neighbourhood, readNeighbourhood } from './neighbourhood.ts'
import { type GroupStatus, type GroupView, readSeeds } from './visible-pairs.ts'

/** Records that are probably one. */
export interface Group {
  /** The smallest id of its members. */
  id: number
  memberIds: number[]
  /** What of its members is compared, in their order. */
  members: readonly PreparedRecord[]
  score: number
  reasons: Reason[]
  status: GroupStatus
}

/** Which groups to read. */
export interface GroupFilter {
  status: GroupStatus
  minScore: number
}

/** The least and the most seeds that are read at once, and how often a request reads some. */
const [fewSeeds, manySeeds, mostRounds] = [20, 200, 25]

/** Reads at most so many groups from a place on, in the order of their ids. */
export async function readGroups(
  db: Database,
  grant: Grant,
  { status, minScore }: GroupFilter,
  { start, limit, language }: { start: PageStart; limit: number; language: Language },
): Promise<FoundRows<Group>> {
  const view = { grant, judge: await judgeFor(db, grant), status }
  const groups: Group[] = []
  const seedsAtOnce = Math.min(Math.max(fewSeeds, limit), manySeeds)
  let last = start.id
  for (let round = 0; round < mostRounds; round++) {
    const seeds = await readSeeds(db, view, { start: { ...start, id: last }, limit: seedsAtOnce })
    if (!seeds.length) return { rows: groups }
    const around = await readNeighbourhood(db, view, seeds)
    // A group is found once: by its first member.
    const found = seeds.flatMap((id) => around.groups.filter(([first]) => first === id))
    for (const ids of found) {
      const group = groupOf(ids, around, { ...view, language })
      if (group.score < minScore) continue
      groups.push(group)
      if (groups.length === limit) return { rows: groups }
    }
    last = seeds.at(-1)!
  }
  return { rows: groups, stoppedAt: last }
}

/** Reads a group of one of these statuses, the first that there is. Throws `duplicate_group_not_found`. */
export async function readGroup(
  db: Database,
  grant: Grant,
  id: number,
  { language, statuses }: { language: Language; statuses: readonly GroupStatus[] },
): Promise<Group> {
  const judge = await judgeFor(db, grant)
  for (const status of statuses) {
    const around = await readNeighbourhood(db, { grant, judge, status }, [id])
    const ids = around.groups.find(([first]) => first === id)
    if (ids) return groupOf(ids, around, { judge, status, language })
  }
  throw new Problem('duplicate_group_not_found', { id })
}

function groupOf(
  ids: number[],
  { records, scoreOf }: Neighbourhood,
  { judge, status, language }: Pick<GroupView, 'judge' | 'status'> & { language: Language },
): Group {
  const members = ids.map((id) => records.get(id)!.prepared)
  const pairs = members.flatMap((a, index) =>
    members.slice(index + 1).map((b) => ({ a, b, score: scoreOf(a.id, b.id) })),
  )
  const mean = pairs.reduce((sum, { score }) => sum + score, 0) / pairs.length
  const reasons = new Map<string, Reason>()
  for (const { a, b } of pairs.toSorted((x, y) => y.score - x.score)) {
    for (const reason of reasonsOf(judge, judge.compare(a, b), language)) {
      if (!reasons.has(reason.code + reason.field)) reasons.set(reason.code + reason.field, reason)
    }
  }
  return { id: ids[0]!, memberIds: ids, members, score: shownScore(mean), reasons: [...reasons.values()], status }
}
