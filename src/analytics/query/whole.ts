import { sql } from 'kysely'
import { ratesOf } from '../../currencies/conversion.ts'
import {
  type Calculation,
  currenciesOf,
  currency,
  currencyPlace,
  hasLists,
  key,
  measureColumn,
  other,
  part,
  type Sql,
  shownCurrencies,
} from './calculation.ts'

/** The columns of groups and currencies. */
interface Keys {
  groups: readonly Sql[]
  currencies: readonly Sql[]
}

/** Returns SQL of the measures of each group, of all records, and of each currency in both. */
export function wholeSql(calculation: Calculation): Sql {
  const { groups, measures, conversion } = calculation
  const currencies = shownCurrencies(calculation)
  const keys: Keys = {
    groups: groups.flatMap((_, index) => [key(index), other(index)]),
    currencies: currencies.map((_, index) => currency(index)),
  }
  const by = keys.currencies.map((column, index) => sql`when grouping(${column}) = 0 then ${sql.lit(index)}`)
  const columns = [
    sql`${groups.length ? sql`grouping(${key(0)})` : sql`1`} as _total`,
    sql`${by.length ? sql`case ${sql.join(by, sql` `)} else -1 end` : sql`-1`} as _by`,
    ...keys.groups,
    ...keys.currencies,
    ...measures.map((measure, at) => {
      const { fn, percent } = measure
      const rate = sql.ref(`rate_${currencyPlace(measure, measures)}.rate`)
      const isConverted = conversion && measure.currency
      const parts = fn.parts(sql`null`).map(({ isCount }, index) => {
        return isConverted && !isCount ? sql`(${part(at, index)} * ${rate})` : part(at, index)
      })
      const value = fn.whole(parts, percent)
      // A currency in which there are no amounts is left out.
      const whole = fn.ofNothing && (conversion || !measure.currency) ? sql`coalesce(${value}, 0)` : value
      return sql`${whole} as ${measureColumn(at)}`
    }),
  ]
  return sql`select ${sql.join(columns)} from parts${rateJoins(calculation)} group by grouping sets (${sql.join(setsOf(keys, hasLists(calculation)))})`
}

function setsOf({ groups, currencies }: Keys, hasLists: boolean): Sql[] {
  const sets = [...(groups.length ? [groups] : []), ...(hasLists ? [] : [[]])]
  return [...sets, ...currencies.flatMap((one) => sets.map((set) => [...set, one]))].map(
    (set) => sql`(${sql.join(set)})`,
  )
}

/** Returns SQL of the rates of the currencies and days of all amounts. */
export function ratesSql({ measures, conversion }: Calculation): Sql {
  if (!conversion) return sql``
  const pairs = measures.flatMap((measure, at) =>
    measure.currency
      ? [
          sql`select distinct ${currency(currencyPlace(measure, measures))} as currency, _day as day from parts
            where ${part(at, 0)} is not null`,
        ]
      : [],
  )
  const none = sql`select null as currency, null::date as day where false`
  const all = pairs.length ? sql.join(pairs, sql` union `) : none
  return sql`rates as materialized (${ratesOf(all, { target: sql`${conversion.code}::text`, base: conversion.base })}),`
}

/** Returns SQL that joins the rate of each currency of a part. */
function rateJoins({ measures, conversion }: Calculation): Sql {
  if (!conversion) return sql``
  const joins = currenciesOf(measures).map((_, index) => {
    const rate = sql.ref(`rate_${index}`)
    return sql` left join rates as ${rate} on ${sql.ref(`rate_${index}.currency`)} = parts.${currency(index)}
      and ${sql.ref(`rate_${index}.day`)} = parts._day`
  })
  return joins.length ? sql.join(joins, sql``) : sql``
}
