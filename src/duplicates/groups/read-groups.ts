import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import type { Language } from '../../errors/language.ts'
import { Problem } from '../../errors/problem.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { recordsFor } from '../../records/query/record-query.ts'
import type { Grant } from '../../rights/grant.ts'
import { fieldOf, seesAll } from '../comparing.ts'
import { judgeFor } from '../find-matches.ts'
import { type Judge, type Reason, reasonsOf, shownScore } from '../judge.ts'
import { checkAutomaticMerge } from '../model/automatic.ts'
import { allowsAutoMerge } from '../settings.ts'
import { type Neighbourhood, readNeighbourhood } from './neighbourhood.ts'
import { readSeeds } from './visible-pairs.ts'

/** Records that are probably one. */
export interface Group {
  /** The smallest id of its members. */
  id: number
  memberIds: number[]
  score: number
  reasons: Reason[]
  /** The fields whose values contradict each other. */
  conflicts: string[]
  /** Whether it is certain enough to be merged without a person. */
  automatic: boolean
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
    const places = await readPlaces(db, grant, found.flat())
    for (const ids of found) {
      const group = groupOf(ids, { ...around, places }, { grant, judge, language })
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
  const places = await readPlaces(db, grant, ids)
  return groupOf(ids, { ...around, places }, { grant, judge, language })
}

function groupOf(
  ids: number[],
  { records, scoreOf, places }: Neighbourhood & { places: ReadonlyMap<number, string> },
  { grant, judge, language }: { grant: Grant; judge: Judge; language: Language },
): Group {
  const { comparing } = judge
  const members = ids.map((id) => records.get(id)!.prepared)
  const pairs = members.flatMap((a, index) =>
    members.slice(index + 1).map((b) => ({ a, b, score: scoreOf(a.id, b.id) })),
  )
  const mean = pairs.reduce((sum, { score }) => sum + score, 0) / pairs.length
  const merge = checkAutomaticMerge(
    members,
    comparing.comparisons,
    (path) => isSingle(grant, path),
    (a, b) => scoreOf(a.id, b.id),
  )
  const reasons = new Map<string, Reason>()
  for (const { a, b } of pairs.toSorted((x, y) => y.score - x.score)) {
    for (const reason of reasonsOf(judge, judge.compare(a, b), language)) {
      if (!reasons.has(reason.code + reason.field)) reasons.set(reason.code + reason.field, reason)
    }
  }
  return {
    id: ids[0]!,
    memberIds: ids,
    score: shownScore(mean),
    reasons: [...reasons.values()],
    conflicts: [
      ...new Set(merge.conflicts.flatMap(({ code, paths }) => paths.find((path) => path === code) ?? paths[0]!)),
    ],
    automatic:
      merge.allowed &&
      seesAll(comparing, grant) &&
      allowsAutoMerge(grant.type) &&
      new Set(ids.map((id) => places.get(id))).size === 1,
  }
}

/** Returns the responsible and the stage of records. Records that differ there are not merged without a person. */
async function readPlaces(db: Database, grant: Grant, ids: readonly number[]): Promise<Map<number, string>> {
  if (!ids.length) return new Map()
  const stage = grant.type.traits.has('stages') ? sql`, record.pipeline_id, record.stage_id` : sql``
  const { rows } = await recordsFor(grant, 'read')
    .and(sql`record.id = any(${ids}::bigint[])`)
    .select<{ id: number; place: string }>(sql`record.id, concat_ws(' ', record.responsible_id ${stage}) as place`)
    .execute(db)
  return new Map(rows.map(({ id, place }) => [id, place]))
}

/** Returns whether a record has one value of a field. Several values are kept side by side. */
export function isSingle({ type }: Grant, path: string): boolean {
  const field = type.fields.find((one) => one.path === fieldOf(path))
  return field !== undefined && !field.multiple && kindOf(field).rows === null
}
