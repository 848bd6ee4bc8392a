import { type RawBuilder, sql } from 'kysely'
import type { Context } from '../../fields/value.ts'
import type { HistoryEntry } from '../../history/write.ts'

/**
 * The moment at which a change of a locked record is written: now, or the moment of the record's last change where the
 * clock of another server is ahead. So a record's times never go back.
 */
export function momentAfter(now: Date, last: unknown): Date {
  const known = typeof last === 'string' ? Date.parse(last) : Number.NaN
  if (!(known >= now.getTime())) return now
  // What was written by SQL may have microseconds, which a Date has not.
  return new Date(/\.\d{3}0*[1-9]/.test(String(last)) ? known + 1 : known)
}

/** The moment of whatever is written now, which is not before the request was read. */
export function presentMoment({ now }: Context): Date {
  return new Date(Math.max(Date.now(), now.getTime()))
}

/** The context of a change that is written at that moment. */
export function contextAt<T extends Context>(context: T, now: Date): T {
  return context.now === now ? context : { ...context, now }
}

/** The records of entries with the moments of these, as a table `v` of `id` and `at`. */
export function momentsOf(entries: readonly Pick<HistoryEntry, 'recordId' | 'at'>[]): RawBuilder<unknown> {
  const rows = entries.map(({ recordId, at }) => ({ id: recordId, at }))
  return sql`json_to_recordset(${JSON.stringify(rows)}) as v (id bigint, at timestamptz)`
}
