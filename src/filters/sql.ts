import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Condition, Leaf } from './condition.ts'
import { isIndexable } from './indexable.ts'

type Sql = RawBuilder<SqlBool>

/**
 * Returns the SQL of a condition on `record`. Filters are two-valued: comparing an empty value is false, and `not` and
 * operators that negate are exact complements. `is not true` does this and keeps the inner comparison indexable. Over a
 * link, one matching linked record is enough.
 */
export function toSql(condition: Condition): Sql {
  if ('and' in condition) return joined(condition.and.map(toSql), sql` and `, sql`true`)
  if ('or' in condition) return joined(disjuncts(condition.or), sql` or `, sql`false`)
  if ('not' in condition) return sql`(${toSql(condition.not)}) is not true`
  if ('event' in condition) return condition.sql
  return leafSql(condition)
}

/**
 * Wraps conditions on linked records or other rows without an index in a scalar subquery, so that each record is
 * checked. Postgres would turn `exists` into a join, and several joins multiply.
 */
function perRecord(leaves: readonly Leaf[], condition: Sql): Sql {
  return leaves.some((leaf) => isAboutRows(leaf) && !isIndexable(leaf)) ? sql`(select ${condition})` : condition
}

function leafSql(leaf: Leaf): Sql {
  const { target, op, operands } = leaf
  const any = anyValue(leaf)
  const some = target.link?.through(any) ?? any
  return op.negates?.(operands) ? sql`(${some}) is not true` : perRecord([leaf], some)
}

function joined(parts: readonly Sql[], separator: RawBuilder<unknown>, none: Sql): Sql {
  return parts.length ? sql`(${sql.join(parts, separator)})` : none
}

/** Returns the subject of a condition: linked records, rows of a field, or '' for columns of the record. */
export function subjectOf({ target: { link, field, shape } }: Leaf): string {
  if (link) return `over ${link.name}`
  return typeof shape === 'object' ? `rows of ${field.path}` : ''
}

/** Returns whether a condition is on other rows, of which one match is enough. */
export function isAboutRows(leaf: Leaf): boolean {
  return subjectOf(leaf) !== ''
}

/** Returns the parts of `or`. Conditions on the same rows share one subquery. */
function disjuncts(parts: readonly Condition[]): Sql[] {
  const shared = parts.filter((part): part is Leaf => 'target' in part && !part.op.negates && isAboutRows(part))
  const others = parts.filter((part) => !(shared as readonly Condition[]).includes(part))
  return [...others.map(toSql), ...[...Map.groupBy(shared, subjectOf).values()].map(oneOf)]
}

/** Returns the SQL that one of several conditions on the same rows matches. */
function oneOf(leaves: readonly Leaf[]): Sql {
  const [{ target }] = leaves as [Leaf]
  const either = (parts: readonly Sql[]) => joined(parts, sql` or `, sql`false`)
  if (target.link) return perRecord(leaves, target.link.through(either(leaves.map(anyValue))))
  const { rows } = target.shape as { rows: RawBuilder<unknown> }
  const some = either(leaves.map(({ target, op, operands }) => op.compare(target.column, operands, target.scalar)))
  return perRecord(leaves, sql`exists (select ${rows} and ${some})`)
}

/** Returns the comparison with the value, or with any value of an array or of rows. */
function anyValue({ target: { shape, column, scalar }, op, operands }: Leaf): Sql {
  if (shape === 'one') return op.compare(column, operands, scalar)
  if (shape !== 'array') {
    return op.takesAnyRow
      ? sql`exists (select ${shape.rows})`
      : sql`exists (select ${shape.rows} and ${op.compare(column, operands, scalar)})`
  }
  return (
    op.compareArray?.(column, operands, scalar) ??
    sql`exists (select from unnest(${column}) as value where ${op.compare(sql.ref('value'), operands, scalar)})`
  )
}
