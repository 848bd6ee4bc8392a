import type { Random } from '../../storm/random.ts'
import { later, startOf } from './calendar.ts'
import { now, zones } from './choices.ts'
import { type AskedPeriod, periodOf } from './period.ts'
import type { World } from './world.ts'

const words = [
  ...['today', 'yesterday', 'last7Days', 'last30Days', 'last90Days', 'last3Days'],
  ...['Week', 'Month', 'Quarter', 'Year', 'FiscalYear'].flatMap((unit) => [`this${unit}`, `last${unit}`]),
]

/** Returns the zone of a request: usually the one in which the special dates of a world begin. */
export function randomZone(random: Random, { zone }: World): string {
  return random.chance(0.8) ? zone : random.pick(zones)
}

/** Returns a random period in a zone that begins and ends where something may happen in a world. */
export function randomPeriod(random: Random, { dates }: World, zone: string): AskedPeriod {
  if (random.chance(0.15)) return random.pick(words)
  const lengths = [{ days: 1 }, { days: 7 }, { months: 1 }, { months: 3 }]
  const instant = (date: string) =>
    random.chance(0.3) ? new Date(startOf(date, zone) + random.pick([-1, 0, 1, 3_600_000])).toISOString() : date
  for (;;) {
    const from = random.pick(dates)
    const to = random.chance(0.5) ? later(from, random.pick(lengths)) : random.pick(dates)
    const period = { from: instant(from), to: instant(to) }
    const meant = periodOf(period, zone, now)
    if (meant.from < meant.to) return period
  }
}
