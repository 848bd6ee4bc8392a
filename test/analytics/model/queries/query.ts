import type { AskedStage, View } from '../events.ts'
import type { Code } from '../life.ts'
import type { Conversion } from '../money.ts'
import type { AskedPeriod } from '../period.ts'

/** A condition: an event, or a field with one of some values. */
export type Condition =
  | ({ event: string; period?: AskedPeriod } & AskedStage)
  | { field: string; op: 'in'; value: readonly unknown[] }
  | { and: readonly Condition[] }
  | { not: Condition }

/** A measure. */
export interface Measure {
  as: string
  fn: 'count' | 'sum' | 'avg' | 'min' | 'max' | 'median' | 'percentile' | 'distinct'
  field?: string
  since?: string
  p?: number
  filter?: Condition
}

/** A group. */
export interface Group {
  field: string
  bucket?: 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year' | 'dayOfWeek' | 'hourOfDay'
  /** Whether each part of the period has a row, also without records. */
  empty?: true
  /** Only this number of values: the largest by the first measure of the order. */
  top?: number
  /** Whether the records in none of these have a row. */
  other?: true
}

/** A condition on a measure of a row. */
export interface Having {
  measure: string
  op: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte' | 'between' | 'isEmpty'
  value: unknown
}

/** A general query. */
export interface Query {
  type: Code
  filter?: Condition
  /** The period of events without one of their own, and of the rates. */
  period?: AskedPeriod
  timeZone: string
  measures: readonly Measure[]
  groupBy: readonly Group[]
  having?: readonly Having[]
  /** Keys of groups (`group0`) and measures, with `-` for descending order. */
  sort?: readonly string[]
  limit: number
}

/** What a query is answered from. */
export interface Asked {
  view: View
  now: number
  /** Null for amounts by currency. */
  conversion: Conversion | null
  /** The currencies in order. */
  currencies: readonly string[]
}
