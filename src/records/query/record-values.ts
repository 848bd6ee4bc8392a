import { type RawBuilder, sql } from 'kysely'
import type { Hop, Target } from '../../fields/kind.ts'
import { isReference } from '../../fields/kinds/kinds.ts'
import { type Condition, meaningOf } from '../../filters/condition.ts'
import { targetsOf } from '../../filters/resolve.ts'
import { toSql } from '../../filters/sql.ts'
import type { Grant } from '../../rights/grant.ts'
import { allRecords, type RecordQuery, recordsAt, recordsFor } from './record-query.ts'
import { fieldsAt, hopsOf } from './relations.ts'

/** How the value of a field is read for many records: the value, or an array if the field has several. */
export interface ValueSource {
  /** SQL of the value, given the record (`record`), or of the linked record if there is a link. */
  value: RawBuilder<unknown>
  isList: boolean
  /** The link to the record with the value. */
  link?: ValueLink
}

/** A link that every record has at most once. */
interface ValueLink {
  /** Links of the same name lead to the same records. */
  name: string
  /** SQL of the id of the linked record. */
  id: RawBuilder<unknown>
  linked: RecordQuery
}

/**
 * Returns how the value of a target is read. Undefined for fields of records of which there can be several. As in
 * conditions, linked records that the caller may not read have no values, and links to deleted records are empty.
 */
export function valueSource(grant: Grant, target: Target): ValueSource | undefined {
  if (!target.link) return ownSource(grant, target)
  const hop = hopsOf(grant).find(({ name }) => name === target.link?.name)
  if (!hop?.id) return
  const inner = targetsOf(fieldsAt(grant, hop.to)).get(target.path.slice(hop.name.length + 1))!
  const link = { name: hop.name, id: hop.id, linked: recordsAt(grant, hop.to) }
  return { ...(isOne(inner) ? { value: singleRow(inner), isList: false } : listOrValue(inner)), link }
}

function ownSource(grant: Grant, target: Target): ValueSource {
  if (!isOne(target)) return listOrValue(target)
  const hop = hopsOf(grant).find(({ field }) => field === target.field) as Hop & { id: RawBuilder<unknown> }
  // A join of all live records is faster than a look-up for each record.
  const link = { name: `live ${hop.name}`, id: hop.id, linked: allRecords(grant.of(hop.to)) }
  return { value: sql.ref('record.id'), isList: false, link }
}

/** Returns whether the rows of a target are at most one: the record that a link leads to unless it is deleted. */
function isOne({ field, shape }: Target): boolean {
  return typeof shape === 'object' && isReference(field)
}

function singleRow({ column, shape }: Target): RawBuilder<unknown> {
  return sql`(select ${column} ${(shape as { rows: RawBuilder<unknown> }).rows})`
}

function listOrValue({ column, shape, key }: Target): Pick<ValueSource, 'value' | 'isList'> {
  if (typeof shape === 'object') {
    return { value: sql`array(select ${key?.column ?? column} ${shape.rows})`, isList: true }
  }
  return { value: column, isList: shape === 'array' }
}

/** The values to read of each record, and the conditions to check. */
export interface RecordValues {
  values: readonly ValueSource[]
  conditions: readonly Condition[]
}

/** The names of the columns of a value and of a condition. */
export const valueColumn = (index: number) => sql.ref(`source.value_${index}`)
const linkColumn = (index: number) => `link_${index}`
/** Returns the column that says whether a record matches the condition. */
export const conditionColumn = (index: number) => sql.ref(`source.condition_${index}`)

/**
 * Returns SQL of a row for each record that the caller may read and that matches a condition, with its values and with
 * what other conditions say about it. The columns are those of `valueColumn` and `conditionColumn`.
 */
export function selectValues(grant: Grant, where: Condition | null, wanted: RecordValues): RawBuilder<unknown> {
  const { values, conditions } = wanted
  const links = [...new Map(values.flatMap(({ link }) => (link ? [[link.name, link] as const] : []))).values()]
  const own = [
    ...values.flatMap(({ value, link }, index) => (link ? [] : [sql`${value} as ${sql.ref(`value_${index}`)}`])),
    ...links.map(({ id }, index) => sql`${id} as ${sql.ref(linkColumn(index))}`),
    ...conditions.map((one, index) => sql`(${toSql(one)}) as ${sql.ref(`condition_${index}`)}`),
  ]
  const selected = own.length ? own : [sql`null as nothing`]
  const records = recordsFor(grant, 'read').matching(where).select(sql.join(selected))
  // Joined to no rows, each value and condition is computed once, although several measures use it. Postgres then also
  // takes few groups for granted, instead of one for every instant, and adds up in parallel.
  const noRows = sql`select ${sql.join(selected.map(() => sql`null`))} where false`
  const columns = values.flatMap(({ link }, index) =>
    link ? [sql`${sql.ref(`linked_${links.findIndex(({ name }) => name === link.name)}.value_${index}`)}`] : [],
  )
  const joins = links.map((link, index) => joinOf(link, index, values))
  return sql`select base.*${columns.map((column) => sql`, ${column}`).length ? sql`, ${sql.join(columns)}` : sql``}
    from (${records} union all ${noRows}) as base${joins.length ? sql` ${sql.join(joins, sql` `)}` : sql``}`
}

function joinOf({ name, linked }: ValueLink, index: number, values: readonly ValueSource[]): RawBuilder<unknown> {
  const columns = values.flatMap(({ value, link }, at) =>
    link?.name === name ? [sql`, ${value} as ${sql.ref(`value_${at}`)}`] : [],
  )
  const alias = sql.ref(`linked_${index}`)
  return sql`left join (${linked.select(sql`record.id as linked_id${sql.join(columns, sql``)}`)}) as ${alias}
    on ${sql.ref(`linked_${index}.linked_id`)} = ${sql.ref(`base.${linkColumn(index)}`)}`
}

/** Returns the place of a condition in a list, and adds it if no condition with the same meaning is there. */
export function placeIn(conditions: Condition[], condition: Condition): number {
  const meaning = meaningOf(condition)
  const known = conditions.findIndex((one) => meaningOf(one) === meaning)
  return known < 0 ? conditions.push(condition) - 1 : known
}
