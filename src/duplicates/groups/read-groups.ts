import type { Database } from '../../database/connect.ts'
import type { Language } from '../../errors/language.ts'
import { Problem } from '../../errors/problem.ts'
import type { Grant } from '../../rights/grant.ts'
import type { PreparedRecord } from '../comparison/prepared-record.ts'
import { judgeFor } from '../find-matches.ts'
import { type Judge, type Reason, reasonsOf, shownScore } from '../judge.ts'
import { type Neighbourhood, readNeighbourhood } from './neighbourhood.ts'
import { readSeeds } from './visible-pairs.ts'

/** Records that are probably one. */
export interface Group {
  /** The smallest id of its members. */
  id: number
  memberIds: number[]
  /** What of its members is compared, in their order. */
  members: readonly PreparedRecord[]
  score: number
  reasons: Reason[]
}

/** What to read: the groups after an id. */
export interface GroupPage {
  after: number
  limit: number
  minScore: number
  language: Language
}

/** The least and the most seeds that are read at once, and how often a request reads some. */
const [fewSeeds, manySeeds, mostRounds] = [20, 200, 25]

/** Reads groups in the order of their ids. `next` is where the next page begins, or null at the end. */
export async function readGroups(
  db: Database,
  grant: Grant,
  { after, limit, minScore, language }: GroupPage,
): Promise<{ groups: Group[]; next: number | null }> {
  const judge = await judgeFor(db, grant)
  const groups: Group[] = []
  const seedsAtOnce = Math.min(Math.max(fewSeeds, limit), manySeeds)
  let last = after
  for (let round = 0; round < mostRounds; round++) {
    const seeds = await readSeeds(db, { grant, judge }, { after: last, limit: seedsAtOnce })
    if (!seeds.length) return { groups, next: null }
    const around = await readNeighbourhood(db, { grant, judge }, seeds)
    // A group is found once: by its first member.
    const found = around.groups.filter(([first]) => seeds.includes(first!)).sort(([x], [y]) => x! - y!)
    for (const ids of found) {
      const group = groupOf(ids, around, { judge, language })
      if (group.score < minScore) continue
      groups.push(group)
      if (groups.length === limit) return { groups, next: group.id }
    }
    last = seeds.at(-1)!
  }
  return { groups, next: last }
}

/** Reads a group. Throws `duplicate_group_not_found`. */
export async function readGroup(db: Database, grant: Grant, id: number, language: Language): Promise<Group> {
  const judge = await judgeFor(db, grant)
  const around = await readNeighbourhood(db, { grant, judge }, [id])
  const ids = around.groups.find(([first]) => first === id)
  if (!ids) throw new Problem('duplicate_group_not_found', { id })
  return groupOf(ids, around, { judge, language })
}

function groupOf(
  ids: number[],
  { records, scoreOf }: Neighbourhood,
  { judge, language }: { judge: Judge; language: Language },
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
  return { id: ids[0]!, memberIds: ids, members, score: shownScore(mean), reasons: [...reasons.values()] }
}
