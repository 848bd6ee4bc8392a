import type { Operator } from '../fields/scalar.ts'

/** A condition on records, as requests and rights write it. */
export type Filter =
  | { and: readonly Filter[] }
  | { or: readonly Filter[] }
  | { not: Filter }
  | { field: string; op?: Operator; value?: unknown }

/** Most levels, conditions and values that a filter may have. */
export const bounds = { depth: 5, conditions: 50, values: 1000 }
