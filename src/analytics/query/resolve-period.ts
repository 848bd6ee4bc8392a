import { type RawBuilder, sql } from 'kysely'
import { dayWithRate } from '../../currencies/conversion.ts'
import { pointerOf } from '../../errors/json-pointer.ts'
import { nearest } from '../../errors/nearest.ts'
import type { Fault } from '../../errors/problem.ts'
import { localDate } from '../../fields/time-words.ts'
import { isObject } from '../../fields/value.ts'
import type { ReportingPeriod } from '../../reporting-period/period.ts'
import { readPeriod } from '../../reporting-period/read-period.ts'
import { stateAtEnd } from '../../reporting-period/state.ts'
import type { QueryReading } from './resolve-parts.ts'
import type { AmountConversion } from './resolved.ts'
import { eachCurrency, type Query } from './schemas.ts'

/** Reads the period of a query. Null without one. After a fault it is any period, so that events have one. */
export function readQueryPeriod(
  { period, from, to, compare }: Query,
  { context, faults, isSound }: Pick<QueryReading, 'context' | 'faults' | 'isSound'>,
): ReportingPeriod | null {
  const at = (...path: string[]) => ({ pointer: pointerOf(path) })
  const anyPeriod = () => readPeriod({ period: 'today' }, { context, faults, at }) ?? null
  if (!['/period', '/from', '/to'].every(isSound)) return anyPeriod()
  if (period === undefined && from === undefined && to === undefined) {
    if (!compare) return null
    faults.push({ pointer: '/period', code: 'required' })
    return anyPeriod()
  }
  return readPeriod({ period, from, to }, { context, faults, at }) ?? anyPeriod()
}

/** Returns a filter whose events have the period of the query unless they have their own. */
export function withPeriod(filter: unknown, period: ReportingPeriod | null): unknown {
  if (!period || !isObject(filter)) return filter
  if ('event' in filter)
    return 'period' in filter ? filter : { ...filter, period: { from: period.from, to: period.to } }
  const lists = ['and', 'or'].flatMap((name) => {
    const parts = filter[name]
    return Array.isArray(parts) ? [[name, parts.map((part) => withPeriod(part, period))]] : []
  })
  return {
    ...filter,
    ...Object.fromEntries(lists),
    ...('not' in filter && { not: withPeriod(filter.not, period) }),
  }
}

/**
 * Reads the currency that amounts are converted to, by default that of reports. Null if they are added up by currency.
 */
export function readConversion(
  currency: string | undefined,
  { context, grant, period, faults }: QueryReading,
): AmountConversion | null {
  const { currencies, settings } = context.lookups
  const base = settings.baseCurrency
  const code = currency ?? settings.reportCurrency ?? base
  if (code === eachCurrency) return null
  const known = currencies.get(code)
  if (!known) refuseCurrency(code, [...currencies.keys(), eachCurrency], faults)
  // Any other currency serves to find further faults.
  const { digits } = known ?? currencies.get(base)!
  return { code, digits, base, ...daysOfRates({ context, grant, period }) }
}

function refuseCurrency(code: string, allowed: readonly string[], faults: Fault[]): void {
  const hint = nearest(code, allowed)
  faults.push({ pointer: '/currency', code: 'unknown_value', allowed, ...(hint !== undefined && { hint }) })
}

/**
 * Returns how the day is read whose rate is used: the day on which a record was closed, and for an open one the last day
 * of the period, or today without a period.
 */
function daysOfRates({ context, grant, period }: Pick<QueryReading, 'context' | 'grant' | 'period'>) {
  const { now, timeZone } = context
  const lastDay = period?.lastDay ?? localDate(now, timeZone).toString()
  const last = sql`${lastDay}::date`
  const dayBy = (day: RawBuilder<unknown>) => ({ value: sql`coalesce(${day}, ${last})`, isList: false })
  const isOpen = !grant.type.traits.has('stages') || !grant.readable.has('closedAt')
  const closed = isOpen
    ? sql`null::timestamptz`
    : period
      ? stateAtEnd(grant.type, period).closingTime
      : sql`record.closed_at`
  const exactDay = dayBy(sql`(${closed} at time zone ${timeZone}::text)::date`)
  return { lastDay, exactDay, day: isOpen ? exactDay : dayBy(dayWithRate(closed, timeZone)) }
}
