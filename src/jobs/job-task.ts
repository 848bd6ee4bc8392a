import type { Transaction } from '../database/transaction.ts'
import { problemOfDatabase } from '../errors/database-errors.ts'
import { type Params, Problem } from '../errors/problem.ts'
import { createJob, failJob, finishJob, type Job, type JobCreator, type JobError, JobLost, startJob } from './job.ts'
import type { JobQueue } from './queue.ts'
import type { Task, TaskContext } from './task.ts'

/** The job failed for a reason that the user sees. */
export class JobFailed extends Error {
  override name = 'JobFailed'
  readonly reason: JobError

  constructor(code: string, params: Params = {}) {
    super(code)
    this.reason = { code, params }
  }
}

/** Does the rest of a job and returns its result. */
type JobWork<Context> = (context: Context, job: Job, signal: AbortSignal) => Promise<Job['result']>

/**
 * Returns a task for a job, which is completed with the result of the work. Database problems are retried; other errors
 * fail the job with a reason.
 */
export function jobTask<Context extends TaskContext>(
  name: string,
  work: JobWork<Context>,
): Task<{ jobId: number }, Context> {
  return {
    name,
    async run(context, { jobId }, signal) {
      try {
        await doUntilOver(context, { jobId, work, signal })
      } catch (error) {
        if (signal.aborted || problemOfDatabase(error)) throw error
        const reason = reasonOf(error)
        await failJob(context.db, jobId, reason ?? { code: 'internal_error', params: {} })
        if (!reason) throw error
      }
    },
    giveUp: ({ db }, { jobId }) => failJob(db, jobId, { code: 'internal_error', params: {} }),
  }
}

/**
 * Runs the rest of a job. After JobLost it reads the job again and continues: the other process may be an old one whose
 * queue entry this process has taken over, and may end at any time.
 */
async function doUntilOver<Context extends TaskContext>(
  context: Context,
  { jobId, work, signal }: { jobId: number; work: JobWork<Context>; signal: AbortSignal },
): Promise<void> {
  for (;;) {
    const job = await startJob(context.db, jobId)
    if (!job) return
    try {
      const result = await work(context, job, signal)
      return await finishJob(context.db, { id: jobId, result })
    } catch (error) {
      if (!(error instanceof JobLost)) throw error
      signal.throwIfAborted()
    }
  }
}

/** Creates a job with its queue entry, and returns its id. The queue must exist. */
export async function queueJob<Context extends TaskContext>(
  trx: Transaction,
  queue: JobQueue,
  task: Task<{ jobId: number }, Context>,
  { creator, result }: { creator: JobCreator; result?: Job['result'] },
): Promise<number> {
  const jobId = await createJob(trx, { type: task.name, creator, ...(result && { result }) })
  await queue.enqueue(trx, task, { jobId })
  return jobId
}

function reasonOf(error: unknown): JobError | undefined {
  if (error instanceof JobFailed) return error.reason
  if (!(error instanceof Problem)) return
  // A job has no body with places of faults, so the first fault says more than that there are some.
  const { code, params = {} } = error.faults[0] ?? error
  return { code, params }
}
