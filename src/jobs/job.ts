import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { runnable, unfinished } from '../database/job-status.ts'
import type { Transaction } from '../database/transaction.ts'
import { problemOfDatabase } from '../errors/database-errors.ts'
import { type Params, Problem } from '../errors/problem.ts'
import type { Task, TaskContext } from './task.ts'

/** A job, as its task sees it. */
export interface Job {
  id: number
  type: string
  createdBy: number
  done: number
  total: number | null
  result: Record<string, unknown>
}

/** The reason why a job failed. Its message is in the language of the reader. */
export interface JobError {
  code: string
  params: Params
}

/** The job was cancelled, or another process did this part of it. */
export class JobLost extends Error {
  override name = 'JobLost'
}

/** The job failed for a reason that the user sees. */
export class JobFailed extends Error {
  override name = 'JobFailed'
  readonly reason: JobError

  constructor(code: string, params: Params = {}) {
    super(code)
    this.reason = { code, params }
  }
}

/** Creates a job and returns its id. */
export async function createJob(trx: Transaction, job: { type: string; userId: number }): Promise<number> {
  const { id } = await trx
    .insertInto('local.job')
    .values({ type: job.type, total: null, created_by: job.userId, started_at: null, finished_at: null })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/**
 * Starts a job, or resumes one whose process was killed. Returns undefined when the job is over, so that a job that is
 * queued twice runs once.
 */
export async function startJob(db: Database, id: number): Promise<Job | undefined> {
  return await db
    .updateTable('local.job')
    .set({ status: 'running', started_at: sql`coalesce(started_at, now())` })
    .where('id', '=', id)
    .where('status', 'in', runnable)
    .returning(['id', 'type', 'created_by as createdBy', 'done', 'total', 'result'])
    .executeTakeFirst()
}

/** Sets the total amount of work. */
export async function setTotal(db: Database, id: number, total: number): Promise<void> {
  await db.updateTable('local.job').set({ total }).where('id', '=', id).execute()
}

/**
 * Locks the job until the end of the transaction that does the next part after `done`. Another process with the same
 * job waits and then gets JobLost. Throws JobLost.
 */
export async function holdJob(trx: Transaction, { id, done }: Pick<Job, 'id' | 'done'>): Promise<void> {
  const held = await trx
    .selectFrom('local.job')
    .select('id')
    .where('id', '=', id)
    .where('status', '=', 'running')
    .where('done', '=', done)
    .forNoKeyUpdate()
    .executeTakeFirst()
  if (!held) throw new JobLost()
}

/** Saves the progress, in the transaction that did the work and holds the lock. */
export async function moveJob(
  trx: Transaction,
  { id, done, result }: Pick<Job, 'id' | 'done' | 'result'>,
): Promise<void> {
  await trx
    .updateTable('local.job')
    .set({ done, result: JSON.stringify(result) })
    .where('id', '=', id)
    .execute()
}

/** Marks a running job as completed. */
export async function finishJob(
  db: Database,
  { id, result }: Pick<Job, 'id' | 'result'>,
  status: 'completed' | 'completedWithErrors',
): Promise<void> {
  await db
    .updateTable('local.job')
    .set({ status, result: JSON.stringify(result), finished_at: sql`now()` })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .execute()
}

/** Marks a queued or running job as failed. */
export async function failJob(db: Database, id: number, error: JobError): Promise<void> {
  await db
    .updateTable('local.job')
    .set({ status: 'failed', error: JSON.stringify(error), finished_at: sql`now()` })
    .where('id', '=', id)
    .where('status', 'in', runnable)
    .execute()
}

/** Cancels a job. Returns false when it is already over. Finished parts are kept. */
export async function cancelJob(db: Database, id: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('local.job')
    .set({ status: 'cancelled', finished_at: sql`now()` })
    .where('id', '=', id)
    .where('status', 'in', unfinished)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

type JobWork<Context> = (context: Context, job: Job, signal: AbortSignal) => Promise<void>

/** Returns a task for a job. Database problems are retried; other errors fail the job with a reason. */
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
      return await work(context, job, signal)
    } catch (error) {
      if (!(error instanceof JobLost)) throw error
      signal.throwIfAborted()
    }
  }
}

function reasonOf(error: unknown): JobError | undefined {
  if (error instanceof JobFailed) return error.reason
  return error instanceof Problem ? { code: error.code, params: error.params } : undefined
}
