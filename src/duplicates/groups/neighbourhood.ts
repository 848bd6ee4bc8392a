import { sql } from 'kysely'
import type { Database } from '../../database/connect.ts'
import { recordsFor } from '../../records/query/record-query.ts'
import type { Grant } from '../../rights/grant.ts'
import type { Judge } from '../judge.ts'
import { clusterPairs, type ScoredPair } from '../model/clusters.ts'
import { suggestionLimits } from '../model/limits.ts'
import { type ReadRecord, readCompared } from '../read-compared.ts'
import { readDismissed } from './dismissals.ts'
import { type GroupView, readPairs } from './visible-pairs.ts'

/** Records that are linked by pairs, and the groups that they form. */
export interface Neighbourhood {
  records: ReadonlyMap<number, ReadRecord>
  /** Ids in ascending order. */
  groups: number[][]
  scoreOf(a: number, b: number): number
}

/** The most steps from record to record, and the most records. More would be no group. */
const [mostSteps, mostRecords] = [12, 3000]

/** The score that keeps records apart: in open groups that of dismissed pairs, in dismissed groups that of all others. */
const apartScore = -40

/** Reads the records that are linked with these, directly or through others, and the groups that they form for the caller. */
export async function readNeighbourhood(
  db: Database,
  { grant, judge, status }: GroupView,
  seeds: readonly number[],
): Promise<Neighbourhood> {
  const records = new Map<number, ReadRecord>()
  const scored = new Map<string, ScoredPair>()
  let dismissed: ReadonlySet<string> = new Set()
  const scoreOf = (x: number, y: number) => {
    const [a, b] = [Math.min(x, y), Math.max(x, y)]
    if (dismissed.has(`${a} ${b}`) !== (status === 'dismissed')) return apartScore
    return judge.score(judge.compare(records.get(a)!.prepared, records.get(b)!.prepared))
  }
  for (let [next, step] = [[...seeds], 0]; next.length && step < mostSteps && records.size < mostRecords; step++) {
    const pairs = (await readPairs(db, grant, next)).filter(({ a, b }) => !scored.has(`${a} ${b}`))
    const unread = [...new Set([...next, ...pairs.flatMap(({ a, b }) => [a, b])])].filter((id) => !records.has(id))
    for (const record of await readByIds(db, { grant, judge }, unread)) records.set(record.prepared.id, record)
    const states = new Map([...records].map(([id, { state }]) => [id, state]))
    dismissed = await readDismissed(db, grant, judge.comparing, states)
    const present = pairs.filter(({ a, b }) => records.has(a) && records.has(b))
    for (const { a, b } of present) scored.set(`${a} ${b}`, { a, b, score: scoreOf(a, b) })
    const linked = present.filter(({ a, b }) => scored.get(`${a} ${b}`)!.score >= suggestionLimits.link)
    next = [...new Set(linked.flatMap(({ a, b }) => [a, b]))].filter((id) => unread.includes(id) && !seeds.includes(id))
  }
  return { records, scoreOf, groups: clusterPairs([...scored.values()], suggestionLimits, scoreOf) }
}

async function readByIds(
  db: Database,
  { grant, judge }: { grant: Grant; judge: Judge },
  ids: readonly number[],
): Promise<ReadRecord[]> {
  if (!ids.length) return []
  const named = recordsFor(grant, 'read').and(sql`record.id = any(${ids}::bigint[])`)
  return await readCompared(db, grant, judge.comparing, named)
}
