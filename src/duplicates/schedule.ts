import type { Temporal } from 'temporal-polyfill'
import { isAfter, lastDue } from '../jobs/recurrence.ts'

/** How often all records of a type are searched, with the time between two scans. */
export const schedules = {
  never: null,
  daily: { unit: 'days', count: 1 },
  weekly: { unit: 'days', count: 7 },
  twoWeeks: { unit: 'days', count: 14 },
  monthly: { unit: 'months', count: 1 },
  halfYear: { unit: 'months', count: 6 },
} as const

/** How often all records of a type are searched. */
export type Schedule = keyof typeof schedules

/** The time of day at which scheduled scans start. */
export const scanTime = '03:00'

/**
 * Returns the latest time up to now for which a schedule plans a scan, or undefined if there was none. The first one is in
 * the night after the schedule was set.
 */
export function lastPlannedScan(
  schedule: Schedule,
  since: Temporal.Instant,
  { now, timeZone }: { now: Temporal.Instant; timeZone: string },
): Temporal.Instant | undefined {
  const step = schedules[schedule]
  if (!step) return
  const day = since.toZonedDateTimeISO(timeZone).toPlainDate()
  const isAhead = isAfter(day.toZonedDateTime({ timeZone, plainTime: scanTime }).toInstant(), since)
  return lastDue({ ...step, from: isAhead ? day : day.add({ days: 1 }), time: scanTime, timeZone }, now)
}
