import type { Trait } from '../../entities/types.ts'
import type { Labels } from '../../errors/language.ts'
import type { Filter } from '../../filters/filter.ts'
import type { EventName } from '../../reporting-period/events.ts'
import type { FunctionName } from '../query/functions.ts'
import type { QueryGroup } from '../query/schemas.ts'
import type { ChartName } from '../table.ts'

/** A column of a report that the query calculates. */
export interface MeasureColumn {
  key: string
  label: Labels
  fn: FunctionName
  field?: string
  since?: string
  p?: number
  /** Only records to which this happened in the period count. Its definition is shown. */
  event?: EventName
  /** Only records that match this filter count. */
  filter?: Filter
  /** What it counts, if no event says so. */
  words?: Labels
}

/** A column that is a share of other columns, in per cent. */
export interface ShareColumn {
  key: string
  label: Labels
  part: string
  /** The columns whose sum is the whole. */
  whole: readonly string[]
  words: Labels
}

export type ReportColumnDefinition = MeasureColumn | ShareColumn

/** A group that a report can have. */
export interface GroupChoice {
  label: Labels
  group: Omit<QueryGroup, 'as'>
}

/** A report: which records it is about, by what they can be grouped, and what is calculated. */
export interface ReportDefinition {
  title: Labels
  /** The trait of the type whose records it is about. */
  trait: Trait
  /** What happened to its records in the period. */
  event: EventName
  /** The groups to choose from. The first one is the usual one. */
  groups: Readonly<Record<string, GroupChoice>>
  columns: readonly ReportColumnDefinition[]
  charts: readonly ChartName[]
}

/** Returns whether a column is a share of others. */
export function isShare(column: ReportColumnDefinition): column is ShareColumn {
  return 'part' in column
}
