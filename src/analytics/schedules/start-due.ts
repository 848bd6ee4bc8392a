import { sql } from 'kysely'
import { Temporal } from 'temporal-polyfill'
import type { Database } from '../../database/connect.ts'
import { inTransaction, type Transaction } from '../../database/transaction.ts'
import { queueJob } from '../../jobs/job-task.ts'
import type { JobQueue } from '../../jobs/queue.ts'
import { lastDue, nextDue } from '../../jobs/recurrence.ts'
import type { Task } from '../../jobs/task.ts'
import { recurrenceOf } from '../saved/schedule.ts'
import { type ScheduledReportContext, scheduledReportTask } from './scheduled-report.ts'

/** What starts jobs. */
type StartingContext = ScheduledReportContext & { queue: JobQueue }

/** Starts the jobs of all schedules that are due. */
export const reportScheduleTask: Task<object, StartingContext> = {
  name: 'report-schedules',
  schedule: '* * * * *',
  async run({ db, queue }, _payload, signal) {
    await queue.prepare(scheduledReportTask)
    while (await startNext(db, queue)) signal.throwIfAborted()
  },
}

/**
 * Starts the job of one schedule that is due, and plans its next time in the same transaction. So each time runs once, also
 * with several processes. Times that were missed run once together. Returns false if no schedule is due.
 */
async function startNext(db: Database, queue: JobQueue): Promise<boolean> {
  return await inTransaction(db, async (trx) => {
    const due = await lockDue(trx)
    if (!due) return false
    const { savedId, nextAt, ...schedule } = due
    const now = Temporal.Instant.from(due.now)
    const recurrence = recurrenceOf(schedule)
    const dueAt = lastDue(recurrence, now)?.toString({ fractionalSecondDigits: 3 }) ?? nextAt
    const run = { ...schedule, savedId, dueAt }
    if (!(await hasRun(trx, run))) await startJob(trx, queue, run)
    await trx
      .updateTable('report_schedule')
      .set({ next_at: nextDue(recurrence, now).toString() })
      .where('saved_id', '=', savedId)
      .execute()
    return true
  })
}

type DueSchedule = NonNullable<Awaited<ReturnType<typeof lockDue>>>

/** Locks a schedule that is due. The time is that of the database, which all processes share. */
async function lockDue(trx: Transaction) {
  return await trx
    .selectFrom('report_schedule as schedule')
    .innerJoin('saved_analytics as saved', 'saved.id', 'schedule.saved_id')
    .select(['schedule.saved_id as savedId', 'saved.kind', 'saved.owner_id as ownerId', 'schedule.scopes'])
    .select(['schedule.every', 'schedule.weekday', 'schedule.day', 'schedule.hour', 'schedule.time_zone as timeZone'])
    .select(['schedule.form', 'schedule.language', 'schedule.next_at as nextAt', sql<string>`instant(now())`.as('now')])
    .where('schedule.next_at', '<=', sql<string>`now()`)
    .orderBy('schedule.next_at')
    .limit(1)
    .forUpdate('schedule')
    .skipLocked()
    .executeTakeFirst()
}

/** A schedule at one of its times. */
type Run = Omit<DueSchedule, 'now' | 'nextAt'> & { dueAt: string }

async function hasRun(trx: Transaction, { savedId, dueAt }: Run): Promise<boolean> {
  const runs = trx.selectFrom('local.scheduled_report').select('job_id')
  return (await runs.where('saved_id', '=', savedId).where('due_at', '=', dueAt).executeTakeFirst()) !== undefined
}

async function startJob(trx: Transaction, queue: JobQueue, run: Run): Promise<void> {
  const { savedId, kind, ownerId, scopes, dueAt, timeZone, form, language } = run
  const result = { ...(kind === 'report' ? { savedReportId: savedId } : { dashboardId: savedId }), dueAt }
  const jobId = await queueJob(trx, queue, scheduledReportTask, { creator: { userId: ownerId, scopes }, result })
  await trx
    .insertInto('local.scheduled_report')
    .values({ job_id: jobId, saved_id: savedId, kind, due_at: dueAt, time_zone: timeZone, form, language })
    .execute()
}
