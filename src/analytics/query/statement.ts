import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { missingIn } from '../../currencies/conversion.ts'
import { withCollation } from '../../fields/scalar.ts'
import { rowsOf } from '../../records/query/record-query.ts'
import {
  type Calculation,
  currency,
  key,
  measureColumn,
  needsRecords,
  other,
  type Sql,
  shownCurrencies,
} from './calculation.ts'
import { keyArray, partsSql } from './parts.ts'
import { ratesSql, wholeSql } from './whole.ts'

/** The columns of a row of a statement, by their places. */
export interface RowLayout {
  /** Whether it is about all records instead of one group. */
  total: number
  /** The currency that the amounts are in, as its place among the currencies. -1 if the row is about all currencies. */
  by: number
  /** The place in the order of rows. */
  place: number
  /** The missing rates of currencies, as JSON. Only the row about all records has them. */
  missing: number
  keys: readonly number[]
  others: readonly number[]
  currencies: readonly number[]
  measures: readonly number[]
}

const and = (parts: readonly Sql[]) => sql.join(parts, sql` and `)

/**
 * Returns the statement that calculates the rows of a query: the groups that meet the conditions, in order, and unless
 * records are in several groups a row for all records. Amounts also have rows by currency.
 */
export function statementFor(calculation: Calculation): { statement: Sql; layout: RowLayout } {
  const { groups, measures, conversion } = calculation
  const [currencies, layout] = [shownCurrencies(calculation), layoutOf(calculation)]
  const columnsWith = (missing: Sql) => [
    ...[sql`_total`, sql`_by`, sql`_place`, missing],
    ...groups.flatMap((_, index) => [key(index), other(index)]),
    ...currencies.map((_, index) => currency(index)),
    ...measures.map((_, index) => measureColumn(index)),
  ]
  const columns = sql.join(columnsWith(sql`null`))
  const ofTotals = sql.join(columnsWith(conversion ? missingIn(sql`rates`) : sql`null`))
  const unwanted = groups.flatMap((group, index) => (group.top === null || group.other ? [] : [other(index)]))
  const isShown = and([sql`_total = 0 and _by < 0`, ...unwanted.map((one) => sql`not ${one}`)])
  const rows = rowsOf(sql`select * from whole where ${isShown}`)
    .matching(calculation.having)
    .and(isWanted(calculation))
    .select(sql`record.*, row_number() over (${orderSql(calculation)}) as _place`, {
      orderBy: sql`_place`,
      limit: calculation.limit,
    })
  const ofRows = groups.length ? sql`select ${columns} from chosen union all` : sql``
  const byCurrency =
    groups.length && currencies.length
      ? sql` union all select ${columns} from (select whole.*, chosen._place from whole
          join chosen on ${and(groups.flatMap((_, index) => [same(`_k${index}`), same(`_o${index}`)]))}
          where whole._total = 0 and whole._by >= 0) as record`
      : sql``
  // Sorting records that are read once is faster without keeping them.
  const keepsParts = conversion !== null || !needsRecords(measures)
  const statement = sql`with parts as ${keepsParts ? sql`materialized` : sql`not materialized`} (${partsSql(calculation)}), ${ratesSql(calculation)}
    whole as materialized (${wholeSql(calculation)}), chosen as (${rows})
    ${ofRows} select ${ofTotals} from (select *, 0 as _place from whole where _total = 1) as record${byCurrency}`
  return { statement, layout }
}

function isWanted({ groups: [first], only }: Calculation): RawBuilder<SqlBool> | null {
  if (!first || !only) return null
  return sql`(record._k0 = any(${keyArray(first, only)}) or record._k0 is null)`
}

/** Equal values or both null, in a form that Postgres can hash. */
function same(column: string): Sql {
  const [a, b] = [sql.ref(`whole.${column}`), sql.ref(`chosen.${column}`)]
  return sql`coalesce(${a}::text, '') = coalesce(${b}::text, '') and (${a} is null) = (${b} is null)`
}

function layoutOf(calculation: Calculation): RowLayout {
  const { groups, measures } = calculation
  const currencies = shownCurrencies(calculation)
  const first = 4 + 2 * groups.length
  return {
    ...{ total: 0, by: 1, place: 2, missing: 3 },
    keys: groups.map((_, index) => 4 + 2 * index),
    others: groups.map((_, index) => 5 + 2 * index),
    currencies: currencies.map((_, index) => first + index),
    measures: measures.map((_, index) => first + currencies.length + index),
  }
}

/** Returns the order of rows. Records in no other row come last, and rows with equal values are in the order of groups. */
function orderSql({ groups, sort }: Calculation): Sql {
  const ofGroup = (index: number) => {
    const { bucket, target } = groups[index]!
    return bucket ? key(index) : withCollation(target.scalar, key(index))
  }
  const order = [
    ...groups.map((_, index) => other(index)),
    ...sort.map(({ of, index, descending }) => {
      const column = of === 'group' ? ofGroup(index) : measureColumn(index)
      return sql`${column}${descending ? sql` desc` : sql``} nulls last`
    }),
    ...groups.map((_, index) => sql`${ofGroup(index)} nulls last`),
  ]
  return order.length ? sql`order by ${sql.join(order)}` : sql``
}
