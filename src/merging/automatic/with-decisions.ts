import type { Database } from '../../database/connect.ts'
import { seesAll } from '../../duplicates/comparing.ts'
import { judgeFor } from '../../duplicates/find-matches.ts'
import type { Group as FoundGroup } from '../../duplicates/groups/read-groups.ts'
import { allowsAutoMerge } from '../../duplicates/settings.ts'
import type { PresentRecord } from '../../entities/change.ts'
import { readStates } from '../../records/write/lock-records.ts'
import type { Grant } from '../../rights/grant.ts'
import { seesAllFields } from '../check-members.ts'
import { mostMerged } from '../merge-request.ts'
import { decideGroup } from './decide-group.ts'
import { readEvidence } from './evidence.ts'
import { portionsOf } from './portions.ts'

/** The most records that are read at once. */
const recordsAtOnce = 1000

/** What an automatic run decides about a group. */
interface Told {
  /** The paths of the fields whose values a person has to choose. */
  conflicts: string[]
  /** Whether the group is merged without a person. False for callers who may not read everything. */
  automatic: boolean
}

/** Adds to groups what an automatic run decides about them, as far as the caller may know it. */
export async function withDecisions<Group extends Pick<FoundGroup, 'memberIds' | 'members'>>(
  db: Database,
  grant: Grant,
  groups: readonly Group[],
): Promise<(Omit<Group, 'members'> & Told)[]> {
  const judge = await judgeFor(db, grant)
  const knowsAll = seesAll(judge.comparing, grant) && seesAllFields(grant)
  const told: (Omit<Group, 'members'> & Told)[] = []
  for (const portion of portionsOf(groups, ({ memberIds }) => memberIds.length, recordsAtOnce)) {
    const ids = portion.flatMap(({ memberIds }) => (memberIds.length > mostMerged ? [] : memberIds))
    const records = [...(await readStates(db, grant, ids)).values()]
    const compared = portion.flatMap(({ members }) => members)
    const seen = knowsAll ? records : records.map(withoutUnseen)
    const evidence = await readEvidence(db, { grant, judge }, seen, compared)
    for (const { members, ...group } of portion) {
      const { left, conflicts } = decideGroup({ grant, judge }, evidence, group.memberIds)
      told.push({ ...group, conflicts, automatic: knowsAll && left === undefined && allowsAutoMerge(grant.type) })
    }
  }
  return told
}

/** Returns a record without values that link to records in the recycle bin. */
function withoutUnseen({ id, state, unseen }: PresentRecord): Pick<PresentRecord, 'id' | 'state'> {
  return { id, state: new Map([...state].filter(([key]) => !unseen[key]?.length)) }
}
