import { Temporal } from 'temporal-polyfill'

/** Returns the time at which a date starts in a zone. */
export function startOf(date: string, zone: string): number {
  return Temporal.PlainDate.from(date).toZonedDateTime(zone).epochMilliseconds
}

/** Returns the date in a zone at a time. */
export function dateAt(time: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone).toPlainDate().toString()
}

/** Returns a date that is some days, months or years later. */
export function later(date: string, by: Temporal.DurationLike): string {
  return Temporal.PlainDate.from(date).add(by).toString()
}

/** Returns the number of days from one date to another. */
export function daysBetween(from: string, to: string): number {
  return Temporal.PlainDate.from(from).until(to).days
}

const changes = new Map<string, string[]>()

/** Returns the dates of clock changes in a zone in a year. */
export function clockChanges(year: number, zone: string): string[] {
  const name = `${year} ${zone}`
  if (!changes.has(name)) {
    const dates = Array.from({ length: 366 }, (_, days) => later(`${year}-01-01`, { days }))
    const isLong = (date: string) => startOf(later(date, { days: 1 }), zone) - startOf(date, zone) !== 86_400_000
    changes.set(name, dates.filter(isLong))
  }
  return changes.get(name)!
}
