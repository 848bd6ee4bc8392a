import { Temporal } from 'temporal-polyfill'
import { dateAt, daysBetween, later, startOf } from './calendar.ts'
import type { Period } from './period.ts'

/** Returns the period directly before: as many months or days, or as long. */
export function previous(period: Period): Period {
  const { from, to, zone } = period
  const [first, end] = [dateAt(from, zone), dateAt(to, zone)]
  if (startOf(first, zone) !== from || startOf(end, zone) !== to) return { from: from - (to - from), to: from, zone }
  const isMonths = first.endsWith('-01') && end.endsWith('-01')
  const { months } = Temporal.PlainDate.from(first).until(end, { largestUnit: 'months' })
  const by = isMonths ? { months: -months } : { days: -daysBetween(first, end) }
  return { from: startOf(later(first, by), zone), to: from, zone }
}

/** Returns the same dates a year earlier, or as long from the same time a year earlier. */
export function lastYear({ from, to, zone }: Period): Period {
  const [first, end] = [dateAt(from, zone), dateAt(to, zone)]
  const year = { years: -1 }
  if (startOf(first, zone) !== from || startOf(end, zone) !== to) {
    const zoned = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone)
    const start = zoned.add(year).epochMilliseconds
    return { from: start, to: start + (to - from), zone }
  }
  const last = later(later(end, { days: -1 }), year)
  return { from: startOf(later(first, year), zone), to: startOf(later(last, { days: 1 }), zone), zone }
}
