import type { Cells, ReportColumn, ReportRow, ReportTable } from '../table.ts'
import { addsUp, sumOf } from './amounts.ts'
import type { Chart } from './chart.ts'
import { mostSeries } from './palette.ts'

/** A table and its chart, and the number of columns that are left out. */
export interface Pivoted {
  table: ReportTable
  chart: Chart
  left: number
}

/**
 * Returns a table with two groups as one in which the rows have the first group, and the columns have the second one:
 * deals by month and source become a line of months for each source. Other tables and charts stay as they are.
 */
export function pivot(table: ReportTable, chart: Chart): Pivoted {
  const groups = groupsOf(table)
  const column = table.columns.find(({ key }) => key === chart.columns[0])
  if (
    groups.length < 2 ||
    !column ||
    chart.columns.length > 1 ||
    !['bar', 'stackedBar', 'line'].includes(chart.shape)
  ) {
    return { table, chart, left: 0 }
  }
  const [first, ...others] = groups as [ReportColumn, ...ReportColumn[]]
  const rows = Map.groupBy(table.rows, (row) => identity(row, [first]))
  const series = [...Map.groupBy(table.rows, (row) => identity(row, others))]
  const shown = series
    .slice(0, mostSeries)
    .map(([id, [row]], at) => ({ id, column: { ...column, key: `series${at}`, label: labelOf(row!, others) } }))
  const cellsOf = (some: readonly ReportRow[]): Cells =>
    Object.fromEntries(
      shown.flatMap(({ id, column: { key } }) => {
        const cell = some.find((row) => identity(row, others) === id)?.cells[column.key]
        return cell ? [[key, cell]] : []
      }),
    )
  const total = (id: string) =>
    sumOf(table.rows.filter((row) => identity(row, others) === id).map(({ cells }) => cells[column.key]?.value ?? null))
  const isSum = addsUp(table, column.key)
  return {
    table: {
      ...table,
      columns: [first, ...shown.map((one) => one.column)],
      rows: [...rows.values()].map((some) => ({
        ...some[0]!,
        label: labelOf(some[0]!, [first]),
        cells: cellsOf(some),
      })),
      totals: {
        cells: Object.fromEntries(shown.map((one) => [one.column.key, { value: isSum ? total(one.id) : null }])),
      },
    },
    chart: { shape: chart.shape, columns: shown.map((one) => one.column.key) },
    left: series.length - shown.length,
  }
}

/** Returns the columns of the groups. */
export function groupsOf({ columns }: ReportTable): ReportColumn[] {
  return columns.filter(({ kind }) => kind === 'group')
}

/** Different groups can have the same label. */
function identity({ key }: ReportRow, groups: readonly ReportColumn[]): string {
  return JSON.stringify(groups.map((group) => key[group.key] ?? null))
}

function labelOf({ labels, label }: ReportRow, groups: readonly ReportColumn[]): string {
  return groups.map((group) => labels[group.key] ?? label).join(' · ')
}
