import { Temporal } from 'temporal-polyfill'
import { startOfDay } from '../../fields/time-words.ts'
import { firstDayOf, type ReportingPeriod } from '../../reporting-period/period.ts'
import { beginningOf } from '../query/buckets.ts'

/** The parts into which a period can be divided. */
export const units = ['day', 'week', 'month'] as const
/** A part of time. */
export type Unit = (typeof units)[number]

/** A part of a period. The first and the last part end with the period, so they can be shorter. */
export interface Slot {
  /** The first day of the day, week or month. */
  key: string
  from: string
  to: string
}

/** Returns the parts of a period, at most one more than `most`. */
export function slotsOf(period: ReportingPeriod, unit: Unit, most: number): Slot[] {
  const slots: Slot[] = []
  let day = beginningOf(Temporal.PlainDate.from(firstDayOf(period)), unit)
  while (day.toString() <= period.lastDay && slots.length <= most) {
    const next = day.add({ [`${unit}s`]: 1 })
    const [from, to] = [startOfDay(day, period.timeZone), startOfDay(next, period.timeZone)]
    slots.push({ key: day.toString(), from: latest(from, period.from), to: earliest(to, period.to) })
    day = next
  }
  return slots
}

const isBefore = (a: string, b: string) =>
  Temporal.Instant.compare(Temporal.Instant.from(a), Temporal.Instant.from(b)) < 0
const latest = (a: string, b: string) => (isBefore(a, b) ? b : a)
const earliest = (a: string, b: string) => (isBefore(a, b) ? a : b)
