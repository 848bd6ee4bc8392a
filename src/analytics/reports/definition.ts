import type { TProperties } from 'typebox'
import type { Database } from '../../database/connect.ts'
import type { Trait } from '../../entities/types.ts'
import type { Labels } from '../../errors/language.ts'
import type { Fault } from '../../errors/problem.ts'
import type { Filter } from '../../filters/filter.ts'
import type { EventName } from '../../reporting-period/events.ts'
import type { ReportingPeriod } from '../../reporting-period/period.ts'
import type { Access } from '../../rights/access.ts'
import type { DrawnByShape } from '../forms/chart.ts'
import type { FunctionName } from '../query/functions.ts'
import type { Group, ResolvedQuery } from '../query/resolved.ts'
import type { QueryGroup } from '../query/schemas.ts'
import type { ChartName, ColumnKind, ReportTable } from '../table.ts'
import type { ConditionRow } from './condition-rows.ts'
import type { Asked } from './read-asking.ts'
import type { ReportRequest } from './schemas.ts'

/** A request for a report. */
export interface ReportAsking {
  db: Database
  access: Access
  request: ReportRequest
  /** The conditions in the URL, such as `filter[amount][gte]`. */
  conditions?: Readonly<Record<string, unknown>>
  /** Whether the parameters are in a body. Otherwise they are in the URL. */
  inBody: boolean
  /** The faults of the schema. Their parameters are left out. */
  faults: readonly Fault[]
  /** Maximum time in milliseconds. */
  time: number
}

/** Calculates a report. Throws what queries throw. */
export type Calculate = () => Promise<ReportTable>

/** A report: what it is about, its own parameters, and how it is calculated. */
export interface Report {
  title: Labels
  /** What it is about, for the API document. */
  about: string
  /** The trait of the type whose records it is about. */
  trait: Trait
  /** The values of `groupBy`, the usual one first. */
  groupNames: readonly string[]
  /** What its charts show, if not the first columns. */
  drawn?: DrawnByShape | undefined
  /** Whether it can be compared with an earlier period. Default: yes. */
  isCompared?: false
  /** Parameters that other reports do not have. */
  parameters?: TProperties
  /** Resolves a request, without calculating. Throws every fault of the request at once. */
  resolve(asking: ReportAsking): Promise<Calculate>
}

/** A column of a report that the query calculates. */
export interface MeasureColumn {
  key: string
  label: Labels
  fn: FunctionName
  field?: string
  since?: string
  p?: number
  /** Whether `field` is the closing time, which counts as it was at the end of the period. */
  closingAtEnd?: true
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
  /** Whether the whole is that of all rows. */
  ofTotal?: true
  words: Labels
}

/** A column that the report calculates itself. */
export interface GivenColumn {
  key: string
  label: Labels
  kind: ColumnKind
  words: Labels
}

export type ReportColumnDefinition = MeasureColumn | ShareColumn | GivenColumn

/** What the rows of a report are about: the values of a field, something that no field has, or conditions. */
export type Grouping =
  | { group: Omit<QueryGroup, 'as'> }
  | { groupOf(query: ResolvedQuery, asked: Asked): Omit<Group, 'key'> }
  | { rows(period: ReportingPeriod): readonly ConditionRow[] }

/** A choice of what the rows of a report are about. */
export type GroupChoice = { label: Labels } & Grouping

/** A report that is one query: which records it is about, by what they can be grouped, and what is calculated. */
export interface ReportDefinition {
  title: Labels
  /** What it is about, for the API document. */
  about: string
  /** The trait of the type whose records it is about. */
  trait: Trait
  /** Its records: what happened to them in the period, or the condition that they match. */
  records: EventName | ((period: ReportingPeriod) => Filter)
  /** The groups to choose from. The first one is the usual one. */
  groups: Readonly<Record<string, GroupChoice>>
  columns: readonly ReportColumnDefinition[]
  /** The column by which rows are sorted, the largest first. Default: the first column. */
  sortedBy?: string
  charts: readonly ChartName[]
  /** What these charts show, if not the first columns. */
  drawn?: DrawnByShape
}

/** Returns whether a query calculates a column. */
export function isMeasure(column: ReportColumnDefinition): column is MeasureColumn {
  return 'fn' in column
}

/** Returns whether a column is a share of others. */
export function isShare(column: ReportColumnDefinition): column is ShareColumn {
  return 'part' in column
}
