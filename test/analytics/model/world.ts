import type { Random } from '../../storm/random.ts'
import { clockChanges, dateAt, later, startOf } from './calendar.ts'
import { currencies, days, first, now, zones } from './choices.ts'
import type { Ground } from './ground.ts'
import { type Life, live, type Step } from './life.ts'
import { type Plan, randomPlans } from './plans.ts'
import { randomSteps } from './steps.ts'

/** The rate of a currency from a date on: this many units of the base currency for `nominal` of its own. */
export interface Rate {
  currency: string
  date: string
  amount: string
  nominal: number
}

/** A company's records over time, and what they are converted with. */
export interface World {
  /** The time zone in which its special dates begin. */
  zone: string
  /** Dates around which more happens: clock changes, beginnings of months. */
  dates: readonly string[]
  steps: readonly Step[]
  records: readonly Life[]
  rates: readonly Rate[]
  plans: readonly Plan[]
}

/** Returns a random world. */
export function randomWorld(random: Random, ground: Ground): World {
  const zone = random.pick(zones)
  const changes = [2025, 2026].flatMap((year) => clockChanges(year, zone))
  const dates = [
    ...(changes.length ? [random.pick(changes)] : []),
    ...Array.from({ length: 3 }, () => `${later(first, { days: random.below(days - 30) }).slice(0, 7)}-01`),
    ...Array.from({ length: 3 }, () => later(first, { days: random.below(days) })),
    ...[dateAt(now, zone), '2025-02-28', '2025-03-01'],
  ].filter((date) => startOf(date, zone) < now)
  const steps = randomSteps(random, ground, { zone, dates })
  const rates = ratesOf(random)
  return { zone, dates, steps, records: live(steps, ground), rates, plans: randomPlans(random, ground, dates) }
}

/** Returns a world without some of its steps. */
export function without(world: World, ground: Ground, isGone: (step: Step) => boolean): World {
  const steps = world.steps.filter((step) => !isGone(step))
  return { ...world, steps, records: live(steps, ground) }
}

function ratesOf(random: Random): Rate[] {
  return currencies.slice(1).flatMap((currency) => {
    const dates = new Set(Array.from({ length: random.below(5) }, () => later(first, { days: random.below(days) })))
    // Most currencies have a rate from the beginning on, so that most requests can be answered.
    if (random.chance(0.9)) dates.add('2024-01-01')
    const nominal = random.pick([1, 10, 100])
    return [...dates].map((date) => ({
      currency,
      date,
      amount: `${1 + random.below(2000)}.${random.below(10_000)}`,
      nominal,
    }))
  })
}
