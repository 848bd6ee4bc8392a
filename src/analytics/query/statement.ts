import { type RawBuilder, sql } from 'kysely'
import { arrayParameter, withCollation } from '../../fields/scalar.ts'
import type { Value } from '../../fields/value.ts'
import type { Condition } from '../../filters/condition.ts'
import { rowsOf } from '../../records/query/record-query.ts'
import {
  conditionColumn,
  placeIn,
  selectValues,
  type ValueSource,
  valueColumn,
} from '../../records/query/record-values.ts'
import type { Group, Measure, ResolvedQuery } from './resolved.ts'

type Sql = RawBuilder<unknown>

/** The values of the largest groups, of which null may be one. Null if all groups are wanted. */
export type TopValues = readonly Value[] | null

/** What a statement calculates. */
export type Calculation = Pick<
  ResolvedQuery,
  'grant' | 'context' | 'base' | 'groups' | 'measures' | 'having' | 'sort'
> & {
  limit: number
  tops: readonly TopValues[]
}

/** The columns of a row of a statement, by their places. */
export interface RowLayout {
  /** Whether it is about all records instead of one group. */
  total: number
  /** The currency that the amounts are in, as its place among the currencies. -1 if the row is about all currencies. */
  by: number
  /** The place in the order of rows. */
  place: number
  keys: readonly number[]
  others: readonly number[]
  currencies: readonly number[]
  measures: readonly number[]
}

/** The columns of groups and currencies. */
interface Keys {
  groups: readonly Sql[]
  currencies: readonly Sql[]
}

const key = (index: number) => sql.ref(`_k${index}`)
const other = (index: number) => sql.ref(`_o${index}`)
const currency = (index: number) => sql.ref(`_c${index}`)
const part = (measure: number, index: number) => sql.ref(`_p${measure}_${index}`)
const measureColumn = (index: number) => sql.ref(`m${index}`)

const and = (parts: readonly Sql[]) => sql.join(parts, sql` and `)

/** Returns whether records have several values of a group, so that they are in several groups. */
export function hasLists({ groups }: Pick<ResolvedQuery, 'groups'>): boolean {
  return groups.some(({ source }) => source.isList)
}

/**
 * Returns the statement that calculates the rows of a query: the groups that meet the conditions, in order, and unless
 * records are in several groups a row for all records. Amounts also have rows by currency.
 */
export function statementFor(calculation: Calculation): { statement: Sql; layout: RowLayout } {
  const { groups, measures } = calculation
  const [currencies, layout] = [currenciesOf(measures), layoutOf(calculation)]
  const columns = sql.join([
    ...[sql`_total`, sql`_by`, sql`_place`],
    ...groups.flatMap((_, index) => [key(index), other(index)]),
    ...currencies.map((_, index) => currency(index)),
    ...measures.map((_, index) => measureColumn(index)),
  ])
  const rows = rowsOf(sql`select * from whole where _total = 0 and _by < 0`)
    .matching(calculation.having)
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
  const statement = sql`with parts as materialized (${partsSql(calculation, currencies)}),
    whole as materialized (${wholeSql(calculation, currencies)}), chosen as (${rows})
    ${ofRows} select ${columns} from (select *, 0 as _place from whole where _total = 1) as record${byCurrency}`
  return { statement, layout }
}

/** Equal values or both null, in a form that Postgres can hash. */
function same(column: string): Sql {
  const [a, b] = [sql.ref(`whole.${column}`), sql.ref(`chosen.${column}`)]
  return sql`coalesce(${a}::text, '') = coalesce(${b}::text, '') and (${a} is null) = (${b} is null)`
}

function layoutOf({ groups, measures }: Calculation): RowLayout {
  const currencies = currenciesOf(measures)
  const first = 3 + 2 * groups.length
  return {
    ...{ total: 0, by: 1, place: 2 },
    keys: groups.map((_, index) => 3 + 2 * index),
    others: groups.map((_, index) => 4 + 2 * index),
    currencies: currencies.map((_, index) => first + index),
    measures: measures.map((_, index) => first + currencies.length + index),
  }
}

/** Returns the currencies of the measures, each once. */
export function currenciesOf(measures: readonly Measure[]): ValueSource[] {
  const amounts = measures.flatMap(({ currency, target }) => (currency ? [[target?.currency, currency] as const] : []))
  return [...new Map(amounts).values()]
}

/** Returns the place of the currency of a measure, or -1. */
export function currencyPlace(measure: Measure, measures: readonly Measure[]): number {
  const paths = [...new Set(measures.flatMap(({ currency, target }) => (currency ? [target?.currency] : [])))]
  return measure.currency ? paths.indexOf(measure.target?.currency) : -1
}

/** Returns SQL of the parts of measures: of each record if a measure needs that, else added up by group. */
function partsSql(calculation: Calculation, currencies: readonly ValueSource[]): Sql {
  const { grant, base, groups, measures, tops } = calculation
  const values: ValueSource[] = []
  const conditions: Condition[] = []
  const column = (source: ValueSource) => valueColumn(values.push(source) - 1)
  const keyed = groups.map((group, index) =>
    keyedSql(calculation, group, index, column(group.source), tops[index] ?? null),
  )
  const ofCurrencies = currencies.map((one, index) => sql`${column(one)} as ${currency(index)}`)
  const needsRecords = measures.some(({ fn }) => fn.needsRecords)
  const ofMeasures = measures.flatMap((measure, at) => {
    const when = measure.part && conditionColumn(placeIn(conditions, measure.part.condition))
    const value = measure.value ? valueSql(measure, column) : sql`null`
    return measure.fn.parts(value).map(({ ofRecord, combine }, index) => {
      const ofAll = needsRecords
        ? when
          ? sql`case when ${when} then ${ofRecord} end`
          : ofRecord
        : sql`${combine(ofRecord)}${when ? sql` filter (where ${when})` : sql``}`
      return sql`${ofAll} as ${part(at, index)}`
    })
  })
  const where = base.length ? { and: base.map(({ condition }) => condition) } : null
  const selected = [...keyed.flatMap(({ columns }) => columns), ...ofCurrencies]
  const places = selected.map((_, index) => sql.lit(index + 1))
  const groupBy = needsRecords || !places.length ? sql`` : sql` group by ${sql.join(places)}`
  return sql`select ${sql.join([...selected, ...ofMeasures])}
    from (${selectValues(grant, where, { values, conditions })}) as source ${sql.join(
      keyed.map(({ join }) => join),
      sql` `,
    )}${groupBy}`
}

/** Returns SQL of the value of a measure: that of the record, or the seconds between two times. */
function valueSql({ value, since, target }: Measure, column: (source: ValueSource) => Sql): Sql {
  const end = column(value!)
  if (!since) return end
  const start = column(since)
  return target?.scalar.scale === 'day'
    ? sql`((${end} - ${start}) * 86400)`
    : sql`extract(epoch from (${end} - ${start}))`
}

/** Returns SQL of the columns of a group: its key, and whether a record is in none of the largest groups. */
function keyedSql({ context }: Calculation, group: Group, index: number, column: Sql, top: TopValues) {
  const { source, bucket, target } = group
  const keyOf = (value: Sql) => (bucket ? bucket.key(value, target.scalar, context) : value)
  if (source.isList)
    return listSql(
      index,
      sql`select distinct ${keyOf(sql`one.value`)} as value from unnest(${column}) as one (value)`,
      group,
      top,
    )
  const value = keyOf(column)
  if (!top) return { columns: [sql`${value} as ${key(index)}`, sql`false as ${other(index)}`], join: sql`` }
  const isTop = sql`${value} = any(${topArray(group, top)})`
  const isOther = sql`(${isTop} is not true${top.includes(null) ? sql` and ${value} is not null` : sql``})`
  const columns = [sql`case when ${isTop} then ${value} end as ${key(index)}`, sql`${isOther} as ${other(index)}`]
  return { columns, join: sql`` }
}

/** The same for a list: a row for each of its values. */
function listSql(index: number, items: Sql, group: Group, top: TopValues) {
  const name = sql.ref(`list_${index}`)
  const [value, isOther] = [sql.ref(`list_${index}.value`), sql.ref(`list_${index}.other`)]
  const columns = [sql`${value} as ${key(index)}`, sql`${isOther} as ${other(index)}`]
  if (!top)
    return {
      columns,
      join: sql`left join lateral (select value, false as other from (${items}) as item) as ${name} on true`,
    }
  const largest = sql`select value from (${items}) as item where value = any(${topArray(group, top)})`
  const rest = top.includes(null) ? sql`exists (${items})` : sql`true`
  const join = sql`cross join lateral (select value, false as other from (${largest}) as item
    union all select null, ${rest} where not exists (${largest})) as ${name}`
  return { columns, join }
}

function topArray({ target: { scalar } }: Group, top: readonly Value[]): Sql {
  return arrayParameter(
    scalar,
    top.filter((value) => value !== null),
  )
}

/** Returns SQL of the measures of each group, of all records, and of each currency in both. */
function wholeSql(calculation: Calculation, currencies: readonly ValueSource[]): Sql {
  const { groups, measures } = calculation
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
    ...measures.map(({ fn, percent, currency }, at) => {
      const parts = fn.parts(sql`null`).map((_, index) => part(at, index))
      const value = fn.whole(parts, percent)
      // A currency in which there are no amounts is left out.
      const whole = fn.ofNothing && !currency ? sql`coalesce(${value}, 0)` : value
      return sql`${whole} as ${measureColumn(at)}`
    }),
  ]
  return sql`select ${sql.join(columns)} from parts group by grouping sets (${sql.join(setsOf(keys, hasLists(calculation)))})`
}

function setsOf({ groups, currencies }: Keys, hasLists: boolean): Sql[] {
  const sets = [...(groups.length ? [groups] : []), ...(hasLists ? [] : [[]])]
  return [...sets, ...currencies.flatMap((one) => sets.map((set) => [...set, one]))].map(
    (set) => sql`(${sql.join(set)})`,
  )
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
