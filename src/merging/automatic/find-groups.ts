import type { Database } from '../../database/connect.ts'
import { readNeighbourhood } from '../../duplicates/groups/neighbourhood.ts'
import { type GroupView, readSeeds } from '../../duplicates/groups/visible-pairs.ts'
import type { Judge } from '../../duplicates/judge.ts'
import type { Grant } from '../../rights/grant.ts'

/** How groups are found. */
export interface GroupSearch {
  db: Database
  grant: Grant
  judge: Judge
  /** Throws when the search must stop. */
  goOn(): Promise<void>
}

const seedsAtOnce = 500

/** Returns the groups that the caller sees now, by their first members. The ids of a group are in their order. */
export async function findGroups({ db, grant, judge, goOn }: GroupSearch): Promise<number[][]> {
  const [view, groups]: [GroupView, number[][]] = [{ grant, judge, status: 'open' }, []]
  for (let last = 0; ; ) {
    await goOn()
    const seeds = await readSeeds(db, view, { start: { id: last, back: false }, limit: seedsAtOnce })
    if (!seeds.length) return groups
    const around = await readNeighbourhood(db, view, seeds)
    // A group is found once: by its first member.
    const found = new Set(seeds)
    groups.push(...around.groups.filter(([first]) => found.has(first!)).sort(([a], [b]) => a! - b!))
    last = seeds.at(-1)!
  }
}
