import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import type { Transaction } from '../database/transaction.ts'
import { problemOfDatabase } from '../errors/database-errors.ts'
import { type Params, Problem } from '../errors/problem.ts'
import type { Task, TaskContext } from './task.ts'

/** A job as whoever does it sees it. */
export interface Job {
  id: number
  type: string
  createdBy: number
  done: number
  total: number | null
  result: Record<string, unknown>
}

/** Why a job failed; told in the language of who asks. */
export interface JobError {
  code: string
  params: Params
}

/** A part of the work was taken away: the job was cancelled, or somebody else has done that part. */
export class JobLost extends Error {
  override name = 'JobLost'
}

/** The work cannot be done, for a reason that its user is told. */
export class JobFailed extends Error {
  override name = 'JobFailed'
  readonly reason: JobError

  constructor(code: string, params: Params = {}) {
    super(code)
    this.reason = { code, params }
  }
}

/** Notes a new job, which its task will find by the id. */
export async function createJob(trx: Transaction, job: { type: string; userId: number }): Promise<number> {
  const { id } = await trx
    .insertInto('local.job')
    .values({ type: job.type, total: null, created_by: job.userId, started_at: null, finished_at: null })
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}

/**
 * Begins a job, or goes on with one whose process was killed. Undefined when there is nothing left to do, so that a job
 * that is given out twice is done once.
 */
export async function startJob(db: Database, id: number): Promise<Job | undefined> {
  return await db
    .updateTable('local.job')
    .set({ status: 'running', started_at: sql`coalesce(started_at, now())` })
    .where('id', '=', id)
    .where('status', 'in', ['queued', 'running'])
    .returning(['id', 'type', 'created_by as createdBy', 'done', 'total', 'result'])
    .executeTakeFirst()
}

/** Says how much there is to do. */
export async function setTotal(db: Database, id: number, total: number): Promise<void> {
  await db.updateTable('local.job').set({ total }).where('id', '=', id).execute()
}

/**
 * Holds the job until the end of the transaction, which does the part of the work behind `done`: whoever else does the
 * same job waits, and then finds the part done. Throws JobLost.
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

/** Notes what is done, in the transaction that did it and holds the job. */
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

/** Ends a job, if it still runs. */
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

/** Ends a job that cannot be done, if nothing else ended it. */
export async function failJob(db: Database, id: number, error: JobError): Promise<void> {
  await db
    .updateTable('local.job')
    .set({ status: 'failed', error: JSON.stringify(error), finished_at: sql`now()` })
    .where('id', '=', id)
    .where('status', 'in', ['queued', 'running'])
    .execute()
}

/** Ends a job before it is done; false when it is over already. What it has done so far stays. */
export async function cancelJob(db: Database, id: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('local.job')
    .set({ status: 'cancelled', finished_at: sql`now()` })
    .where('id', '=', id)
    .where('status', 'in', ['queued', 'running', 'paused'])
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

type JobWork<Context> = (context: Context, job: Job, signal: AbortSignal) => Promise<void>

/** A task with a row of `job`: started, tried again after a passing mishap, and failed with a reason after any other. */
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
 * Does a job as far as it is not done. Who loses it to another process reads its row again and goes on: the other one
 * may be the late one, whose entry in the queue is this one's now, and may die.
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
