import type { Database } from '../../database/connect.ts'
import type { Transaction } from '../../database/transaction.ts'
import { judgeFor, requireDuplicates } from '../../duplicates/find-matches.ts'
import type { Judge } from '../../duplicates/judge.ts'
import { allowsAutoMerge } from '../../duplicates/settings.ts'
import { Problem } from '../../errors/problem.ts'
import { isRunning, type Job, JobLost, setTotal } from '../../jobs/job.ts'
import { jobTask } from '../../jobs/job-task.ts'
import { type ChunkOutcome, runInChunks } from '../../jobs/run-in-chunks.ts'
import { requireFeature } from '../../plans/require.ts'
import { withoutDenied } from '../../records/write/denied.ts'
import type { Access } from '../../rights/access.ts'
import type { AccessContext } from '../../rights/access-context.ts'
import type { Grant } from '../../rights/grant.ts'
import { requireAllFields } from '../check-members.ts'
import { findGroups } from './find-groups.ts'
import { mergeGroups } from './merge-groups.ts'
import { portionsOf } from './portions.ts'
import { type MergingRun, readGroups, readRun, storeGroups } from './stored-groups.ts'

/** The rights with which a group is merged, and how its records are compared. */
interface Fresh {
  access: Access
  grant: Grant
  judge: Judge
}

type Denied = ReadonlyMap<number, Problem>
type Step = (trx: Transaction, fresh: Fresh, denied: Denied) => Promise<ChunkOutcome>

/** The most groups and, if there are several groups, the most records that are merged in one transaction. */
const [groupsAtOnce, recordsAtOnce] = [20, 50]

/**
 * Merges the groups of duplicates that need no person, some in each transaction. It also saves the progress of the job, so
 * that each group is merged once and as a whole.
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
    const next = await readGroups(db, job.id, done, groupsAtOnce)
    const [groups] = portionsOf(next, ({ ids }) => ids.length, recordsAtOnce)
    if (!groups) return
    let items = 0
    yield async (trx, fresh, denied) => {
      const outcome = await mergeGroups(trx, groups, { ...fresh, ...run, jobId: job.id, denied })
      items = outcome.items
      return outcome
    }
    done += items
  }
}
