import { sql } from 'kysely'
import { ratesOf } from '../../currencies/conversion.ts'
import {
  type Calculation,
  currenciesOf,
  currency,
  currencyPlace,
  hasLists,
  itemDay,
  key,
  measureColumn,
  other,
  type Sql,
  shownCurrencies,
} from './calculation.ts'
import { type Kept, keptOf } from './kept.ts'
import { spreadSql } from './parts.ts'
import type { Measure } from './resolved.ts'

/** The columns of groups and currencies. */
interface Keys {
  groups: readonly Sql[]
  currencies: readonly Sql[]
}

/** Returns SQL of the measures of each group, of all records, and of each currency in both. */
export function wholeSql(calculation: Calculation): Sql {
  const { groups } = calculation
  const records = ofRecords(calculation)
  const ofCurrencies = shownCurrencies(calculation).map((_, index) => currency(index))
  const keys: Keys = { groups: groups.flatMap((_, index) => [key(index), other(index)]), currencies: ofCurrencies }
  if (!hasLists(calculation)) return rowsSql(calculation, { keys, source: records, isTotal: true })
  // Records that are in several groups count once in all of them.
  const none: Keys = { groups: [], currencies: ofCurrencies }
  const noKeys = groups.flatMap((_, index) => [sql`null as ${key(index)}`, sql`null as ${other(index)}`])
  return sql`${rowsSql(calculation, { keys, source: ofItems(calculation), isTotal: false })}
    union all ${rowsSql(calculation, { keys: none, noKeys, source: records, isTotal: true })}`
}

/** What rows are calculated from: a `from`, and SQL of the day of the rates and of the parts of measures. */
interface Source {
  from: Sql
  day: Sql
  ofMeasures: Kept['ofMeasures']
}

const ofRecords = (calculation: Calculation): Source => ({
  from: sql`from parts`,
  day: sql`parts._day`,
  ofMeasures: keptOf(calculation).ofMeasures,
})

/** Returns what rows are calculated from if records are in several groups. */
function ofItems(calculation: Calculation): Source {
  const { groups } = calculation
  const days = groups.flatMap(({ dayOf }, index) => (dayOf ? [sql`parts.${itemDay(index)}`] : []))
  const day = days.length ? sql`coalesce(${sql.join(days)}, parts._day)` : sql`parts._day`
  return { from: spreadSql(calculation), day, ofMeasures: keptOf(calculation).inRows }
}

/** The columns of rows, what they are calculated from, and whether there is a row for all records. */
interface Rows {
  keys: Keys
  noKeys?: readonly Sql[]
  source: Source
  isTotal: boolean
}

function rowsSql(calculation: Calculation, { keys, noKeys = keys.groups, source, isTotal }: Rows): Sql {
  const by = keys.currencies.map((column, index) => sql`when grouping(${column}) = 0 then ${sql.lit(index)}`)
  const columns = [
    sql`${keys.groups[0] ? sql`grouping(${keys.groups[0]})` : sql`1`} as _total`,
    sql`${by.length ? sql`case ${sql.join(by, sql` `)} else -1 end` : sql`-1`} as _by`,
    ...noKeys,
    ...keys.currencies,
    ...measuresSql(calculation, source),
  ]
  return sql`select ${sql.join(columns)} ${source.from}${rateJoins(calculation, source)}
    group by grouping sets (${sql.join(setsOf(keys, isTotal))})`
}

function measuresSql({ measures, conversion }: Calculation, { ofMeasures }: Source): Sql[] {
  return measures.map((measure, at) => {
    const { fn, percent } = measure
    const rate = sql.ref(`rate_${currencyPlace(measure, measures)}.rate`)
    const isConverted = conversion && measure.currency
    const parts = fn.parts(sql`null`).map(({ isCount }, index) => {
      const kept = ofMeasures[at]![index]!
      return isConverted && !isCount ? sql`(${kept} * ${rate})` : kept
    })
    const value = fn.whole(parts, percent)
    // A currency in which there are no amounts is left out.
    const whole = fn.ofNothing && (conversion || !measure.currency) ? sql`coalesce(${value}, 0)` : value
    return sql`${whole} as ${measureColumn(at)}`
  })
}

function setsOf({ groups, currencies }: Keys, isTotal: boolean): Sql[] {
  const sets = [...(groups.length ? [groups] : []), ...(isTotal ? [[]] : [])]
  return [...sets, ...currencies.flatMap((one) => sets.map((set) => [...set, one]))].map(
    (set) => sql`(${sql.join(set)})`,
  )
}

/** Returns SQL of the rates of the currencies and days of all amounts. */
export function ratesSql(calculation: Calculation): Sql {
  const { groups, measures, conversion } = calculation
  if (!conversion) return sql``
  const hasOwnDays = groups.some(({ dayOf }) => dayOf)
  const sources = [ofRecords(calculation), ...(hasOwnDays ? [ofItems(calculation)] : [])]
  const pairsOf = (measure: Measure, at: number) =>
    sources.map(({ from, day, ofMeasures }) => {
      const code = currency(currencyPlace(measure, measures))
      return sql`select distinct ${code} as currency, ${day} as day ${from} where ${ofMeasures[at]![0]!} is not null`
    })
  const pairs = measures.flatMap((measure, at) => (measure.currency ? pairsOf(measure, at) : []))
  const none = sql`select null as currency, null::date as day where false`
  const all = pairs.length ? sql.join(pairs, sql` union `) : none
  return sql`rates as materialized (${ratesOf(all, { target: sql`${conversion.code}::text`, base: conversion.base })}),`
}

/** Returns SQL that joins the rate of each currency of a part. */
function rateJoins({ measures, conversion }: Calculation, { day }: Source): Sql {
  if (!conversion) return sql``
  const joins = currenciesOf(measures).map((_, index) => {
    const rate = sql.ref(`rate_${index}`)
    return sql` left join rates as ${rate} on ${sql.ref(`rate_${index}.currency`)} = parts.${currency(index)}
      and ${sql.ref(`rate_${index}.day`)} = ${day}`
  })
  return joins.length ? sql.join(joins, sql``) : sql``
}
