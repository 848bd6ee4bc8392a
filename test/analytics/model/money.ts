import { Big } from 'big.js'
import { dateAt } from './calendar.ts'
import { closing } from './events.ts'
import type { Life } from './life.ts'
import { lastDay, type Period } from './period.ts'
import type { Rate } from './world.ts'

/** Decimals with so many digits that dividing by a rate loses nothing that shows. */
const Exact = Big()
Exact.DP = 80

/** Returns an exact decimal. */
export const exact = (value: string | number) => new Exact(value)

/** Half a unit is rounded away from zero. */
export const rounded = (value: Big, digits: number) => value.round(digits, 1).toFixed(digits)

/** What amounts are converted with. */
export interface Conversion {
  rates: readonly Rate[]
  /** The base currency, whose rate is 1. */
  base: string
  /** The currency of the result. */
  currency: string
  /** The days without a rate that amounts would have needed, by currency. */
  missing: Map<string, Set<string>>
}

/** Returns the day of a record's rate: the day it was closed, or else the last day of the period. */
export function rateDay(life: Life, period: Period): string {
  const closed = closing(life, { period })
  return closed === null ? lastDay(period) : dateAt(closed, period.zone)
}

/** An amount and the day of its rate. */
export interface Dated {
  amount: string | null
  currency: string | null
  day: string
}

/** Returns the sum of amounts, each by the rate of its day. Notes the rates that are missing. */
export function converted(amounts: readonly Dated[], to: Conversion): Big {
  const rateOn = (currency: string, day: string) => {
    const rate = rateOf(currency, day, to)
    if (!rate) to.missing.set(currency, (to.missing.get(currency) ?? new Set()).add(day))
    return rate ?? exact(1)
  }
  return amounts.reduce((total, { amount, currency, day }) => {
    if (amount === null || currency === null) return total
    if (currency === to.currency) return total.plus(amount)
    return total.plus(exact(amount).times(rateOn(currency, day)).div(rateOn(to.currency, day)))
  }, exact(0))
}

/** Returns the value of one unit in the base currency: the newest rate that is not after the day. */
function rateOf(currency: string, day: string, { rates, base }: Conversion): Big | undefined {
  if (currency === base) return exact(1)
  const known = rates.filter((rate) => rate.currency === currency && rate.date <= day)
  const newest = known.sort((a, b) => (a.date < b.date ? 1 : -1))[0]
  return newest && exact(newest.amount).div(newest.nominal)
}
