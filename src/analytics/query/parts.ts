import { sql } from 'kysely'
import { currencyOf } from '../../currencies/conversion.ts'
import { arrayParameter } from '../../fields/scalar.ts'
import type { Value } from '../../fields/value.ts'
import { conditionColumn, selectValues, type ValueSource, valueColumn } from '../../records/query/record-values.ts'
import {
  type Calculation,
  currenciesOf,
  currency,
  itemDay,
  key,
  list,
  metColumn,
  needsRecords,
  other,
  part,
  type Sql,
  type TopValues,
} from './calculation.ts'
import { keptOf } from './kept.ts'
import type { AmountConversion, Group, Measure } from './resolved.ts'

/** Returns the column of a value. */
type Column = (source: ValueSource) => Sql

/**
 * Returns SQL of the parts of measures: of each record if a measure needs that, else added up. Records are told apart by
 * their groups, currencies, the day of their rates and the conditions of measures that they meet, so each value is added
 * up once however many measures use it. A list is one value here: `spreadSql` divides it.
 */
export function partsSql(calculation: Calculation): Sql {
  const { grant, base, groups, measures, tops, conversion } = calculation
  const values: ValueSource[] = []
  const column = (source: ValueSource) => {
    const known = values.indexOf(source)
    return valueColumn(known < 0 ? values.push(source) - 1 : known)
  }
  const keys = groups.flatMap((group, index) => keysSql(group, index, column(group.source), tops[index] ?? null))
  const currencies = currenciesOf(measures).map((one) =>
    conversion ? currencyOf(column(one), conversion) : column(one),
  )
  const day = conversion && currencies.length ? [sql`${dayOfRate(conversion, currencies, column)} as _day`] : []
  const { conditions, parts } = keptOf(calculation)
  const met = conditions.length ? [sql`${metSql(conditions.length)} as ${metColumn}`] : []
  const selected = [...keys, ...currencies.map((one, index) => sql`${one} as ${currency(index)}`), ...day, ...met]
  const areRecords = needsRecords(measures)
  const ofMeasures = parts.map(({ measure, at }, index) => {
    const { ofRecord, combine } = measure.fn.parts(measure.value ? valueSql(measure, column) : sql`null`)[at]!
    return sql`${areRecords ? ofRecord : combine(ofRecord)} as ${part(index)}`
  })
  const needed = groups.flatMap(({ source, choosesRecords }) =>
    source.isList && choosesRecords ? [sql`cardinality(${column(source)}) > 0`] : [],
  )
  const only = needed.length ? sql` where ${sql.join(needed, sql` and `)}` : sql``
  const where = base.length ? { and: base.map(({ condition }) => condition) } : null
  const places = selected.map((_, index) => sql.lit(index + 1))
  const groupBy = areRecords || !places.length ? sql`` : sql` group by ${sql.join(places)}`
  return sql`select ${sql.join([...selected, ...ofMeasures])}
    from (${selectValues(grant, where, { values, conditions })}) as source${only}${groupBy}`
}

/** Returns SQL of the conditions that a record meets, as the bits of a number. */
function metSql(count: number): Sql {
  const bits = Array.from({ length: count }, (_, index) => {
    return sql`case when ${conditionColumn(index)} then ${sql.lit(2 ** index)} else 0 end`
  })
  return sql`(${sql.join(bits, sql` + `)})`
}

/** Returns SQL of the day whose rate is used. Amounts in the wanted currency need none, so all of them have the same. */
function dayOfRate({ code, day, lastDay }: AmountConversion, currencies: readonly Sql[], column: Column): Sql {
  const isForeign = currencies.map((one) => sql`${one} <> ${code}::text`)
  return sql`case when ${sql.join(isForeign, sql` or `)} then ${column(day)} else ${lastDay}::date end`
}

/** Returns SQL of the value of a measure: that of the record, or the seconds between two times. */
function valueSql({ value, since, target }: Measure, column: Column): Sql {
  const end = column(value!)
  if (!since) return end
  const start = column(since)
  return target?.scalar.scale === 'day'
    ? sql`((${end} - ${start}) * 86400)`
    : sql`extract(epoch from (${end} - ${start}))`
}

/** Returns the columns of a group: its key, and whether a record is in none of the largest groups. Or the list of its keys. */
function keysSql(group: Group, index: number, value: Sql, top: TopValues): Sql[] {
  if (group.source.isList) return [sql`${value} as ${list(index)}`]
  if (!top) return [sql`${value} as ${key(index)}`, sql`false as ${other(index)}`]
  const isTop = sql`${value} = any(${keyArray(group, top)})`
  const isOther = sql`(${isTop} is not true${top.includes(null) ? sql` and ${value} is not null` : sql``})`
  return [sql`case when ${isTop} then ${value} end as ${key(index)}`, sql`${isOther} as ${other(index)}`]
}

/** Returns a `from` with the parts by group: the same rows, or a row for each value of a list. */
export function spreadSql({ groups, tops, context }: Calculation): Sql {
  const lists = groups.flatMap((group, index) => {
    if (!group.source.isList) return []
    const { bucket, target } = group
    const value = bucket ? bucket.key(sql`one.value`, target.scalar, context) : sql`one.value`
    const day = group.dayOf?.(sql`one.value`) ?? sql`null::date`
    const items = sql`select distinct ${value} as value, ${day} as day from unnest(parts.${list(index)}) as one (value)`
    return [listSql(index, items, { group, top: tops[index] ?? null })]
  })
  if (!lists.length) return sql`from parts`
  const columns = lists.map(({ columns }) => columns)
  const joins = lists.map(({ join }) => join)
  return sql`from (select parts.*, ${sql.join(columns)} from parts ${sql.join(joins, sql` `)}) as parts`
}

function listSql(index: number, items: Sql, { group, top }: { group: Group; top: TopValues }) {
  const name = sql.ref(`list_${index}`)
  if (!top) {
    // A record without values has no row to join, but is in a row of its own.
    const columns = sql`${name}.value as ${key(index)}, false as ${other(index)}, ${name}.day as ${itemDay(index)}`
    return { columns, join: sql`left join lateral (${items}) as ${name} on true` }
  }
  const columns = sql`${name}.value as ${key(index)}, ${name}.other as ${other(index)}, ${name}.day as ${itemDay(index)}`
  const largest = sql`select value, day from (${items}) as item where value = any(${keyArray(group, top)})`
  const rest = top.includes(null) ? sql`exists (${items})` : sql`true`
  const join = sql`cross join lateral (select value, day, false as other from (${largest}) as item
    union all select null, null, ${rest} where not exists (${largest})) as ${name}`
  return { columns, join }
}

/** Returns values of a group as an array. Null is left out. */
export function keyArray({ target: { scalar, key } }: Group, values: readonly Value[]): Sql {
  const filled = values.filter((value) => value !== null)
  return key ? sql`${filled.map(key.write)}::text[]` : arrayParameter(scalar, filled)
}
