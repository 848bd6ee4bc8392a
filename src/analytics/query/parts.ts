import { sql } from 'kysely'
import { currencyOf } from '../../currencies/conversion.ts'
import { arrayParameter } from '../../fields/scalar.ts'
import type { Value } from '../../fields/value.ts'
import type { Condition } from '../../filters/condition.ts'
import {
  conditionColumn,
  placeIn,
  selectValues,
  type ValueSource,
  valueColumn,
} from '../../records/query/record-values.ts'
import {
  type Calculation,
  currenciesOf,
  currency,
  key,
  needsRecords,
  other,
  part,
  type Sql,
  type TopValues,
} from './calculation.ts'
import type { Group, Measure } from './resolved.ts'

/** Returns SQL of the parts of measures: of each record if a measure needs that, else added up by group. */
export function partsSql(calculation: Calculation): Sql {
  const { grant, base, groups, measures, tops, conversion } = calculation
  const currencies = currenciesOf(measures)
  const values: ValueSource[] = []
  const conditions: Condition[] = []
  const column = (source: ValueSource) => valueColumn(values.push(source) - 1)
  const keyed = groups.map((group, index) =>
    keyedSql(calculation, group, index, column(group.source), tops[index] ?? null),
  )
  const codeOf = (one: ValueSource) => (conversion ? currencyOf(column(one), conversion) : column(one))
  const ofCurrencies = currencies.map((one, index) => sql`${codeOf(one)} as ${currency(index)}`)
  if (conversion && currencies.length) ofCurrencies.push(sql`${column(conversion.day)} as _day`)
  const areRecords = needsRecords(measures)
  const ofMeasures = measures.flatMap((measure, at) => {
    const when = measure.part && conditionColumn(placeIn(conditions, measure.part.condition))
    const value = measure.value ? valueSql(measure, column) : sql`null`
    return measure.fn.parts(value).map(({ ofRecord, combine }, index) => {
      const ofAll = areRecords
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
  const groupBy = areRecords || !places.length ? sql`` : sql` group by ${sql.join(places)}`
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
  if (source.isList) {
    const value = bucket ? bucket.key(sql`one.value`, target.scalar, context) : sql`one.value`
    return listSql(index, sql`select distinct ${value} as value from unnest(${column}) as one (value)`, group, top)
  }
  const value = column
  if (!top) return { columns: [sql`${value} as ${key(index)}`, sql`false as ${other(index)}`], join: sql`` }
  const isTop = sql`${value} = any(${keyArray(group, top)})`
  const isOther = sql`(${isTop} is not true${top.includes(null) ? sql` and ${value} is not null` : sql``})`
  const columns = [sql`case when ${isTop} then ${value} end as ${key(index)}`, sql`${isOther} as ${other(index)}`]
  return { columns, join: sql`` }
}

/** The same for a list: a row for each of its values. */
function listSql(index: number, items: Sql, group: Group, top: TopValues) {
  const name = sql.ref(`list_${index}`)
  const [value, isOther] = [sql.ref(`list_${index}.value`), sql.ref(`list_${index}.other`)]
  if (!top) {
    // A record without values has no row to join, but is in a row of its own.
    const columns = [sql`${value} as ${key(index)}`, sql`false as ${other(index)}`]
    return { columns, join: sql`${group.skipsOthers ? sql`` : sql`left `}join lateral (${items}) as ${name} on true` }
  }
  const columns = [sql`${value} as ${key(index)}`, sql`${isOther} as ${other(index)}`]
  const largest = sql`select value from (${items}) as item where value = any(${keyArray(group, top)})`
  const rest = top.includes(null) ? sql`exists (${items})` : sql`true`
  const join = sql`cross join lateral (select value, false as other from (${largest}) as item
    union all select null, ${rest} where not exists (${largest})) as ${name}`
  return { columns, join }
}

/** Returns values of a group as an array. Null is left out. */
export function keyArray({ target: { scalar, key } }: Group, values: readonly Value[]): Sql {
  const filled = values.filter((value) => value !== null)
  return key ? sql`${filled.map(key.write)}::text[]` : arrayParameter(scalar, filled)
}
