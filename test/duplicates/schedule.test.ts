import { expect, it } from '@jest/globals'
import { Temporal } from 'temporal-polyfill'
import { lastPlannedScan, type Schedule } from '../../src/duplicates/schedule.ts'

const planned = (schedule: Schedule, since: string, now: string, timeZone = 'Europe/Moscow') =>
  lastPlannedScan(schedule, Temporal.Instant.from(since), { now: Temporal.Instant.from(now), timeZone })?.toString()

it('the first scan starts in the night after the schedule was set', () => {
  const since = '2026-03-02T12:00:00Z'
  expect(planned('weekly', since, '2026-03-02T23:59:59Z')).toBeUndefined()
  expect(planned('weekly', since, '2026-03-03T00:00:00Z')).toBe('2026-03-03T00:00:00Z')
  expect(planned('weekly', '2026-03-02T22:00:00Z', '2026-03-03T00:00:00Z')).toBe('2026-03-03T00:00:00Z')
  expect(planned('never', since, '2027-03-03T00:00:00Z')).toBeUndefined()
})

it('later scans start at the same hour of the company', () => {
  const since = '2026-03-25T12:00:00Z'
  expect(planned('daily', since, '2026-03-28T01:59:00Z', 'Europe/Berlin')).toBe('2026-03-27T02:00:00Z')
  expect(planned('daily', since, '2026-03-28T02:00:00Z', 'Europe/Berlin')).toBe('2026-03-28T02:00:00Z')
  // The clocks go forward.
  expect(planned('daily', since, '2026-03-29T01:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T01:00:00Z')
  expect(planned('daily', since, '2026-03-29T12:00:00Z', 'Europe/Kyiv')).toBe('2026-03-29T01:00:00Z')
  expect(planned('daily', since, '2026-03-29T12:00:00Z', 'America/Los_Angeles')).toBe('2026-03-29T10:00:00Z')
})

it('days and months are counted by the calendar', () => {
  const since = '2026-01-30T12:00:00Z'
  const at = (schedule: Schedule, day: string) => planned(schedule, since, `${day}T10:00:00Z`)?.slice(0, 10)
  expect(['2026-02-06', '2026-02-07', '2026-02-13', '2026-02-14'].map((day) => at('weekly', day))).toEqual([
    ...['2026-01-31', '2026-02-07', '2026-02-07', '2026-02-14'],
  ])
  expect(['2026-02-13', '2026-02-14'].map((day) => at('twoWeeks', day))).toEqual(['2026-01-31', '2026-02-14'])
  expect(['2026-02-27', '2026-02-28', '2026-03-30', '2026-03-31'].map((day) => at('monthly', day))).toEqual([
    ...['2026-01-31', '2026-02-28', '2026-02-28', '2026-03-31'],
  ])
  expect(['2026-07-30', '2026-07-31', '2027-01-31'].map((day) => at('halfYear', day))).toEqual([
    ...['2026-01-31', '2026-07-31', '2027-01-31'],
  ])
})
