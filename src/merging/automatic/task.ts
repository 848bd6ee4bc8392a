import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'
import { isStopped } from '../../duplicates/auto-merge-stop.ts'
import { judgeFor, requireDuplicates } from '../../duplicates/find-matches.ts'
import type { Judge } from '../../duplicates/judge.ts'
import { allowsAutoMerge } from '../../duplicates/settings.ts'
import { Problem } from '../../errors/problem.ts'
import type { JobFault } from '../../jobs/faults.ts'
import { isRunning, type Job, JobLost, setTotal } from '../../jobs/job.ts'
import { JobFailed, jobTask } from '../../jobs/job-task.ts'
import { type ChunkOutcome, runInChunks } from '../../jobs/run-in-chunks.ts'
import { requireFeature } from '../../plans/require.ts'
import { DeniedItems, withoutDenied } from '../../records/write/denied.ts'
import { readStates } from '../../records/write/lock-records.ts'
import type { Access } from '../../rights/access.ts'
import type { AccessContext } from '../../rights/access-context.ts'
import type { Grant } from '../../rights/grant.ts'
import { requireAllFields } from '../check-members.ts'
import { lockMembers } from '../lock-members.ts'
import { mergeRecords } from '../merge.ts'
import { decideGroup, leftReasons } from './decide-group.ts'
import { readEvidence } from './evidence.ts'
import { findGroups } from './find-groups.ts'
import { type MergingRun, readGroups, readRun, type StoredGroup, storeGroups } from './stored-groups.ts'

/** The rights with which a group is merged, and how its records are compared. */
interface Fresh {
  access: Access
  grant: Grant
  judge: Judge
}

type Denied = ReadonlyMap<number, Problem>
type Step = (trx: Transaction, fresh: Fresh, denied: Denied) => Promise<ChunkOutcome>

/** The counters at the start of a job. Every group is merged, or left for one of the reasons. */
export const noGroups = {
  ...{ groups: 0, merged: 0, mergedRecords: 0 },
  ...Object.fromEntries(Object.keys(leftReasons).map((reason) => [reason, 0])),
  refused: 0,
}

const groupsAtOnce = 200

/**
 * Merges the groups of duplicates that need no person. Each group is merged in one transaction with the progress of the job,
 * in which its records are locked and judged again.
 */
export const mergeTask = jobTask('duplicate-merge', async (context: AccessContext, job: Job, signal: AbortSignal) => {
  const { db } = context
  const run = await readRun(db, job.id)
  // The type was deleted.
  if (!run) return job.result
  const read = async () => {
    const access = await context.access.ofJob(db, job)
    const grant = mergingGrant(access, run.typeCode)
    return { access, grant, judge: await judgeFor(db, grant) }
  }
  const goOn = async () => {
    signal.throwIfAborted()
    if (!(await isRunning(db, job.id))) throw new JobLost()
  }
  const steps = stepsOf(db, job, run, async () => await findGroups({ db, goOn, ...(await read()) }))
  const chunked = { db, job, signal, read, typeId: run.typeId, transaction: withoutDenied }
  return await runInChunks(chunked, steps, (trx, step: Step, fresh, denied) => step(trx, fresh, denied))
})

/** Returns the grant with which records of a type are merged automatically. Throws what the caller lacks for it. */
export function mergingGrant(access: Access, typeCode: string): Grant {
  access.requireSettings()
  const grant = access.grant(typeCode)
  requireDuplicates(grant)
  if (!allowsAutoMerge(grant.type)) throw new Problem('automatic_merging_not_supported', { type: typeCode })
  requireFeature(access, 'autoMerge')
  requireAllFields(grant)
  return grant
}

async function* stepsOf(
  db: Database,
  job: Job,
  run: MergingRun,
  find: () => Promise<number[][]>,
): AsyncGenerator<Step, void, undefined> {
  let { done } = job
  if (done === 0) {
    const groups = await find()
    yield async (trx) => {
      await storeGroups(trx, job.id, groups)
      await setTotal(trx, job.id, groups.length + 1)
      return { items: 1, counters: {} }
    }
    done = 1
  }
  for (;;) {
    // The first step has no group, so the places begin with 1.
    const groups = await readGroups(db, job.id, done, groupsAtOnce)
    if (!groups.length) return
    for (const group of groups)
      yield (trx, fresh, denied) => mergeGroup(trx, group, { ...fresh, ...run, jobId: job.id, denied })
    done += groups.length
  }
}

type GroupMerging = Fresh & MergingRun & { jobId: number; denied: Denied }

async function mergeGroup(
  trx: Transaction,
  { place, ids }: StoredGroup,
  { access, grant, judge, typeId, dryRun, jobId, denied }: GroupMerging,
): Promise<ChunkOutcome> {
  const [survivorId, ...mergedIds] = ids
  const left = (reason: string, codes: readonly [code: string, column: string | null][]): ChunkOutcome => ({
    items: 1,
    counters: { groups: 1, [reason]: 1 },
    faults: codes.map(([code, column]) => faultOf(survivorId!, code, column)),
  })
  const problem = denied.get(place)
  if (problem) return left('refused', [[problem.faults[0]?.code ?? problem.code, null]])
  if (await isStopped(trx, typeId)) throw new JobFailed('automatic_merging_stopped')
  if (!dryRun) await lockMembers(trx, { grant, survivorId: survivorId!, mergedIds })
  const evidence = await readEvidence(trx, { grant, judge }, (await readStates(trx, grant, ids)).values())
  const { left: reason, conflicts, values } = decideGroup({ grant, judge }, evidence, ids)
  if (reason) {
    const paths = reason === 'conflicts' ? conflicts : [null]
    return left(
      reason,
      paths.map((path) => [leftReasons[reason], path]),
    )
  }
  if (!dryRun) {
    const writing = { grant, context: access.context(), via: 'merge' as const, jobId, isSilent: true }
    await mergeRecords(trx, writing, { survivorId: survivorId!, mergedIds, choices: new Map(), values }).catch((error: unknown) => {
      throw error instanceof Problem ? new DeniedItems(new Map([[place, error]])) : error
    })
  }
  return { items: 1, counters: { groups: 1, merged: 1, mergedRecords: mergedIds.length } }
}

/** Returns the entry of a group that was left for a person. The record is the first of the group. */
function faultOf(recordId: number, code: string, column: string | null): JobFault {
  return { recordId, column, severity: 'info', code, params: {} }
}
