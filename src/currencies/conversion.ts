import { type RawBuilder, sql } from 'kysely'
import { Problem } from '../errors/problem.ts'

/** How amounts are converted. */
export interface Conversion {
  /** SQL of the code of the currency that amounts are converted to. It may use the row `pair`. */
  target: RawBuilder<unknown>
  /** The base currency, to which all rates are relative. Its own rate is 1. */
  base: string
}

/** A currency without rates that a conversion needs. */
export interface MissingRates {
  currency: string
  /** The days without a rate, in order. */
  days: string[]
}

/** Decimal places of a rate between two currencies. */
export const ratePlaces = sql.lit(40)
/** Decimal places of a sum before it is rounded. */
const sumPlaces = sql.lit(12)
/** The most days that a problem names for each currency. */
const mostDays = 20

/**
 * Returns SQL of the currency of an amount, given that of the column. An amount without a currency is in the base
 * currency. Joins need this, because Postgres cannot hash a comparison that takes two nulls as equal.
 */
export function currencyOf(column: RawBuilder<unknown>, { base }: Pick<Conversion, 'base'>): RawBuilder<unknown> {
  return sql`coalesce(${column}, ${base}::text)`
}

/**
 * Returns SQL of rates, given a `select` of pairs of a `currency` and a `day`: the same rows with `rate`, by which amounts
 * are multiplied, `own_date` and `target_date`, the days of the two rates it comes from, and `lacking`, the currencies
 * that have no rate on the day or before it. If any is lacking, `rate` is null. Each pair costs two look-ups in an index,
 * so give it few and distinct pairs, such as those of sums that are grouped by currency and day.
 */
export function ratesOf(pairs: RawBuilder<unknown>, { target, base }: Conversion): RawBuilder<unknown> {
  const code = sql`pair.currency`
  const isSame = sql`${code} = ${target}`
  return sql`select pair.*, own.date as own_date, target.date as target_date,
      case when ${isSame} then 1
        else round(own.amount * target.nominal, ${ratePlaces}) / (own.nominal * target.amount) end as rate,
      case when ${isSame} then '{}'::text[]
        else array_remove(array[case when own.amount is null then ${code} end,
          case when target.amount is null then ${target} end], null) end as lacking
    from (${pairs}) as pair
    left join lateral (${rateOn(code, base)}) as own on true
    left join lateral (${rateOn(target, base)}) as target on true`
}

/**
 * Returns SQL of a day that has the same rates as the day of an instant: the newest one with any rate, or the beginning of
 * time. It is found faster than the day in the time zone. Null if there is no instant.
 */
export function dayWithRate(instant: RawBuilder<unknown>, timeZone: string): RawBuilder<unknown> {
  const days = sql`(select distinct date from currency_rate) as day`
  // In the order of the days. Two days have the same start where a time zone leaves out a day.
  const starts = sql`(select array(select date::timestamp at time zone ${timeZone}::text from ${days} order by date))`
  const dates = sql`(select array['-infinity'::date] || array(select date from ${days} order by date))`
  return sql`${dates}[width_bucket(${instant}, ${starts}) + 1]`
}

/** Returns SQL of the rate of a currency on the day of `pair`: the newest one that is not after it. */
function rateOn(code: RawBuilder<unknown>, base: string): RawBuilder<unknown> {
  return sql`select null::date as date, 1::numeric as amount, 1 as nominal where ${code} = ${base}::text
    union all (select date, amount, nominal from currency_rate
      where currency = ${code} and date <= pair.day and ${code} <> ${base}::text order by date desc limit 1)`
}

/**
 * Returns SQL of a converted amount, or of a sum of them, with the digits of its currency, rounded half away from zero. A
 * rate such as 1/3 is not exact, so the sum is first rounded to 12 places: the result then does not depend on the order
 * in which amounts are added and multiplied.
 */
export function roundedTo(digits: RawBuilder<unknown>, sum: RawBuilder<unknown>): RawBuilder<string> {
  return sql`round(round(${sum}, ${sumPlaces}), ${digits})::text`
}

/** Returns SQL of the missing rates in a table of rows of `ratesOf`, as JSON. Null if none is missing. */
export function missingIn(rates: RawBuilder<unknown>): RawBuilder<MissingRates[] | null> {
  return sql`(select json_agg(json_build_object('currency', missing.currency, 'days', missing.days)
      order by missing.currency)
    from (select lack.currency, array_agg(distinct rate.day order by rate.day) as days
      from ${rates} as rate, unnest(rate.lacking) as lack (currency) group by lack.currency) as missing)`
}

/**
 * Throws `rates_missing`, which names the currencies and days, if rates are missing. A currency can be there twice, with
 * the days of two periods, which can overlap.
 */
export function requireRates(all: readonly MissingRates[] | null): void {
  if (!all?.length) return
  const byCurrency = [...Map.groupBy(all, ({ currency }) => currency)].sort(([a], [b]) => (a < b ? -1 : 1))
  const missing = byCurrency.map(([currency, parts]) => {
    const days = [...new Set(parts.flatMap((one) => one.days))].sort()
    return { currency, days: days.slice(0, mostDays), count: days.length }
  })
  const named = missing.map(({ currency, days, count }) => {
    const shown = days.slice(0, 3)
    return `${currency} (${shown.join(', ')}${count > shown.length ? ', …' : ''})`
  })
  throw new Problem('rates_missing', { rates: named.join('; ') }, { extra: { missingRates: missing } })
}
