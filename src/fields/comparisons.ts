import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Operand } from './operands.ts'
import { arrayParameter, localTime, parameter, type Scalar, withCollation } from './scalar.ts'
import type { TextPart } from './text-parts.ts'
import type { Value } from './value.ts'

type Sql = RawBuilder<SqlBool>

/** Returns the SQL that compares a column with operands. */
export type Comparison = (column: RawBuilder<unknown>, operands: readonly Operand[], scalar: Scalar) => Sql

/** Returns the SQL that compares an array column, or undefined if its items must be compared one by one. */
export type ArrayComparison = (...parameters: Parameters<Comparison>) => Sql | undefined

/** Equals the operand. A range equals each of its values. */
export const equals: Comparison = (column, [operand], scalar) =>
  operand && 'range' in operand
    ? within(column, [operand, operand], scalar)
    : sql`${withCollation(scalar, column)} = ${parameter(scalar, low(operand))}`

/** Equals one of the operands. */
export const equalsOne: Comparison = (column, operands, scalar) => {
  const among = sql<SqlBool>`${withCollation(scalar, column)} = any(${arrayParameter(scalar, valuesIn(operands))})`
  const ranges = operands.filter((one) => 'range' in one).map((one) => within(column, [one, one], scalar))
  return sql`(${sql.join([among, ...ranges], sql` or `)})`
}

/** Is greater than the operand: after the end of a range. */
export const isGreater: Comparison = (column, [operand], scalar) =>
  operand && 'range' in operand
    ? sql`${column} >= ${parameter(scalar, operand.range.to)}`
    : sql`${column} > ${parameter(scalar, low(operand))}`

/** Is greater than or equal to the operand: not before the start of a range. */
export const isAtLeast: Comparison = (column, [operand], scalar) => sql`${column} >= ${parameter(scalar, low(operand))}`

/** Is less than the operand: before the start of a range. */
export const isLess: Comparison = (column, [operand], scalar) => sql`${column} < ${parameter(scalar, low(operand))}`

/** Is less than or equal to the operand: before the end of a range. */
export const isAtMost: Comparison = (column, [operand], scalar) =>
  operand && 'range' in operand
    ? sql`${column} < ${parameter(scalar, operand.range.to)}`
    : sql`${column} <= ${parameter(scalar, low(operand))}`

/** Is between two operands, inclusive. */
export const within: Comparison = (column, operands, scalar) =>
  sql`(${isAtLeast(column, operands, scalar)} and ${isAtMost(column, operands.slice(1), scalar)})`

/** Returns the comparison that finds one of the operands as a part of the text. */
export function finds({ before, after }: TextPart): Comparison {
  return (column, operands, { folded }) => {
    const patterns = operands.map((one) => before + String(low(one)).replaceAll(/[\\%_]/g, '\\$&') + after)
    // `is not null` lets Postgres use the partial indexes of user fields, because fold accepts null.
    const found = patterns.map((pattern) =>
      folded ? sql`${column} like ${pattern}` : sql`(${column} is not null and fold(${column}) like fold(${pattern}))`,
    )
    return sql`(${sql.join(found, sql` or `)})`
  }
}

/** A part of the local time, as `extract` names it. */
export type PartOfTime = 'isodow' | 'hour'

/** Returns the comparison that finds the times whose part, in the zone of the operand, is one of its numbers. */
export function isAt(part: PartOfTime): Comparison {
  return (column, [operand], scalar) => {
    const { numbers = [], timeZone = '' } = low(operand) as { numbers?: number[]; timeZone?: string }
    const time = localTime(column, scalar, timeZone)
    return sql`extract(${sql.lit(part)} from (${time}))::int = any(${numbers}::int[])`
  }
}

/** Has a value. */
export const isFilled: Comparison = (column) => sql`${column} is not null`

/** Has an item. */
export const hasItems: ArrayComparison = (column) => sql`cardinality(${column}) > 0`

// The index on an array supports containment and overlap.

/** Has an item that equals the operand. */
export const includes: ArrayComparison = (column, operands, scalar) =>
  operands.every((one) => 'value' in one) ? sql`${column} @> ${arrayParameter(scalar, valuesIn(operands))}` : undefined

/** Has an item that equals one of the operands. */
export const overlaps: ArrayComparison = (column, operands, scalar) =>
  operands.every((one) => 'value' in one) ? sql`${column} && ${arrayParameter(scalar, valuesIn(operands))}` : undefined

function valuesIn(operands: readonly Operand[]): Value[] {
  return operands.flatMap((operand) => ('value' in operand ? [operand.value] : []))
}

function low(operand: Operand | undefined): Value | undefined {
  return operand && ('range' in operand ? operand.range.from : operand.value)
}
