import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Target } from '../fields/kind.ts'
import { arrayParameter, collated, type Operator, parameter } from '../fields/scalar.ts'
import type { Value } from '../fields/value.ts'
import type { Condition, Leaf, Operand } from './condition.ts'
import { isLookedUp } from './indexable.ts'

type Sql = RawBuilder<SqlBool>

/**
 * Returns the SQL of a condition on `record`. Filters are two-valued: comparing an empty value is false, and `not`,
 * `ne` and `nin` are exact complements. `is not true` does this and keeps the inner comparison indexable. Over a link,
 * one matching linked record is enough.
 */
export function toSql(condition: Condition): Sql {
  if ('and' in condition) return joined(condition.and.map(toSql), sql` and `, sql`true`)
  if ('or' in condition) return joined(disjuncts(condition.or), sql` or `, sql`false`)
  if ('not' in condition) return sql`(${toSql(condition.not)}) is not true`
  return leafSql(condition)
}

/**
 * Wraps conditions on linked records or other rows without an index in a scalar subquery, so that each record is
 * checked. Postgres would turn `exists` into a join, and several joins multiply.
 */
function perRecord(leaves: readonly Leaf[], condition: Sql): Sql {
  return leaves.some((leaf) => isAboutRows(leaf) && !isLookedUp(leaf)) ? sql`(select ${condition})` : condition
}

function leafSql(leaf: Leaf): Sql {
  const { target, op, operands } = leaf
  const some = (comparison: Sql): Sql => target.link?.through(comparison) ?? comparison
  switch (op) {
    case 'ne':
      return sql`(${some(anyValue(target, 'eq', operands))}) is not true`
    case 'nin':
      return sql`(${some(anyValue(target, 'in', operands))}) is not true`
    case 'isEmpty':
      return operands.some((operand) => 'value' in operand && operand.value === true)
        ? sql`(${some(filled(target))}) is not true`
        : perRecord([leaf], some(filled(target)))
    default:
      return perRecord([leaf], some(anyValue(target, op, operands)))
  }
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
  const shared = parts.filter((part): part is Leaf => 'target' in part && isPositive(part.op) && isAboutRows(part))
  const others = parts.filter((part) => !(shared as readonly Condition[]).includes(part))
  return [...others.map(toSql), ...[...Map.groupBy(shared, subjectOf).values()].map(oneOf)]
}

function isPositive(op: Operator): boolean {
  return op !== 'ne' && op !== 'nin' && op !== 'isEmpty'
}

/** Returns the SQL that one of several conditions on the same rows matches. */
function oneOf(leaves: readonly Leaf[]): Sql {
  const [{ target }] = leaves as [Leaf]
  const either = (parts: readonly Sql[]) => joined(parts, sql` or `, sql`false`)
  if (target.link) {
    const some = either(leaves.map((leaf) => anyValue(leaf.target, leaf.op, leaf.operands)))
    return perRecord(leaves, target.link.through(some))
  }
  const { rows } = target.shape as { rows: RawBuilder<unknown> }
  const some = either(leaves.map(({ target, op, operands }) => compare(target.column, op, operands, target.scalar)))
  return perRecord(leaves, sql`exists (select ${rows} and ${some})`)
}

function filled({ shape, column }: Target): Sql {
  if (shape === 'one') return sql`${column} is not null`
  if (shape === 'array') return sql`cardinality(${column}) > 0`
  return sql`exists (select ${shape.rows})`
}

/** Returns the comparison with the value, or with any value of an array or of rows. */
function anyValue({ shape, column, scalar }: Target, op: Operator, operands: readonly Operand[]): Sql {
  if (shape === 'one') return compare(column, op, operands, scalar)
  if (shape !== 'array') return sql`exists (select ${shape.rows} and ${compare(column, op, operands, scalar)})`
  const values = operands.flatMap((operand) => ('value' in operand ? [operand.value] : []))
  // The index on an array supports containment and overlap.
  if (op === 'eq' && values.length === 1) return sql`${column} @> ${arrayParameter(scalar, values)}`
  if (op === 'in' && values.length === operands.length) return sql`${column} && ${arrayParameter(scalar, values)}`
  return sql`exists (select from unnest(${column}) as value where ${compare(sql.ref('value'), op, operands, scalar)})`
}

function compare(
  column: RawBuilder<unknown>,
  op: Operator,
  operands: readonly Operand[],
  scalar: Target['scalar'],
): Sql {
  const at = (value: Value | undefined) => parameter(scalar, value)
  const [first, second] = operands
  switch (op) {
    case 'in': {
      const values = operands.flatMap((operand) => ('value' in operand ? [operand.value] : []))
      const among = sql<SqlBool>`${collated(scalar, column)} = any(${arrayParameter(scalar, values)})`
      const ranges = operands
        .filter((operand) => 'range' in operand)
        .map((range) => compare(column, 'eq', [range], scalar))
      return sql`(${sql.join([among, ...ranges], sql` or `)})`
    }
    case 'between':
      return sql`(${column} >= ${at(low(first))} and ${below(column, second, at)})`
    case 'contains':
    case 'startsWith':
      return sql`(${sql.join(
        operands.map((operand) => like(column, op, String(low(operand)), scalar.folded ?? false)),
        sql` or `,
      )})`
    case 'eq':
      return first && 'range' in first
        ? sql`(${column} >= ${at(first.range.from)} and ${column} < ${at(first.range.to)})`
        : sql`${collated(scalar, column)} = ${at(low(first))}`
    case 'gt':
      return first && 'range' in first ? sql`${column} >= ${at(first.range.to)}` : sql`${column} > ${at(low(first))}`
    case 'gte':
      return sql`${column} >= ${at(low(first))}`
    case 'lt':
      return sql`${column} < ${at(low(first))}`
    case 'lte':
      return below(column, first, at)
    default:
      throw new Error(`${op} is not a comparison`)
  }
}

function low(operand: Operand | undefined): Value | undefined {
  return operand && ('range' in operand ? operand.range.from : operand.value)
}

/** Returns the condition up to and including the operand; a day or word includes its whole range. */
function below(
  column: RawBuilder<unknown>,
  operand: Operand | undefined,
  at: (value: Value | undefined) => RawBuilder<unknown>,
): Sql {
  return operand && 'range' in operand
    ? sql`${column} < ${at(operand.range.to)}`
    : sql`${column} <= ${at(low(operand))}`
}

function like(column: RawBuilder<unknown>, op: 'contains' | 'startsWith', text: string, folded: boolean): Sql {
  const pattern = `${op === 'contains' ? '%' : ''}${text.replaceAll(/[\\%_]/g, '\\$&')}%`
  // `is not null` lets Postgres use the partial indexes of user fields, because fold accepts null.
  return folded
    ? sql`${column} like ${pattern}`
    : sql`(${column} is not null and fold(${column}) like fold(${pattern}))`
}
