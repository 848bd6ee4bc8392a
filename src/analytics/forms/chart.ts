import { nearest } from '../../errors/nearest.ts'
import { invalid } from '../../errors/problem.ts'
import { namesIn } from '../../errors/unknown-name.ts'
import type { ChartName, ReportColumn, ReportTable } from '../table.ts'
import type { FormParameters } from './options.ts'
import { mostSeries } from './palette.ts'
import { valueKinds } from './value-kinds.ts'

/** What a chart shows: the keys of columns. */
export interface Drawn {
  /** The columns, all of one kind unless the shape is a table. */
  columns: readonly string[]
  /** The column of the values to reach. Each bar has a mark at its value. */
  target?: string
  /** The column whose value is written after that of a bar, for example a conversion. */
  note?: string
}

/** What the charts of a report show, if not its first columns. */
export type DrawnByShape = Readonly<Partial<Record<ChartName, Drawn>>>

/** A picture of a report: its shape, and what it shows. */
export interface Chart extends Drawn {
  shape: ChartName
}

/** Returns the chart of a request. Throws the faults of the parameters. */
export function chartOf(table: ReportTable, asked: FormParameters, drawn: DrawnByShape = {}): Chart {
  const shape = asked.chart ?? table.charts[0] ?? 'bar'
  if (asked.columns !== undefined) return { shape, columns: readColumns(table, shape, asked.columns) }
  const own = drawn[shape]
  return own && isVisible(table, own) ? { shape, ...own } : usualChart(table, shape)
}

/** Returns whether a report has all columns of a chart. Those that its reader may not see are missing. */
function isVisible(table: ReportTable, { columns, target, note }: Drawn): boolean {
  const keys = [...columns, target, note].filter((key) => key !== undefined)
  return keys.every((key) => table.columns.some((column) => column.key === key))
}

function usualChart(table: ReportTable, shape: ChartName): Chart {
  const measures = measuresOf(table, shape)
  const alike = measures.filter(({ kind }) => kind === measures[0]?.kind)
  const shown = { bar: alike.slice(0, 1), funnel: alike.slice(0, 1), stackedBar: alike, line: alike, table: measures }[
    shape
  ]
  const percent = measures.find(({ kind }) => kind === 'percent')
  return {
    shape,
    columns: shown.slice(0, mostSeries).map(({ key }) => key),
    ...(shape === 'funnel' && percent && { note: percent.key }),
  }
}

function measuresOf({ columns }: ReportTable, shape: ChartName): ReportColumn[] {
  return columns.filter(({ kind }) => kind !== 'group' && (shape === 'table' || valueKinds[kind].isDrawn))
}

function readColumns(table: ReportTable, shape: ChartName, text: string): string[] {
  const measures = measuresOf(table, shape)
  const names = [...new Set(namesIn(text))]
  const first = measures.find(({ key }) => key === names[0])
  // Values of different kinds have no common scale.
  const allowed = measures
    .filter(({ kind }) => shape === 'table' || !first || kind === first.kind)
    .map(({ key }) => key)
  const faults = names
    .filter((name) => !allowed.includes(name))
    .map((name) => ({ name, hint: nearest(name, allowed) }))
    .map(({ hint }) => ({ parameter: 'columns', code: 'unknown_value' as const, allowed, ...(hint && { hint }) }))
  if (names.length > mostSeries)
    throw invalid([{ parameter: 'columns', code: 'too_many', params: { limit: mostSeries } }])
  if (faults.length) throw invalid(faults)
  return names
}
