import { type RawBuilder, sql } from 'kysely'
import type { Part } from '../../database/statement.ts'
import type { Context } from '../../fields/value.ts'
import type { HistoryEntry } from '../../history/write.ts'
import type { Grant } from '../../rights/grant.ts'
import { tableOf } from '../query/record-query.ts'

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

/** Returns the statement that gives locked records, of which no column changes, the versions and times of history entries. */
export function newVersions(grant: Grant, entries: readonly HistoryEntry[], userId: number): Part {
  return {
    shape: `new versions ${grant.type.code}`,
    values: [userId, timesOf(entries)],
    sql: (by, times) => sql`update ${tableOf(grant)} as record set version = record.version + 1, updated_at = v.at,
      updated_by = ${by} from ${recordTimes(times)} where record.id = v.id`,
  }
}
