import type { Transaction } from '../../database/transaction.ts'
import { isStopped } from '../../duplicates/auto-merge-stop.ts'
import { prepareRecords } from '../../duplicates/read-compared.ts'
import { Problem } from '../../errors/problem.ts'
import type { JobFault } from '../../jobs/faults.ts'
import { JobFailed } from '../../jobs/job-task.ts'
import type { ChunkOutcome } from '../../jobs/run-in-chunks.ts'
import { DeniedItems } from '../../records/write/denied.ts'
import { readStates } from '../../records/write/lock-records.ts'
import type { Access } from '../../rights/access.ts'
import type { Grant } from '../../rights/grant.ts'
import { type LockedMembers, lockMembers } from '../lock-members.ts'
import { mergeRecords } from '../merge.ts'
import { mostMerged } from '../merge-request.ts'
import { decideGroup, leftReasons } from './decide-group.ts'
import { type Deciding, type Evidence, readEvidence } from './evidence.ts'
import type { MergingRun, StoredGroup } from './stored-groups.ts'

/** How the groups of a job are merged. */
export interface GroupMerging extends Deciding, MergingRun {
  access: Access
  jobId: number
  /** Why groups cannot be merged, by their places. */
  denied: ReadonlyMap<number, Problem>
}

/** The counters at the start of a job. Every group is merged, or left for one of the reasons. */
export const noGroups = {
  ...{ groups: 0, merged: 0, mergedRecords: 0 },
  ...Object.fromEntries(Object.keys(leftReasons).map((reason) => [reason, 0])),
  refused: 0,
}

/**
 * Merges the groups that need no person. Their records are locked and read at once, and decided about as they are then.
 * Returns how many of the groups are done, from the first one on. The others must be read again: a merge can change them.
 */
export async function mergeGroups(
  trx: Transaction,
  groups: readonly StoredGroup[],
  merging: GroupMerging,
): Promise<ChunkOutcome> {
  const { grant, typeId, dryRun, denied } = merging
  if (await isStopped(trx, typeId)) throw new JobFailed('automatic_merging_stopped')
  const possible = groups.filter(({ place, ids }) => ids.length <= mostMerged && !denied.has(place))
  const members = dryRun ? undefined : await lockMembers(trx, grant, possible.map(mergeOf))
  const evidence = await evidenceOf(trx, merging, members?.records ?? (await readMembers(trx, grant, possible)))
  const problems = new Map<number, Problem>()
  const outcomes: ChunkOutcome[] = []
  for (const group of members ? independentOf(groups, new Set(members.referring.get(grant.type.id))) : groups) {
    try {
      outcomes.push(await mergeGroup(trx, group, merging, { evidence, members }))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      problems.set(group.place, error)
    }
  }
  if (problems.size) throw new DeniedItems(problems)
  return together(outcomes)
}

async function readMembers(
  trx: Transaction,
  grant: Grant,
  groups: readonly StoredGroup[],
): Promise<LockedMembers['records']> {
  return await readStates(
    trx,
    grant,
    groups.flatMap(({ ids }) => ids),
  )
}

async function evidenceOf(trx: Transaction, deciding: Deciding, found: LockedMembers['records']): Promise<Evidence> {
  const records = [...found.values()]
  const read = await prepareRecords(trx, deciding.grant, deciding.judge.comparing, records)
  return await readEvidence(
    trx,
    deciding,
    records,
    read.map(({ prepared }) => prepared),
  )
}

function mergeOf({ ids: [survivorId, ...mergedIds] }: StoredGroup) {
  return { survivorId: survivorId!, mergedIds }
}

/**
 * Returns the groups, from the first one on, that do not change each other when they are merged: no record is in two of
 * them, and none links to a record that is merged. There is at least one.
 */
function independentOf(groups: readonly StoredGroup[], linking: ReadonlySet<number>): readonly StoredGroup[] {
  const end = groups.findIndex(({ ids }, at) =>
    ids.some((id) => linking.has(id) || groups.slice(0, at).some((earlier) => earlier.ids.includes(id))),
  )
  return end < 0 ? groups : groups.slice(0, Math.max(1, end))
}

async function mergeGroup(
  trx: Transaction,
  group: StoredGroup,
  merging: GroupMerging,
  { evidence, members }: { evidence: Evidence; members: LockedMembers | undefined },
): Promise<ChunkOutcome> {
  const { access, grant, jobId, denied } = merging
  const problem = denied.get(group.place)
  if (problem) return left(group, 'refused', problem.faults[0]?.code ?? problem.code)
  const { left: reason, conflicts, values } = decideGroup(merging, evidence, group.ids)
  if (reason) return left(group, reason, leftReasons[reason], reason === 'conflicts' ? conflicts : [null])
  const merge = mergeOf(group)
  if (members) {
    const writing = { grant, context: access.context(), via: 'merge' as const, jobId, isSilent: true }
    await mergeRecords(trx, writing, { ...merge, choices: new Map(), values }, members)
  }
  return { items: 1, counters: { groups: 1, merged: 1, mergedRecords: merge.mergedIds.length } }
}

/** Returns the outcome of a group that is left for a person, with its faults. They name the first record of the group. */
function left(
  { ids }: StoredGroup,
  counter: string,
  code: string,
  columns: readonly JobFault['column'][] = [null],
): ChunkOutcome {
  const fault = { recordId: ids[0]!, severity: 'info' as const, code, params: {} }
  return { items: 1, counters: { groups: 1, [counter]: 1 }, faults: columns.map((column) => ({ ...fault, column })) }
}

function together(outcomes: readonly ChunkOutcome[]): ChunkOutcome {
  const counters: Record<string, number> = {}
  for (const outcome of outcomes) {
    for (const [name, n] of Object.entries(outcome.counters)) counters[name] = (counters[name] ?? 0) + n
  }
  return { items: outcomes.length, counters, faults: outcomes.flatMap(({ faults = [] }) => faults) }
}
