import { Temporal } from 'temporal-polyfill'

/** Times that recur by the calendar: at the same time of day, every so many days or months. */
export interface Recurrence {
  unit: 'days' | 'months'
  count: number
  /** The first day. Months are counted from it, so that the 31st comes again after a short month. */
  from: Temporal.PlainDate
  /** The time of day. If the clocks skip it, the time is an hour later. If it comes twice, the first one counts. */
  time: string
  timeZone: string
}

/** Returns the latest of the times up to now, or undefined if there was none. */
export function lastDue(recurrence: Recurrence, now: Temporal.Instant): Temporal.Instant | undefined {
  return timesAround(recurrence, now).findLast((time) => !isAfter(time, now))
}

/** Returns the first of the times after now. */
export function nextDue(recurrence: Recurrence, now: Temporal.Instant): Temporal.Instant {
  return timesAround(recurrence, now).find((time) => isAfter(time, now))!
}

/** Returns whether an instant is later than another. */
export function isAfter(a: Temporal.Instant, b: Temporal.Instant): boolean {
  return Temporal.Instant.compare(a, b) > 0
}

function timesAround({ unit, count, from, time, timeZone }: Recurrence, now: Temporal.Instant): Temporal.Instant[] {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate()
  const passed = Math.max(0, Math.floor(from.until(today, { largestUnit: unit })[unit] / count))
  const steps = [passed - 1, passed, passed + 1, passed + 2].filter((step) => step >= 0)
  const dayAt = (step: number) => from.add({ [unit]: step * count })
  return steps.map((step) => dayAt(step).toZonedDateTime({ timeZone, plainTime: time }).toInstant())
}
