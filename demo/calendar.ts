import type { Chance } from './chance.ts'

const day = 86_400_000
const yearOf = 365

/** The year that ends now. */
export interface Calendar {
  now: Date
  /** Returns a working hour, so many days before now. */
  daysAgo(days: number): Date
  /** Returns a working hour in the part of the year that begins at this share of it: 0 is a year ago, 1 is now. */
  at(share: number): Date
}

/** Returns the year before a time. */
export function calendarOf(now: Date, chance: Chance): Calendar {
  const daysAgo = (days: number) => {
    const date = new Date(now.getTime() - Math.max(days, 0) * day)
    const weekday = date.getUTCDay()
    // On Saturday and Sunday nobody works.
    if (weekday % 6 === 0) date.setTime(date.getTime() - (weekday === 0 ? 2 : 1) * day)
    date.setUTCHours(chance.number(6, 14), chance.number(0, 59), chance.number(0, 59), 0)
    return date < now ? date : new Date(now.getTime() - chance.number(1, 3_600) * 1000)
  }
  return { now, daysAgo, at: (share) => daysAgo(yearOf * (1 - share)) }
}

/** Returns a time so many days later. */
export function later(time: Date, days: number): Date {
  return new Date(time.getTime() + days * day)
}

/** Returns the day of a time. */
export const dateOf = (time: Date) => time.toISOString().slice(0, 10)
