import { type RawBuilder, sql } from 'kysely'
import type { Context } from '../../fields/value.ts'
import type { HistoryEntry } from '../../history/write.ts'

/**
 * Returns the timestamp of a change to a locked record: now, or the time of the record's last change if another
 * server's clock is ahead. So the times of a record never go back.
 */
export function timeAfter(now: Date, last: unknown): Date {
  const known = typeof last === 'string' ? Date.parse(last) : Number.NaN
  if (!(known >= now.getTime())) return now
  // Timestamps written by SQL can have microseconds. A Date cannot, so the time is rounded up.
  return new Date(/\.\d{3}0*[1-9]/.test(String(last)) ? known + 1 : known)
}

/** Returns the timestamp of a write: now, but never before the time of the request. */
export function writeTime({ now }: Context): Date {
  return new Date(Math.max(Date.now(), now.getTime()))
}

/** Returns the context with the given time as `now`. */
export function withTime<T extends Context>(context: T, now: Date): T {
  return context.now === now ? context : { ...context, now }
}

/** Returns the record `id` and timestamp `at` of each history entry, for `recordTimes`. */
export function timesOf(entries: readonly Pick<HistoryEntry, 'recordId' | 'at'>[]): string {
  return JSON.stringify(entries.map(({ recordId, at }) => ({ id: recordId, at })))
}

/** Returns SQL of a table `v` with the record `id` and timestamp `at` of each history entry. */
export function recordTimes(times: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`json_to_recordset(${times}) as v (id bigint, at timestamptz)`
}
