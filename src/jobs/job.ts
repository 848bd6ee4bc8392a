import { sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { type JobStatus, runnable, unfinished } from '../database/job-status.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Params } from '../errors/problem.ts'

/** Who creates a job. */
export interface JobCreator {
  userId: number
  /** What the key allows, and so the job. Null allows everything that the user may do. */
  scopes: readonly { type: string; operations: readonly string[] }[] | null
}

/** A job, as its task sees it. */
export interface Job {
  id: number
  type: string
  createdBy: number
  scopes: JobCreator['scopes']
  done: number
  total: number | null
  result: Record<string, unknown>
}

/** The reason why a job failed. Its message is in the language of the reader. */
export interface JobError {
  code: string
  params: Params
}

/** The job was cancelled, or another process did this part of it, or changed what it depends on. */
export class JobLost extends Error {
  override name = 'JobLost'
}

/** Creates a job and returns its id. */
export async function createJob(
  trx: Transaction,
  { type, creator, result = {} }: { type: string; creator: JobCreator; result?: Job['result'] },
): Promise<number> {
  const { id } = await trx
    .insertInto('local.job')
    .values({
      type,
      total: null,
      result: JSON.stringify(result),
      created_by: creator.userId,
      scopes: creator.scopes && JSON.stringify(creator.scopes),
      started_at: null,
      resumed_at: null,
      finished_at: null,
    })
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
    .set({
      status: 'running',
      started_at: sql`coalesce(started_at, now())`,
      resumed_at: sql`now()`,
      resumed_done: sql`done`,
    })
    .where('id', '=', id)
    .where('status', 'in', runnable)
    .returning(['id', 'type', 'created_by as createdBy', 'scopes', 'done', 'total', 'result'])
    .executeTakeFirst()
}

/** Sets the total amount of work. The rate leaves out the time that counting took. */
export async function setTotal(db: Database, id: number, total: number): Promise<void> {
  const resumedAt = sql<string | null>`case when resumed_at is not null then now() end`
  await db.updateTable('local.job').set({ total, resumed_at: resumedAt }).where('id', '=', id).execute()
}

/** Counts the work of a job and saves the total, unless that was done before. */
export async function countOnce(db: Database, { id, total }: Job, count: () => Promise<number>): Promise<void> {
  if (total === null) await setTotal(db, id, await count())
}

/**
 * Locks the job until the end of the transaction that does the next part after `done`. Another process with the same
 * job waits and then gets JobLost. Throws JobLost.
 */
export async function lockJob(trx: Transaction, { id, done }: Pick<Job, 'id' | 'done'>): Promise<void> {
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

/** Returns whether a job is still running, for long work that saves no progress. */
export async function isRunning(db: Database, id: number): Promise<boolean> {
  const query = db.selectFrom('local.job').select('id').where('id', '=', id).where('status', '=', 'running')
  return (await query.executeTakeFirst()) !== undefined
}

/** Saves the progress, in the transaction that did the work and holds the lock. */
export async function saveProgress(
  trx: Transaction,
  { id, done, result }: Pick<Job, 'id' | 'done' | 'result'>,
): Promise<void> {
  await trx
    .updateTable('local.job')
    .set({ done, result: JSON.stringify(result) })
    .where('id', '=', id)
    .execute()
}

/** The members of a result that count faults. */
const faultCounts = ['failed', 'warnings', 'left']

/** Marks a running job as completed, with errors if its result counts any. */
export async function finishJob(db: Database, { id, result }: Pick<Job, 'id' | 'result'>): Promise<void> {
  const status = faultCounts.some((name) => result[name]) ? 'completedWithErrors' : 'completed'
  await db
    .updateTable('local.job')
    .set({ status, result: JSON.stringify(result), finished_at: sql`now()` })
    .where('id', '=', id)
    .where('status', '=', 'running')
    .execute()
}

/** Marks a queued or running job as failed. A worker that lost a paused job must not end it. */
export async function failJob(db: Database, id: number, error: JobError): Promise<void> {
  await fail(db, id, error, runnable)
}

/** Marks a job as failed, also a paused one, because what it works on is deleted. */
export async function abandonJob(trx: Transaction, id: number, error: JobError): Promise<void> {
  await fail(trx, id, error, unfinished)
}

async function fail(db: Database, id: number, error: JobError, statuses: readonly JobStatus[]): Promise<void> {
  await db
    .updateTable('local.job')
    .set({ status: 'failed', error: JSON.stringify(error), finished_at: sql`now()` })
    .where('id', '=', id)
    .where('status', 'in', statuses)
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

/** Pauses a job; its worker stops before the next chunk. Returns false when the job is over or paused already. */
export async function pauseJob(db: Database, id: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('local.job')
    .set({ status: 'paused', resumed_at: null })
    .where('id', '=', id)
    .where('status', 'in', runnable)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
