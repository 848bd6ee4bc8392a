import { scaleLinear, scalePoint } from 'd3-scale'
import { line } from 'd3-shape'
import type { Language } from '../../errors/language.ts'
import { type Box, type Look, padding, pointMark, rounded, textSize } from './frame.ts'
import { label, titledLabel } from './label.ts'
import { type Element, element } from './markup.ts'
import type { Plot, PlotRow } from './plot.ts'
import { textWidth } from './text-width.ts'
import { pictureText, valueKinds } from './value-kinds.ts'

const font = { size: textSize }
/** The most points of a line that have marks. */
const mostMarks = 40
/** The most points that have their values written above them. */
const mostValues = 14

/** How rows and values become places. */
interface Scales {
  x(row: number): number
  y(value: number): number
}

/** Returns lines over the rows, with those of the compared period dashed. */
export function lineChart(plot: Plot, box: Box, look: Look): Element[] {
  const { rows, series } = plot
  const numbers = rows.flatMap(({ points }) => points.flatMap(({ number, mark }) => [number ?? 0, mark?.number ?? 0]))
  const y = scaleLinear([Math.min(0, ...numbers), Math.max(0, ...numbers) || 1], [box.bottom - 24, box.top + 16]).nice(
    5,
  )
  const ticks = y.ticks(Math.max(2, Math.min(6, (box.bottom - box.top) / 45)))
  const names = ticks.map((tick) => tickText(tick, plot, look.language))
  const room = Math.min(120, Math.max(...names.map((name) => textWidth(name, font))) + 1)
  const left = box.left + room + 10
  const x = scalePoint(rows.keys(), [left + 12, box.right - 12]).padding(rows.length > 1 ? 0 : 0.5)
  const scales: Scales = { x: (row) => x(row)!, y }
  const grid = ticks.flatMap((tick, at) => [
    element('path', {
      d: rounded(`M${left},${y(tick)} H${box.right}`),
      stroke: tick === 0 ? look.theme.quiet : look.theme.grid,
    }),
    label(names[at]!, { ...font, x: left - 6, y: y(tick) + 4, room, anchor: 'end', fill: look.theme.quiet }),
  ])
  const steps = { left, right: box.right, baseline: box.bottom - 4 }
  return [
    ...grid,
    ...rowNames(rows, steps, scales, look),
    ...series.flatMap((_, at) => drawSeries(plot, at, scales, look)),
  ]
}

function tickText(tick: number, { series, currencies: [currency] }: Plot, language: Language): string {
  const { kind } = series[0]!
  const value = valueKinds[kind].isMoney && currency !== undefined ? { amount: String(tick), currency } : tick
  return pictureText(value, kind, language, 'short')
}

/** Returns the names of rows below the chart: as many as fit. */
function rowNames(
  rows: readonly PlotRow[],
  { left, right, baseline }: { left: number; right: number; baseline: number },
  { x }: Scales,
  { theme }: Look,
): Element[] {
  const widths = rows.map((row) => Math.min(110, textWidth(row.axisLabel, font) + 1))
  const step = Math.max(1, Math.ceil(((Math.max(...widths) + 14) * (rows.length - 1)) / Math.max(1, right - left - 24)))
  return rows.flatMap((row, at) => {
    if (at % step !== 0) return []
    const half = widths[at]! / 2
    const middle = Math.max(left + half, Math.min(right - half, x(at)))
    const place = { ...font, x: middle, y: baseline, room: widths[at]!, anchor: 'middle', fill: theme.quiet } as const
    return [titledLabel(row.axisLabel, row.label, place)]
  })
}

function drawSeries({ rows, series, markLabel }: Plot, at: number, { x, y }: Scales, look: Look): Element[] {
  const points = rows.map(({ label, points }, row) => ({ ...points[at]!, label, row }))
  const pathOf = (numberAt: (point: (typeof points)[number]) => number | null | undefined) =>
    rounded(
      line<(typeof points)[number]>()
        .defined((point) => numberAt(point) != null)
        .x(({ row }) => x(row))
        .y((point) => y(numberAt(point)!))(points) ?? '',
    )
  const stroke = { fill: 'none', stroke: look.theme.marks[at]!, 'stroke-width': 2 }
  const every = Math.ceil(points.length / mostMarks)
  const marks = points.flatMap(({ number, text, label: name, row }) => {
    if (number === null || row % every !== 0) return []
    const title = element(
      'title',
      {},
      series.length > 1 ? `${name}, ${series[at]!.label}: ${text}` : `${name}: ${text}`,
    )
    return [pointMark(look, at, x(row), y(number), title)]
  })
  return [
    ...(markLabel === null
      ? []
      : [element('path', { d: pathOf(({ mark }) => mark?.number), ...stroke, 'stroke-dasharray': '4 3' })]),
    element('path', { d: pathOf(({ number }) => number), ...stroke }),
    ...marks,
    ...(series.length === 1 && points.length <= mostValues ? valuesAbove(points, { x, y }, look) : []),
  ]
}

function valuesAbove(
  points: readonly { number: number | null; short: string; row: number }[],
  { x, y }: Scales,
  { theme, width }: Look,
): Element[] {
  const room = points.length > 1 ? x(1) - x(0) - 6 : width / 2
  return points.flatMap(({ number, short, row }) => {
    const wide = textWidth(short, font)
    if (number === null || wide > room) return []
    const middle = Math.min(x(row), width - padding - wide / 2)
    const place = { ...font, x: middle, y: y(number) - 8, room: wide + 1, anchor: 'middle', fill: theme.text } as const
    return [label(short, { ...place, halo: theme.background })]
  })
}
