import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Transaction } from '../../database/transaction.ts'
import type { Field } from '../../fields/field.ts'
import type { Target } from '../../fields/kind.ts'
import { isInRows, kindOf } from '../../fields/kinds/kinds.ts'
import { castTo, withCollation } from '../../fields/scalar.ts'
import { recordsFor } from '../../records/query/record-query.ts'
import type { Grant } from '../../rights/grant.ts'
import { holdersOf } from './dry-run-keys.ts'
import type { MatchingPlan } from './matching-plan.ts'
import { type Sought, valuesOf } from './sought.ts'

/** The most records that a search finds. More of them only make it more ambiguous. */
const mostFound = 6

/**
 * Finds the records that the caller may read by ids, external ids, phones, e-mails or names, all searches in one
 * statement. Returns the ids by search. Fields hidden from the caller find nothing. In a dry run, rows of earlier chunks are
 * found as negative numbers.
 */
export async function findRecords(
  trx: Transaction,
  grant: Grant,
  sought: readonly Sought[],
  { dryRunOf }: Pick<MatchingPlan, 'dryRunOf'>,
): Promise<Map<number, number[]>> {
  const queries = [...Map.groupBy(sought, ({ by }) => by)].flatMap(([by, some]) => queryFor(grant, by, some) ?? [])
  if (!queries.length) return new Map()
  if (dryRunOf !== undefined) queries.push(holdersOf(grant, valuesOf(sought), dryRunOf))
  const { rows } = await sql<{ search: number; ids: number[] }>`
    select search, ids from (
      select search, rank, min(rank) over (partition by search) as best, array_agg(distinct id order by id) as ids
      from (${sql.join(queries, sql` union all `)}) as found group by search, rank) as ranked
    where rank = best`.execute(trx)
  return new Map(rows.map(({ search, ids }) => [search, ids]))
}

/** Returns SQL of the records found by one field. Undefined if the caller may not search by it. */
function queryFor(grant: Grant, by: string, sought: readonly Sought[]): RawBuilder<unknown> | undefined {
  if (by === 'person') return queryByPerson(grant, sought)
  if (by === 'id') return queryByColumn(grant, sought, { column: sql`record.id`, value: sql`v.value::bigint` })
  const field = grant.readable.get(by)
  if (!field) return undefined
  if (by === 'title')
    return queryByColumn(grant, sought, { column: nameKey(columnOf(field)), value: nameKey(sql`v.value`) })
  if (isInRows(field, 'communication')) {
    return queryByRows(
      grant,
      sought,
      sql`communication as item on item.type_id = ${sql.lit(grant.type.id)}
        and item.field = ${sql.lit(field.code)} and item.normalized = v.value`,
    )
  }
  if (!isInRows(field, 'external_id')) return queryByValue(grant, sought, field)
  return queryByRows(
    grant,
    sought,
    sql`external_id as item on item.type_id = ${sql.lit(grant.type.id)}
      and item.source = v.source and item.key = v.value and item.active`,
  )
}

function queryByRows(grant: Grant, sought: readonly Sought[], rows: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`select v.search, v.rank, item.record_id as id from ${valuesOf(sought)} join ${rows}
    where ${recordsFor(grant, 'read').and(sql`record.id = item.record_id`).exists()}`
}

function queryByColumn(
  grant: Grant,
  sought: readonly Sought[],
  {
    column,
    value,
    more = null,
  }: { column: RawBuilder<unknown>; value: RawBuilder<unknown>; more?: RawBuilder<SqlBool> | null },
): RawBuilder<unknown> {
  const records = recordsFor(grant, 'read')
    .and(sql`${column} = ${value}`)
    .and(more)
    .select(sql`record.id`, { limit: mostFound })
  return sql`select v.search, v.rank, found.id from ${valuesOf(sought)} cross join lateral (${records}) as found`
}

/** Finds records by the whole value of a field with an index. */
function queryByValue(grant: Grant, sought: readonly Sought[], field: Field): RawBuilder<unknown> | undefined {
  const target = keyTarget(field)
  if (!target) return undefined
  const { scalar, column } = target
  const value = castTo(scalar, sql`v.value`)
  return queryByColumn(grant, sought, { column: withCollation(scalar, column), value })
}

/** Returns how records are found by the whole value of a field: a single value with an index. */
export function keyTarget(field: Field): Target | undefined {
  const [target, ...others] = kindOf(field).targets(field)
  if (!target || others.length || kindOf(field).pointsTo || target.shape !== 'one') return undefined
  return target.indexed?.values ? target : undefined
}

function queryByPerson(grant: Grant, sought: readonly Sought[]): RawBuilder<unknown> | undefined {
  const [first, last, middle] = ['firstName', 'lastName', 'middleName'].map((path) => grant.readable.get(path))
  if (!first || !last) return undefined
  const isMiddle = middle ? sql`${nameKey(columnOf(middle))} = ${nameKey(sql`v.middle`)}` : sql`false`
  return queryByColumn(grant, sought, {
    // As in the index.
    column: nameKey(sql`coalesce(${columnOf(first)}, '') || ' ' || coalesce(${columnOf(last)}, '')`),
    value: nameKey(sql`v.value`),
    more: sql<SqlBool>`v.middle is null or ${isMiddle} or (v."mayLackMiddle" and ${middle ? columnOf(middle) : sql`null`} is null)`,
  })
}

function nameKey(text: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`name_key(${text})`
}

function columnOf({ column }: Field): RawBuilder<unknown> {
  return sql.ref(`record.${column}`)
}
