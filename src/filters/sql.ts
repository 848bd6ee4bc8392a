import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Target } from '../fields/kind.ts'
import { arrayParameter, collated, type Operator, parameter } from '../fields/scalar.ts'
import type { Value } from '../fields/value.ts'
import type { Condition, Leaf, Operand } from './condition.ts'
import { isLookedUp } from './indexable.ts'

type Sql = RawBuilder<SqlBool>

/**
 * The SQL of a condition on `record`. Filters are two-valued: a comparison with nothing is false, and `not` (with `ne`
 * and `nin`) is the exact complement; hence `is not true`, which leaves the inner comparison to its index. Over a link
 * it is enough that one of the linked records fulfils the comparison.
 */
export function toSql(condition: Condition): Sql {
  if ('and' in condition) return joined(condition.and.map(toSql), sql` and `, sql`true`)
  if ('or' in condition) return joined(disjuncts(condition.or), sql` or `, sql`false`)
  if ('not' in condition) return sql`(${toSql(condition.not)}) is not true`
  return leafSql(condition)
}

/**
 * Conditions about linked records and other rows that no index finds are asked of each record, in a scalar subquery. Of
 * `exists` Postgres would make a join, and of several joins that multiply.
 */
function asked(leaves: readonly Leaf[], condition: Sql): Sql {
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
        : asked([leaf], some(filled(target)))
    default:
      return asked([leaf], some(anyValue(target, op, operands)))
  }
}

function joined(parts: readonly Sql[], separator: RawBuilder<unknown>, none: Sql): Sql {
  return parts.length ? sql`(${sql.join(parts, separator)})` : none
}

/** What a condition is about: rows that hold a field's values, records behind a link; '' for the record's own columns. */
export function subjectOf({ target: { link, field, shape } }: Leaf): string {
  if (link) return `over ${link.name}`
  return typeof shape === 'object' ? `rows of ${field.path}` : ''
}

/** Whether it is enough that one of several rows fulfils the condition. */
export function isAboutRows(leaf: Leaf): boolean {
  return subjectOf(leaf) !== ''
}

/** Conditions about the same rows look for them once, whatever their number. */
function disjuncts(parts: readonly Condition[]): Sql[] {
  const gathered = parts.filter((part): part is Leaf => 'target' in part && isPositive(part.op) && isAboutRows(part))
  const others = parts.filter((part) => !(gathered as readonly Condition[]).includes(part))
  return [...others.map(toSql), ...[...Map.groupBy(gathered, subjectOf).values()].map(oneOf)]
}

function isPositive(op: Operator): boolean {
  return op !== 'ne' && op !== 'nin' && op !== 'isEmpty'
}

/** One of several conditions about the same rows. */
function oneOf(leaves: readonly Leaf[]): Sql {
  const [{ target }] = leaves as [Leaf]
  const either = (parts: readonly Sql[]) => joined(parts, sql` or `, sql`false`)
  if (target.link) {
    const some = either(leaves.map((leaf) => anyValue(leaf.target, leaf.op, leaf.operands)))
    return asked(leaves, target.link.through(some))
  }
  const { rows } = target.shape as { rows: RawBuilder<unknown> }
  const some = either(leaves.map(({ target, op, operands }) => compare(target.column, op, operands, target.scalar)))
  return asked(leaves, sql`exists (select ${rows} and ${some})`)
}

function filled({ shape, column }: Target): Sql {
  if (shape === 'one') return sql`${column} is not null`
  if (shape === 'array') return sql`cardinality(${column}) > 0`
  return sql`exists (select ${shape.rows})`
}

/** The comparison with the value, or with any of the values of a list. */
function anyValue({ shape, column, scalar }: Target, op: Operator, operands: readonly Operand[]): Sql {
  if (shape === 'one') return compare(column, op, operands, scalar)
  if (shape !== 'array') return sql`exists (select ${shape.rows} and ${compare(column, op, operands, scalar)})`
  const values = operands.flatMap((operand) => ('value' in operand ? [operand.value] : []))
  // Containment and overlap are what the index on an array answers.
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

/** Up to the operand, itself included: a day or word up to its last moment. */
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
  // That there is a value is said for the partial indexes of user fields: fold would take null as well.
  return folded
    ? sql`${column} like ${pattern}`
    : sql`(${column} is not null and fold(${column}) like fold(${pattern}))`
}
