import { type RawBuilder, sql } from 'kysely'
import type { Value } from '../../fields/value.ts'
import type { ValueSource } from '../../records/query/record-values.ts'
import type { GroupValue } from '../table.ts'
import type { Measure, ResolvedQuery } from './resolved.ts'

/** SQL of a column. */
export type Sql = RawBuilder<unknown>

/** The column of the key of a group. */
export const key = (index: number): Sql => sql.ref(`_k${index}`)
/** The column that says whether a row has the records in no other row, for a group. */
export const other = (index: number): Sql => sql.ref(`_o${index}`)
/** The column of a currency. */
export const currency = (index: number): Sql => sql.ref(`_c${index}`)
/** The column of a part. */
export const part = (index: number): Sql => sql.ref(`_p${index}`)
/** The column of the list of the keys of a group. */
export const list = (index: number): Sql => sql.ref(`_l${index}`)
/** The column of the day of the rates of an item of a list. */
export const itemDay = (index: number): Sql => sql.ref(`_d${index}`)
/** The column of the conditions of measures that the records of a row meet. */
export const metColumn: Sql = sql.ref('_met')
/** The column of a measure. */
export const measureColumn = (index: number): Sql => sql.ref(`m${index}`)

/** The values of the largest groups, of which null may be one. Null if all groups are wanted. */
export type TopValues = readonly Value[] | null

/** What a statement calculates. */
export type Calculation = Pick<
  ResolvedQuery,
  'grant' | 'context' | 'base' | 'groups' | 'measures' | 'having' | 'sort' | 'conversion'
> & {
  limit: number
  tops: readonly TopValues[]
  /** The keys of the first group that are wanted. Default: all. */
  only?: readonly GroupValue[] | undefined
}

/** Returns whether records have several values of a group, so that they are in several groups. */
export function hasLists({ groups }: Pick<ResolvedQuery, 'groups'>): boolean {
  return groups.some(({ source }) => source.isList)
}

/** Returns whether a measure needs the value of each record, so records cannot be added up in advance. */
export function needsRecords(measures: readonly Measure[]): boolean {
  return measures.some(({ fn }) => fn.needsRecords)
}

/** Returns the currencies of the measures, each once. */
export function currenciesOf(measures: readonly Measure[]): ValueSource[] {
  const amounts = measures.flatMap(({ currency, target }) => (currency ? [[target?.currency, currency] as const] : []))
  return [...new Map(amounts).values()]
}

/** Returns the currencies by which rows are divided: none if amounts are converted. */
export function shownCurrencies({ measures, conversion }: Calculation): ValueSource[] {
  return conversion ? [] : currenciesOf(measures)
}

/** Returns the place of the currency of a measure, or -1. */
export function currencyPlace(measure: Measure, measures: readonly Measure[]): number {
  const paths = [...new Set(measures.flatMap(({ currency, target }) => (currency ? [target?.currency] : [])))]
  return measure.currency ? paths.indexOf(measure.target?.currency) : -1
}
