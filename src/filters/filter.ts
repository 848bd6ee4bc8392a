import type { Operator } from '../fields/scalar.ts'

/** A condition on records, as requests and rights write it. */
export type Filter =
  | { and: readonly Filter[] }
  | { or: readonly Filter[] }
  | { not: Filter }
  | { field: string; op?: Operator; value?: unknown }

/** A filter as a request has it: the parameters of the URL that are conditions, or what stands in the body. */
export type AskedFilter = { url: Readonly<Record<string, unknown>> } | { body: unknown }

/** Most levels, conditions and values that a filter may have. */
export const bounds = { depth: 5, conditions: 50, values: 1000 }
