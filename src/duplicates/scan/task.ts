import type { Transaction } from '../../database/transaction.ts'
import type { EntityType } from '../../entities/catalogue.ts'
import type { PlanFeature } from '../../fields/lookups.ts'
import { isRunning, type Job, type JobCreator, JobLost } from '../../jobs/job.ts'
import { jobTask } from '../../jobs/job-task.ts'
import type { JobQueue } from '../../jobs/queue.ts'
import { runInChunks } from '../../jobs/run-in-chunks.ts'
import type { AccessContext } from '../../rights/access-context.ts'
import type { Grant } from '../../rights/grant.ts'
import { requireDuplicates } from '../find-matches.ts'
import { rebuildKeys } from '../rebuild-keys.ts'
import { readScan } from './progress.ts'
import { type Step, scanSteps } from './steps.ts'

/** Work that follows a scan. It is queued together with the end of the scan. */
export interface AfterScan {
  task: { name: string }
  start(
    trx: Transaction,
    queue: JobQueue,
    scan: { type: EntityType; creator: JobCreator; features: readonly PlanFeature[] },
  ): Promise<void>
}

/** The context of scans. */
export interface ScanContext extends AccessContext {
  queue: JobQueue
  afterScan?: AfterScan
}

/**
 * Searches all records of a type for duplicates. Each step is saved with the progress of the job, so that it is done once
 * also if the process is killed. Nobody sees the pairs as they are: groups are made of them for each caller.
 */
export const scanTask = jobTask('duplicate-scan', async (context: ScanContext, job: Job, signal: AbortSignal) => {
  const { db, queue, afterScan } = context
  const scan = await readScan(db, job.id)
  // The type was deleted, or the scan has ended and only the job has not.
  if (!scan) return job.result
  await rebuildKeys(context, scan.typeCode, signal)
  const read = async () => {
    const grant = (await context.access.system(db)).grant(scan.typeCode)
    requireDuplicates(grant)
    return grant
  }
  const goOn = async () => {
    signal.throwIfAborted()
    if (!(await isRunning(db, job.id))) throw new JobLost()
  }
  // Before the last transaction, which may hold the only connection.
  if (afterScan) await queue.prepare(afterScan.task)
  const onFinished = async (trx: Transaction, { type, catalogue }: Grant) => {
    const creator = { userId: job.createdBy, scopes: job.scopes }
    await afterScan?.start(trx, queue, { type, creator, features: catalogue.lookups.plan.features })
  }
  const steps = scanSteps({ db, job, read, goOn, onFinished })
  return await runInChunks({ db, job, signal, read }, steps, doStep)
})

function doStep(trx: Transaction, step: Step, grant: Grant) {
  return step(trx, grant)
}
