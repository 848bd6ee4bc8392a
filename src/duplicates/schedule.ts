import { Temporal } from 'temporal-polyfill'

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
  const [today, start] = [now, since].map((instant) => instant.toZonedDateTimeISO(timeZone).toPlainDate())
  const at = (day: Temporal.PlainDate) => day.toZonedDateTime({ timeZone, plainTime: scanTime }).toInstant()
  const first = isAfter(at(start!), since) ? start! : start!.add({ days: 1 })
  const passed = Math.floor(first.until(today!, { largestUnit: step.unit })[step.unit] / step.count)
  // All are counted from the first one, so that the 31st comes again after a short month.
  const around = [passed + 1, passed, passed - 1].filter((steps) => steps >= 0)
  return around.map((steps) => at(first.add({ [step.unit]: steps * step.count }))).find((time) => !isAfter(time, now))
}

function isAfter(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Temporal.Instant.compare(a, b) > 0
}
