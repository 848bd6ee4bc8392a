import type { Target } from '../fields/kind.ts'
import type { Operator, Range } from '../fields/scalar.ts'
import type { Value } from '../fields/value.ts'

/** What a value is compared with. */
export type Operand = { value: Value } | { range: Range }

/** A filter whose names are found in the catalogue and whose operands have the type of their fields. */
export type Condition =
  | { and: readonly Condition[] }
  | { or: readonly Condition[] }
  | { not: Condition }
  | { target: Target; op: Operator; operands: readonly Operand[] }
