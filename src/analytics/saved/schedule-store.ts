import { sql } from 'kysely'
import { Temporal } from 'temporal-polyfill'
import type { JobStatus } from '../../database/job-status.ts'
import type { Transaction } from '../../database/transaction.ts'
import { nextDue } from '../../jobs/recurrence.ts'
import type { Scopes } from '../../people/scopes.ts'
import { recurrenceOf, type Schedule } from './schedule.ts'

/** A schedule with its next time and its last job. */
export interface ShownSchedule extends Schedule {
  nextRunAt: string
  lastJob: { id: number; status: JobStatus; dueAt: string } | null
}

/** Returns SQL of the schedule of the row of `saved_analytics`. Only the owner sees the last job. */
export function shownSchedule(userId: number) {
  return sql<ShownSchedule | null>`(select json_build_object('every', s.every, 'weekday', s.weekday, 'day', s.day,
      'hour', s.hour, 'timeZone', s.time_zone, 'form', s.form, 'language', s.language, 'nextRunAt', instant(s.next_at),
      'lastJob', (select json_build_object('id', job.id, 'status', job.status, 'dueAt', instant(run.due_at))
        from local.scheduled_report as run join local.job as job on job.id = run.job_id
        where run.saved_id = s.saved_id and saved_analytics.owner_id = ${userId} order by run.due_at desc limit 1))
    from report_schedule as s where s.saved_id = saved_analytics.id)`
}

/** Whose key sets a schedule, and when. */
export interface ScheduleChange {
  scopes: Scopes
  now: Date
}

/** Saves the schedule of what a user saved, or deletes it. Returns whether it has changed. */
export async function saveSchedule(
  trx: Transaction,
  savedId: number,
  schedule: Schedule | null,
  { scopes, now }: ScheduleChange,
): Promise<boolean> {
  if (!schedule) {
    const deleted = await trx.deleteFrom('report_schedule').where('saved_id', '=', savedId).executeTakeFirst()
    return deleted.numDeletedRows > 0n
  }
  const { every, weekday, day, hour, timeZone, form, language } = schedule
  const next = nextDue(recurrenceOf(schedule), Temporal.Instant.fromEpochMilliseconds(now.getTime())).toString()
  // A change of the form alone keeps the next time, which may be due already.
  const { rows } = await sql<{ isChanged: boolean }>`
    with before as (select * from report_schedule where saved_id = ${savedId})
    insert into report_schedule as s
      (saved_id, every, weekday, day, hour, time_zone, form, language, scopes, next_at)
    values (${savedId}, ${every}, ${weekday}, ${day}, ${hour}, ${timeZone}, ${form}, ${language},
      ${scopes && JSON.stringify(scopes)}, ${next})
    on conflict (saved_id) do update set every = excluded.every, weekday = excluded.weekday, day = excluded.day,
      hour = excluded.hour, time_zone = excluded.time_zone, form = excluded.form, language = excluded.language,
      scopes = excluded.scopes, next_at = case
        when (s.every, s.weekday, s.day, s.hour, s.time_zone) is not distinct from
          (excluded.every, excluded.weekday, excluded.day, excluded.hour, excluded.time_zone)
        then s.next_at else excluded.next_at end
    returning not exists (select from before as b
      where (b.every, b.weekday, b.day, b.hour, b.time_zone, b.form, b.language) is not distinct from
        (s.every, s.weekday, s.day, s.hour, s.time_zone, s.form, s.language)) as "isChanged"`.execute(trx)
  return rows[0]!.isChanged
}
