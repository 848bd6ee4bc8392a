import { describe, expect, it } from '@jest/globals'
import { Temporal } from 'temporal-polyfill'
import { lastDue, nextDue, type Recurrence } from '../../src/jobs/recurrence.ts'

const instant = (text: string) => Temporal.Instant.from(text)
const daily = (time: string, timeZone: string): Recurrence => ({
  ...{ unit: 'days', count: 1, time, timeZone },
  from: Temporal.PlainDate.from('2026-01-01'),
})

/** Returns the times of some days, each found from the one before. */
function following(recurrence: Recurrence, from: string, count: number): string[] {
  const times = [nextDue(recurrence, instant(from))]
  while (times.length < count) times.push(nextDue(recurrence, times.at(-1)!))
  return times.map(String)
}

describe('a time that recurs every day', () => {
  it('is the same hour of the zone in summer and winter', () => {
    expect(following(daily('08:00', 'Europe/Berlin'), '2026-03-27T12:00:00Z', 3)).toEqual([
      ...['2026-03-28T07:00:00Z', '2026-03-29T06:00:00Z', '2026-03-30T06:00:00Z'],
    ])
  })

  it('comes once on the day on which the clocks skip it', () => {
    expect(following(daily('02:00', 'Europe/Berlin'), '2026-03-27T12:00:00Z', 3)).toEqual([
      ...['2026-03-28T01:00:00Z', '2026-03-29T01:00:00Z', '2026-03-30T00:00:00Z'],
    ])
    // At midnight, the clocks of Beirut go to one o'clock.
    expect(following(daily('00:00', 'Asia/Beirut'), '2026-03-28T12:00:00Z', 2)).toEqual([
      ...['2026-03-28T22:00:00Z', '2026-03-29T21:00:00Z'],
    ])
  })

  it('comes once on the day on which the clocks show it twice', () => {
    expect(following(daily('02:00', 'Europe/Berlin'), '2026-10-24T12:00:00Z', 2)).toEqual([
      ...['2026-10-25T00:00:00Z', '2026-10-26T01:00:00Z'],
    ])
    const last = (now: string) => lastDue(daily('02:00', 'Europe/Berlin'), instant(now))?.toString()
    expect(last('2026-10-25T01:30:00Z')).toBe('2026-10-25T00:00:00Z')
  })

  it('has been due at the very instant, and is due next a day later', () => {
    const recurrence = daily('08:00', 'UTC')
    expect(lastDue(recurrence, instant('2026-01-01T07:59:59Z'))).toBeUndefined()
    expect(lastDue(recurrence, instant('2026-01-01T08:00:00Z'))?.toString()).toBe('2026-01-01T08:00:00Z')
    expect(nextDue(recurrence, instant('2026-01-01T08:00:00Z')).toString()).toBe('2026-01-02T08:00:00Z')
    expect(nextDue(recurrence, instant('2025-06-01T00:00:00Z')).toString()).toBe('2026-01-01T08:00:00Z')
  })
})

it('a time on the 31st is on the last day of shorter months', () => {
  const monthly: Recurrence = { ...daily('08:00', 'UTC'), unit: 'months', from: Temporal.PlainDate.from('2026-01-31') }
  expect(following(monthly, '2026-02-01T00:00:00Z', 4).map((time) => time.slice(0, 10))).toEqual([
    ...['2026-02-28', '2026-03-31', '2026-04-30', '2026-05-31'],
  ])
})
