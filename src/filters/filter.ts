import { mostOperands } from '../fields/operands.ts'
import type { OperatorName } from '../fields/operators.ts'

/** An unvalidated filter of a request or an access right. */
export type Filter =
  | { and: readonly Filter[] }
  | { or: readonly Filter[] }
  | { not: Filter }
  | { field: string; op?: OperatorName; value?: unknown }
  | { event: string; period?: unknown; stageId?: string; pipelineId?: number }

/** The filter of a request: the condition parameters of the URL, or the filter of the body. */
export type RequestFilter = { url: Readonly<Record<string, unknown>> } | { body: unknown }

/** The levels and conditions of a filter. */
export type FilterSize = Record<'depth' | 'conditions', number>

/** Maximum levels, conditions and values of a filter. */
export const filterLimits = { depth: 5, conditions: 50, values: mostOperands }
