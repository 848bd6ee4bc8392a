import { stack, stackOffsetDiverging } from 'd3-shape'
import type { Amount, Plot, PlotRow, Point } from './plot.ts'

/** A bar: its ends on the scale, its series, and what it shows. */
export interface Bar {
  series: number
  from: number
  to: number
  point: Point
  name: string
}

/** A line of a row: one bar, or several that are stacked. Its value stands after it. */
export interface BarLine {
  bars: readonly Bar[]
  value: Amount
  mark: Amount | null
}

/** Returns the lines of a row: one for each series, or one if the chart stacks them. */
export function barLines({ chart: { shape }, series }: Plot, row: PlotRow): BarLine[] {
  const nameOf = (at: number) => (series.length > 1 ? `${row.label}, ${series[at]!.label}` : row.label)
  if (shape === 'stackedBar') return [stackedLine(row, nameOf)]
  return row.points.map((point, at) => {
    const bar = { series: at, from: 0, to: point.number ?? 0, point, name: nameOf(at) }
    return { bars: point.number === null ? [] : [bar], value: withNote(point, row.note), mark: point.mark }
  })
}

function stackedLine(row: PlotRow, nameOf: (at: number) => string): BarLine {
  const numbers = row.points.map(({ number }) => number ?? 0)
  // Negative values go to the left of zero.
  const stacked = stack<readonly number[], number>()
    .keys(numbers.keys())
    .value((values, at) => values[at]!)
    .offset(stackOffsetDiverging)([numbers])
  const bars = stacked.map(([ends], at) => {
    const [from, to] = ends!
    return { series: at, from, to, point: row.points[at]!, name: nameOf(at) }
  })
  return { bars: bars.filter(({ from, to }) => from !== to), value: withNote(row.sum, row.note), mark: null }
}

function withNote<Value extends Amount | null>(amount: Value, note: string | null): Amount {
  const { number, text, short } = amount ?? { number: null, text: '', short: '' }
  return note === null ? { number, text, short } : { number, text: `${text} · ${note}`, short: `${short} · ${note}` }
}
