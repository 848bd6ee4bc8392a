import type { RawBuilder, SqlBool } from 'kysely'
import type { Target } from '../fields/kind.ts'
import type { Operand } from '../fields/operands.ts'
import type { Operator } from '../fields/operators.ts'

/** A validated filter: its names are resolved and its operands have the type of their fields. */
export type Condition =
  | { and: readonly Condition[] }
  | { or: readonly Condition[] }
  | { not: Condition }
  | { target: Target; op: Operator; operands: readonly Operand[] }
  | EventCondition

/** A condition on one field. */
export type Leaf = Extract<Condition, { target: Target }>

/** A condition on what happened to the record in a period. */
export interface EventCondition {
  /** The name of the event. */
  event: string
  sql: RawBuilder<SqlBool>
  /** A text that is equal for equivalent conditions. */
  meaning: string
}

/** Returns a canonical text of a condition: equal for equivalent conditions in different order or spelling. */
export function meaningOf(condition: Condition): string {
  if ('not' in condition) return JSON.stringify(['not', meaningOf(condition.not)])
  if ('and' in condition) return meaningOfGroup('and', condition.and)
  if ('or' in condition) return meaningOfGroup('or', condition.or)
  if ('event' in condition) return condition.meaning
  const { target, op, operands } = condition
  const values = operands.map((operand) => JSON.stringify(operand))
  return JSON.stringify([target.path, op.name, ...(op.operand.isSet ? values.sort() : values)])
}

function meaningOfGroup(name: string, parts: readonly Condition[]): string {
  const [first, ...others] = [...new Set(parts.map(meaningOf))].sort()
  return first !== undefined && !others.length ? first : JSON.stringify([name, first, ...others])
}
