import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import type { Fault } from '../../src/errors/problem.ts'
import type { Context } from '../../src/fields/value.ts'
import { type Comparison, comparedPeriod, firstDayOf, type ReportingPeriod } from '../../src/reporting-period/period.ts'
import { type PeriodRequest, readPeriods } from '../../src/reporting-period/read-period.ts'
import { periodOfWord, periodWords } from '../../src/reporting-period/words.ts'

/** Zones whose clocks change at two o'clock, at midnight, by half an hour, and never. */
const zones = ['Europe/Berlin', 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Kolkata', 'UTC']
const runs = Number(process.env.FC_RUNS ?? 0)
const parameters = runs ? { numRuns: runs } : { numRuns: 300, seed: 7 }

type Request = PeriodRequest & { timeZone?: string; compare?: Comparison }

function readIn(faults: Fault[], request: Request, { now = '', inBody = true, fiscalYearStart = 1 }) {
  const settings = { fiscalYearStart } as Context['lookups']['settings']
  const context = {
    now: new Date(now || '2026-05-20T12:00:00Z'),
    timeZone: 'Europe/Moscow',
    lookups: { settings },
  } as Context
  return readPeriods(request, context, { inBody, faults })
}

function read(request: Request, more: { now?: string; fiscalYearStart?: number } = {}) {
  const faults: Fault[] = []
  const periods = readIn(faults, request, more)
  expect(faults).toEqual([])
  return periods
}

function faultsOf(request: object, inBody = true) {
  const faults: Fault[] = []
  readIn(faults, request, { inBody })
  return faults
}

const daysOf = (period: ReportingPeriod) => [firstDayOf(period), period.lastDay]
const wordsOn = (now: string, timeZone: string, fiscalYearStart = 4) =>
  Object.fromEntries(
    periodWords.map((word) => [word, daysOf(periodOfWord(word, { now: new Date(now), timeZone, fiscalYearStart })!)]),
  )

describe('A word', () => {
  it('names a period of days in the time zone', () => {
    expect(wordsOn('2026-05-20T20:59:59Z', 'Europe/Moscow')).toEqual({
      today: ['2026-05-20', '2026-05-20'],
      yesterday: ['2026-05-19', '2026-05-19'],
      last7Days: ['2026-05-14', '2026-05-20'],
      last30Days: ['2026-04-21', '2026-05-20'],
      last90Days: ['2026-02-20', '2026-05-20'],
      thisWeek: ['2026-05-18', '2026-05-24'],
      lastWeek: ['2026-05-11', '2026-05-17'],
      thisMonth: ['2026-05-01', '2026-05-31'],
      lastMonth: ['2026-04-01', '2026-04-30'],
      thisQuarter: ['2026-04-01', '2026-06-30'],
      lastQuarter: ['2026-01-01', '2026-03-31'],
      thisYear: ['2026-01-01', '2026-12-31'],
      lastYear: ['2025-01-01', '2025-12-31'],
      thisFiscalYear: ['2026-04-01', '2027-03-31'],
      lastFiscalYear: ['2025-04-01', '2026-03-31'],
    })
    expect(wordsOn('2026-05-20T21:00:00Z', 'Europe/Moscow').today).toEqual(['2026-05-21', '2026-05-21'])
  })

  it.each([
    [1, '2026-05-20T00:00:00Z', ['2026-01-01', '2026-12-31']],
    [5, '2026-05-20T00:00:00Z', ['2026-05-01', '2027-04-30']],
    [6, '2026-05-31T20:59:59Z', ['2025-06-01', '2026-05-31']],
    [6, '2026-05-31T21:00:00Z', ['2026-06-01', '2027-05-31']],
    [12, '2024-02-29T12:00:00Z', ['2023-12-01', '2024-11-30']],
  ])('thisFiscalYear begins in month %d', (fiscalYearStart, now, days) => {
    expect(wordsOn(now, 'Europe/Moscow', fiscalYearStart).thisFiscalYear).toEqual(days)
  })

  it('can name any number of days up to 999', () => {
    expect(daysOf(read({ period: 'last45Days' }).period)).toEqual(['2026-04-06', '2026-05-20'])
    expect(daysOf(read({ period: 'last999Days' }).period)).toEqual(['2023-08-26', '2026-05-20'])
  })

  it('without a period is thisMonth', () => {
    expect(read({})).toEqual(read({ period: 'thisMonth' }))
  })
})

describe('A period with limits', () => {
  it('begins and ends at midnight of dates, and at instants', () => {
    expect(read({ from: '2026-01-01', to: '2026-02-01' }).period).toEqual({
      from: '2025-12-31T21:00:00.000Z',
      to: '2026-01-31T21:00:00.000Z',
      timeZone: 'Europe/Moscow',
      lastDay: '2026-01-31',
    })
    expect(read({ from: '2026-01-01T12:00:00+01:00', to: '2026-01-02', timeZone: 'utc' }).period).toEqual({
      from: '2026-01-01T11:00:00.000Z',
      to: '2026-01-02T00:00:00.000Z',
      timeZone: 'UTC',
      lastDay: '2026-01-01',
    })
    expect(read({ period: { from: '2026-01-01', to: '2026-02-01' } })).toEqual(
      read({ from: '2026-01-01', to: '2026-02-01' }),
    )
  })

  it('has 23 or 25 hours on a day on which clocks change', () => {
    const hours = (from: string, to: string, timeZone: string) => {
      const { period } = read({ from, to, timeZone })
      return (Date.parse(period.to) - Date.parse(period.from)) / 3_600_000
    }
    expect(hours('2026-03-29', '2026-03-30', 'Europe/Berlin')).toBe(23)
    expect(hours('2026-10-25', '2026-10-26', 'Europe/Berlin')).toBe(25)
    expect(hours('2026-04-05', '2026-04-06', 'Australia/Lord_Howe')).toBe(24.5)
    // In Brazil the day began at one o'clock.
    expect(read({ from: '2017-10-15', to: '2017-10-16', timeZone: 'America/Sao_Paulo' }).period).toMatchObject({
      from: '2017-10-15T03:00:00.000Z',
      lastDay: '2017-10-15',
    })
  })

  it('can be 50 years long', () => {
    expect(read({ from: '1976-02-29', to: '2026-02-28' }).period.lastDay).toBe('2026-02-27')
  })
})

describe('A period is refused', () => {
  const day = '2026-01-31'
  it.each<[Request, string[]]>([
    [{ period: 'lastMoth' }, ['period unknown_period lastMonth']],
    [{ period: 'nextMonth' }, ['period unknown_period ']],
    [{ period: 'last1000Days' }, ['period unknown_period ']],
    [{ period: 'LAST45days' }, ['period unknown_period last45Days']],
    [{ period: '' }, ['period unknown_period ']],
    [{ period: 5 }, ['period invalid_type ']],
    [{ period: null }, ['period invalid_type ']],
    [{ period: 'today', from: day, to: day }, ['period period_or_dates ']],
    [{ period: 'today', to: day }, ['period period_or_dates ']],
    [{ from: day }, ['to period_incomplete ']],
    [{ to: day }, ['from period_incomplete ']],
    [{ from: day, to: day }, ['to period_ends_too_early ']],
    [{ from: day, to: '2026-01-30' }, ['to period_ends_too_early ']],
    [{ from: '2026-01-30T21:00:00Z', to: day }, ['to period_ends_too_early ']],
    [{ from: '1975-12-31', to: '2026-01-01' }, ['to period_too_long ']],
    [{ from: '1500-01-01', to: '2000-01-01' }, ['to period_too_long ']],
    [{ from: 'lastMonth', to: day }, ['from invalid_period_limit ']],
    [{ from: '2026-02-30', to: '2026-13-01' }, ['from invalid_period_limit ', 'to invalid_period_limit ']],
    [{ from: '2026-01-01 10:00', to: 20260131 }, ['from invalid_period_limit ', 'to invalid_period_limit ']],
    [{ from: '0026-01-01', to: null }, ['from invalid_period_limit ', 'to invalid_period_limit ']],
    [{ timeZone: 'Mars/Base', from: day }, ['timeZone invalid_time_zone ', 'to period_incomplete ']],
    [{ timeZone: '+03:00' }, ['timeZone invalid_time_zone ']],
  ])('%j', (request, expected) => {
    const told = (inBody: boolean) =>
      faultsOf(request, inBody).map(
        (fault) => `${(inBody ? fault.pointer?.slice(1) : fault.parameter) ?? ''} ${fault.code} ${fault.hint ?? ''}`,
      )
    expect(told(true)).toEqual(expected)
    expect(told(false)).toEqual(expected)
  })

  it('with the place inside `period`', () => {
    const told = (period: object) => faultsOf({ period }).map(({ pointer, code }) => `${pointer} ${code}`)
    expect(told({ from: day })).toEqual(['/period/to period_incomplete'])
    expect(told({})).toEqual(['/period/from period_incomplete'])
    expect(told({ from: day, til: day })).toEqual(['/period/til unknown_field'])
    expect(told({ from: day, to: '2025-01-31' })).toEqual(['/period/to period_ends_too_early'])
  })
})

describe('A period is compared', () => {
  const compared = (request: Request, compare: Comparison) => {
    const { period, compared } = read({ ...request, compare })
    expect(compared).toEqual(comparedPeriod(period, compare))
    return daysOf(compared!)
  }
  it.each([
    ['2026-03-01', '2026-04-01', ['2026-02-01', '2026-02-28'], ['2025-03-01', '2025-03-31']],
    ['2026-04-01', '2026-07-01', ['2026-01-01', '2026-03-31'], ['2025-04-01', '2025-06-30']],
    ['2026-01-01', '2027-01-01', ['2025-01-01', '2025-12-31'], ['2025-01-01', '2025-12-31']],
    ['2026-05-18', '2026-05-25', ['2026-05-11', '2026-05-17'], ['2025-05-18', '2025-05-24']],
    ['2026-03-10', '2026-03-20', ['2026-02-28', '2026-03-09'], ['2025-03-10', '2025-03-19']],
    ['2024-02-01', '2024-03-01', ['2024-01-01', '2024-01-31'], ['2023-02-01', '2023-02-28']],
    ['2025-02-01', '2025-03-01', ['2025-01-01', '2025-01-31'], ['2024-02-01', '2024-02-29']],
    ['2024-02-29', '2024-03-01', ['2024-02-28', '2024-02-28'], ['2023-02-28', '2023-02-28']],
    ['2024-02-28', '2024-02-29', ['2024-02-27', '2024-02-27'], ['2023-02-28', '2023-02-28']],
    ['2025-02-28', '2025-03-01', ['2025-02-27', '2025-02-27'], ['2024-02-28', '2024-02-28']],
  ])('from %s to %s', (from, to, previous, lastYear) => {
    expect(compared({ from, to }, 'previous')).toEqual(previous)
    expect(compared({ from, to }, 'lastYear')).toEqual(lastYear)
  })

  it('by its length, if it does not consist of days', () => {
    const from = '2024-02-28T10:00:00Z'
    const to = '2024-02-29T09:00:00.000001Z'
    const periods = {
      previous: read({ from, to, compare: 'previous' }),
      lastYear: read({ from, to, compare: 'lastYear' }),
    }
    expect(periods.previous.compared).toMatchObject({
      from: '2024-02-27T10:59:59.999999Z',
      to: periods.previous.period.from,
    })
    expect(periods.lastYear.compared).toMatchObject({
      from: '2023-02-28T10:00:00.000Z',
      to: '2023-03-01T09:00:00.000001Z',
    })
  })

  it('with the days before a clock change', () => {
    const { compared } = read({ from: '2026-03-30', to: '2026-03-31', timeZone: 'Europe/Berlin', compare: 'previous' })
    expect(compared).toMatchObject({ from: '2026-03-28T23:00:00.000Z', to: '2026-03-29T22:00:00.000Z' })
  })
})

describe('Random periods', () => {
  const zone = fc.constantFrom(...zones)
  const day = fc
    .integer({ min: 0, max: 20_000 })
    .map((days) => Temporal.PlainDate.from('1990-01-01').add({ days }).toString())
  const before = (a: string, b: string) => a.replace('Z', '') < b.replace('Z', '')

  it('contain the instants of their days', () => {
    const property = fc.property(zone, day, fc.integer({ min: 1, max: 700 }), (timeZone, from, days) => {
      const to = Temporal.PlainDate.from(from).add({ days })
      const { period } = read({ from, to: to.toString(), timeZone })
      const dateOf = (instant: Temporal.Instant) => instant.toZonedDateTimeISO(timeZone).toPlainDate().toString()
      const [first, end] = [Temporal.Instant.from(period.from), Temporal.Instant.from(period.to)]
      expect(dateOf(first)).toBe(from)
      expect(dateOf(first.subtract({ nanoseconds: 1 })) < from).toBe(true)
      expect(dateOf(end)).toBe(to.toString())
      expect(dateOf(end.subtract({ nanoseconds: 1 }))).toBe(period.lastDay)
      expect(period.lastDay).toBe(to.subtract({ days: 1 }).toString())
    })
    fc.assert(property, parameters)
  })

  it('follow directly after those they are compared with, with as many days or months', () => {
    const property = fc.property(zone, day, fc.integer({ min: 1, max: 700 }), (timeZone, from, days) => {
      const to = Temporal.PlainDate.from(from).add({ days }).toString()
      const { period, compared } = read({ from, to, timeZone, compare: 'previous' })
      expect(compared!.to).toBe(period.from)
      expect(before(compared!.from, compared!.to)).toBe(true)
      const [first, last] = daysOf(compared!).map((one) => Temporal.PlainDate.from(one!))
      const end = last!.add({ days: 1 })
      if (from.endsWith('-01') && to.endsWith('-01')) {
        expect(first!.until(end, { largestUnit: 'months' }).months).toBe(
          Temporal.PlainDate.from(from).until(to, { largestUnit: 'months' }).months,
        )
        expect([first!.day, end.day]).toEqual([1, 1])
      } else expect(first!.until(end).days).toBe(days)
    })
    fc.assert(property, parameters)
  })

  it('of words contain the present, or end before it, and follow each other', () => {
    const instant = fc.integer({ min: 0, max: 40 * 366 * 24 * 60 }).map((n) => new Date(631_152_000_000 + n * 60_000))
    const property = fc.property(zone, instant, fc.integer({ min: 1, max: 12 }), (timeZone, now, fiscalYearStart) => {
      const of = (word: string) => periodOfWord(word, { now, timeZone, fiscalYearStart })!
      const present = now.toISOString()
      for (const unit of ['Week', 'Month', 'Quarter', 'Year', 'FiscalYear']) {
        const [current, last] = [of(`this${unit}`), of(`last${unit}`)]
        expect([current.from <= present, present < current.to]).toEqual([true, true])
        expect(last.to).toBe(current.from)
        expect(comparedPeriod(current, 'previous')).toEqual(last)
      }
      expect(of('yesterday').to).toBe(of('today').from)
      expect(of('last7Days').to).toBe(of('today').to)
    })
    fc.assert(property, parameters)
  })
})
