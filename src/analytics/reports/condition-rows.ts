import type { Labels, Language } from '../../errors/language.ts'
import type { Filter } from '../../filters/filter.ts'
import type { QueryMeasure } from '../query/schemas.ts'
import type { Cells, ReportRow, ReportTable } from '../table.ts'

/** A row of the records that match a condition. A record can be in several such rows. */
export interface ConditionRow {
  key: string
  label: Labels
  /** What exactly it counts. */
  words: Labels
  filter: Filter
}

const keyIn = (row: number, key = '') => `row${row}_${key}`

/** Returns the key of the column that a measure of `measuresOfRows` is about. */
export const columnKey = (key: string) => key.replace(/^row\d+_/, '')

/** Returns measures of all records and of each row, for a query without groups. */
export function measuresOfRows(measures: readonly QueryMeasure[], rows: readonly ConditionRow[]): QueryMeasure[] {
  const ofRows = rows.flatMap(({ filter }, row) =>
    measures.map((one) => ({
      ...one,
      as: keyIn(row, one.as),
      filter: one.filter ? { and: [filter, one.filter] } : filter,
    })),
  )
  return [...measures, ...ofRows]
}

/** Returns a table with the rows, given the table of `measuresOfRows`. `group` is the key of the column of rows. */
export function tableOfRows(
  table: ReportTable,
  rows: readonly ConditionRow[],
  { group, language }: { group: string; language: Language },
): ReportTable {
  const columns = table.columns.slice(0, table.columns.length / (rows.length + 1))
  const keys = columns.map(({ key }) => key)
  const cells = (keyOf: (key: string) => string): Cells =>
    Object.fromEntries(keys.map((key) => [key, table.totals.cells[keyOf(key)]!]))
  return {
    ...table,
    columns: [{ key: group, kind: 'group', label: group }, ...columns],
    rows: rows.map(({ key, label, words }, index): ReportRow => {
      const text = label[language]
      const named = { key: { [group]: key }, labels: { [group]: text }, label: text, definition: words[language] }
      return { ...named, cells: cells((column) => keyIn(index, column)) }
    }),
    totals: { cells: cells((column) => column) },
  }
}
