import { Temporal } from 'temporal-polyfill'
import { pointerOf } from '../errors/json-pointer.ts'
import type { Fault } from '../errors/problem.ts'
import { instantIn, isDay } from '../fields/kinds/time-kinds.ts'
import { startOfDay } from '../fields/time-words.ts'
import { type Context, isObject } from '../fields/value.ts'
import { canonicalZone } from '../http/time-zone.ts'
import { type Comparison, comparedPeriod, periodBetween, type ReportingPeriod } from './period.ts'
import { nearestPeriod, periodOfWord, periodWords } from './words.ts'

/** The period of a request: a word, or the beginning and the end, in `period` or beside it. */
export interface PeriodRequest {
  period?: unknown
  from?: unknown
  to?: unknown
}

/** The reporting period of a request, and the period to compare it with. */
export interface Periods {
  period: ReportingPeriod
  compared: ReportingPeriod | null
}

/** The context for reading a period, and the list that collects its faults. */
export interface PeriodReading {
  context: Pick<Context, 'now' | 'timeZone' | 'lookups'>
  faults: Fault[]
  /** Returns the place of a member of the request. */
  at(...path: string[]): Pick<Fault, 'pointer' | 'parameter'>
}

/** The longest period, in years. */
const mostYears = 50

/** Earlier years are typing errors. */
const firstYear = '1000'

/**
 * Reads the period of a report with its time zone and its comparison. Without a period, and after a fault, it is the
 * present month. Faults have a pointer if the parameters are in a body, else a parameter.
 */
export function readPeriods(
  request: PeriodRequest & { timeZone?: string | undefined; compare?: Comparison | undefined },
  context: Context,
  { inBody, faults }: { inBody: boolean; faults: Fault[] },
): Periods {
  const at = (...path: string[]) => (inBody ? { pointer: pointerOf(path) } : { parameter: path.join('.') })
  const zone = request.timeZone === undefined ? context.timeZone : canonicalZone(request.timeZone)
  if (zone === undefined) faults.push({ ...at('timeZone'), code: 'invalid_time_zone' })
  const { period: word, from, to } = request
  const given = [word, from, to].some((one) => one !== undefined) ? { period: word, from, to } : thisMonth
  const reading = { context: { ...context, timeZone: zone ?? context.timeZone }, faults, at }
  const period = readPeriod(given, reading) ?? readPeriod(thisMonth, reading)!
  return { period, compared: request.compare ? comparedPeriod(period, request.compare) : null }
}

const thisMonth = { period: 'thisMonth' }

/** Reads a period. Undefined after a fault. */
export function readPeriod({ period, from, to }: PeriodRequest, reading: PeriodReading): ReportingPeriod | undefined {
  const { faults, at, context } = reading
  const [isWord, hasLimits] = [period !== undefined, from !== undefined || to !== undefined]
  if (!isWord)
    return hasLimits ? readLimits({ from, to }, reading) : refuse(reading, { ...at('period'), code: 'required' })
  if (hasLimits) return refuse(reading, { ...at('period'), code: 'period_or_dates' })
  if (isObject(period)) {
    const unknown = Object.keys(period).filter((name) => !limits.includes(name))
    for (const name of unknown) faults.push({ ...at('period', name), code: 'unknown_field', allowed: limits })
    const inside = { ...reading, at: (...path: string[]) => at('period', ...path) }
    return unknown.length ? undefined : readLimits(period, inside)
  }
  if (typeof period !== 'string') {
    return refuse(reading, { ...at('period'), code: 'invalid_type', params: { expected: 'string|object' } })
  }
  const { now, timeZone, lookups } = context
  const found = periodOfWord(period, { now, timeZone, fiscalYearStart: lookups.settings.fiscalYearStart })
  if (found) return found
  const hint = nearestPeriod(period)
  return refuse(reading, {
    ...at('period'),
    ...{ code: 'unknown_period', params: { name: period.slice(0, 100) }, allowed: periodWords },
    ...(hint !== undefined && { hint }),
  })
}

const limits = ['from', 'to']

function refuse({ faults }: PeriodReading, fault: Fault): undefined {
  faults.push(fault)
}

function readLimits({ from, to }: PeriodRequest, reading: PeriodReading): ReportingPeriod | undefined {
  const { at, context } = reading
  const missing = from === undefined ? 'from' : to === undefined ? 'to' : undefined
  if (missing) return refuse(reading, { ...at(missing), code: 'period_incomplete' })
  const { timeZone } = context
  const [start, end] = [readLimit('from', from, reading), readLimit('to', to, reading)]
  if (start === undefined || end === undefined) return
  const [first, last] = [start, end].map((instant) => Temporal.Instant.from(instant).toZonedDateTimeISO(timeZone))
  if (Temporal.ZonedDateTime.compare(first!, last!) >= 0) {
    return refuse(reading, { ...at('to'), code: 'period_ends_too_early' })
  }
  if (Temporal.ZonedDateTime.compare(first!.add({ years: mostYears }), last!) < 0) {
    return refuse(reading, { ...at('to'), code: 'period_too_long', params: { limit: mostYears } })
  }
  return periodBetween(start, end, timeZone)
}

/** Reads an instant, or a date as the beginning of that day. */
function readLimit(name: string, value: unknown, reading: PeriodReading): string | undefined {
  if (typeof value === 'string' && value >= firstYear) {
    const { timeZone } = reading.context
    const instant = isDay(value) ? startOfDay(Temporal.PlainDate.from(value), timeZone) : instantIn(value)
    if (instant !== undefined && instant !== 'infinity') return instant
  }
  return refuse(reading, { ...reading.at(name), code: 'invalid_period_limit' })
}
