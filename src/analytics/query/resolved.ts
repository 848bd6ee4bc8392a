import type { RawBuilder } from 'kysely'
import type { Labels } from '../../errors/language.ts'
import type { FieldsByPath } from '../../fields/field.ts'
import type { Target } from '../../fields/kind.ts'
import type { Context } from '../../fields/value.ts'
import type { Condition } from '../../filters/condition.ts'
import type { Filter } from '../../filters/filter.ts'
import type { ValueSource } from '../../records/query/record-values.ts'
import type { ReportingPeriod } from '../../reporting-period/period.ts'
import type { Grant } from '../../rights/grant.ts'
import type { ColumnKind, GroupValue } from '../table.ts'
import type { Bucket } from './buckets.ts'
import type { MeasureFunction } from './functions.ts'

/** A filter as requests write it, which lists of records repeat, with its meaning. */
export interface Part {
  filter: Filter
  condition: Condition
}

/** A field by whose values records are grouped. */
export interface Group {
  key: string
  target: Target
  source: ValueSource
  bucket: Bucket | null
  /** The most groups. Null for all. */
  top: number | null
  /** Whether the records in no other row have a row of their own. */
  other: boolean
  /** The values that have a row each, in this order, also without records. Default: the values of the records. */
  rows?: readonly GroupValue[]
  /** Whether its values say which records count in a row. The conditions of measures are then about the totals. */
  choosesRecords?: true
  /** Returns SQL of the day whose rate is used in the row of an item of a list. Null for that of the record. */
  dayOf?(item: RawBuilder<unknown>): RawBuilder<unknown>
  /** Values that have a row also without records, besides those of the records. */
  emptyRows?: readonly GroupValue[]
  label: Labels
}

/** A value that is calculated for each group. */
export interface Measure {
  key: string
  fn: MeasureFunction
  kind: ColumnKind
  /** What it calculates with, one object for the same values. Null for counts. */
  value: ValueSource | null
  /** The other time, if it is about the seconds between two. */
  since: ValueSource | null
  /** The scalar of its value, if it returns some of the values. */
  target: Target | null
  /** The currency of the value, if it is an amount. */
  currency: ValueSource | null
  percent: number
  part: Part | null
  label: Labels
}

/** The currency that amounts are converted to. */
export interface AmountConversion {
  code: string
  digits: number
  base: string
  /** How a day is read that has the rate by which an amount of a record is converted. */
  day: ValueSource
  /** How the day is read that needs a rate. It takes longer and has the same rate. */
  exactDay: ValueSource
  /** The day of open records. */
  lastDay: string
}

/** A key of the order of rows: a group or a measure by its place. */
export interface RowOrder {
  of: 'group' | 'measure'
  index: number
  descending: boolean
}

/** A query whose names are resolved. */
export interface ResolvedQuery {
  grant: Grant
  context: Context
  /** The conditions that all records match. */
  base: readonly Part[]
  groups: readonly Group[]
  measures: readonly Measure[]
  /** The measures as fields, for conditions on rows. */
  measureFields: FieldsByPath
  having: Condition | null
  sort: readonly RowOrder[]
  period: ReportingPeriod | null
  /** The same query for the period that it is compared with. */
  earlier: ResolvedQuery | null
  /** How amounts are converted to one currency. Null to add them up by currency. */
  conversion: AmountConversion | null
  limit: number
  labels: boolean
}
