import { type ScaleLinear, scaleBand, scaleLinear } from 'd3-scale'
import { type BarLine, barLines } from './bar-lines.ts'
import { type Box, type Look, textSize } from './frame.ts'
import { label, valueLabel } from './label.ts'
import { type Element, element } from './markup.ts'
import { fillOf } from './palette.ts'
import type { Plot } from './plot.ts'
import { textWidth } from './text-width.ts'

const font = { size: textSize }
const gap = 8

/** Returns the least and the usual height of a row of bars. */
export function barRowHeight({ chart: { shape }, series }: Plot): { least: number; usual: number } {
  const bars = shape === 'stackedBar' ? 1 : series.length
  // With less, the values of two bars would overlap.
  return { least: bars * 18 + 4, usual: bars * 18 + 12 }
}

/** The columns of the chart, and how values become places. */
interface Layout {
  look: Look
  nameRoom: number
  valueRoom: number
  x: ScaleLinear<number, number>
  /** The middle of the bars of a funnel; null if bars start at zero. */
  middle: number | null
}

/** Returns horizontal bars with their names at the left and their values after them. */
export function barChart(plot: Plot, box: Box, look: Look): Element[] {
  const rows = plot.rows.map((row) => barLines(plot, row))
  const layout = layoutOf(plot, rows.flat(), box, look)
  const y = scaleBand(rows.keys(), [box.top, box.bottom]).padding(0.16)
  const zero = Math.round(layout.x(0))
  const axis = element('path', { d: `M${zero},${box.top} V${box.bottom}`, stroke: look.theme.quiet })
  return [
    ...rows.flatMap((lines, at) => {
      const top = y(at)!
      const within = scaleBand(lines.keys(), [top, top + y.bandwidth()]).paddingInner(0.12)
      const place = {
        ...font,
        x: box.left,
        y: top + y.bandwidth() / 2 + 4,
        room: layout.nameRoom,
        fill: look.theme.text,
      }
      const bars = lines.flatMap((line, index) =>
        drawLine(line, { top: within(index)!, height: within.bandwidth() }, layout),
      )
      return [label(plot.rows[at]!.label, place), ...bars]
    }),
    ...(layout.middle === null ? [axis] : []),
  ]
}

function layoutOf(plot: Plot, lines: readonly BarLine[], { left, right }: Box, look: Look): Layout {
  const roomFor = (texts: readonly string[], share: number) =>
    Math.min(share * (right - left), Math.max(0, ...texts.map((text) => textWidth(text, font))) + 1)
  const nameRoom = roomFor(
    plot.rows.map((row) => row.label),
    0.36,
  )
  const valueRoom = roomFor(
    lines.map(({ value }) => value.text),
    0.34,
  )
  const ends = [
    0,
    ...lines.flatMap(({ bars, mark }) => [...bars.flatMap(({ from, to }) => [from, to]), mark?.number ?? 0]),
  ]
  const [low, high] = [Math.min(...ends), Math.max(...ends)]
  const range = [left + nameRoom + gap, right - valueRoom - gap] as const
  const x = scaleLinear([low, high > low ? high : 1], range)
  return { look, nameRoom, valueRoom, x, middle: plot.chart.shape === 'funnel' ? (range[0] + range[1]) / 2 : null }
}

/** A horizontal band of the picture. */
interface Band {
  top: number
  height: number
}

function drawLine({ bars, value, mark }: BarLine, { top, height }: Band, layout: Layout): Element[] {
  const { look, valueRoom, x, middle } = layout
  const { theme, id } = look
  const baseline = top + height / 2 + 4
  const drawn = bars.flatMap(({ from, to, series, point, name }) => {
    const width = Math.abs(x(to) - x(from))
    const start = middle === null ? Math.min(x(from), x(to)) : middle - width / 2
    const title = element('title', {}, `${name}: ${point.text}`)
    const bar = element('rect', { x: start, y: top, width, height, ...fillOf(theme, series, id) }, title)
    const room = width - 10
    if (bars.length < 2 || textWidth(point.text, font) > room) return [bar]
    // The plate keeps the text legible on a pattern.
    const plate = {
      x: start + 3,
      y: top + 2,
      width: textWidth(point.text, font) + 4,
      height: height - 4,
      fill: theme.background,
    }
    return [
      bar,
      element('rect', plate),
      label(point.text, { ...font, x: start + 5, y: baseline, room, fill: theme.text }),
    ]
  })
  const reach = bars.flatMap(({ from, to }) => [x(from), x(to)])
  const marked = mark?.number == null ? [] : [x(mark.number)]
  const end = middle === null ? Math.max(x(0), ...reach, ...marked) : x.range()[1]!
  const text = valueLabel(value, { ...font, x: end + gap, y: baseline, room: valueRoom, fill: theme.text })
  return [...drawn, ...marked.flatMap((at) => drawMark(at, { top, height }, mark!.text, layout)), text]
}

/** Returns the mark of the value that a bar is compared with. Its border separates it from the bar. */
function drawMark(at: number, { top, height }: Band, text: string, { look: { theme } }: Layout): Element[] {
  const d = `M${Math.round(at)},${top - 1} v${height + 2}`
  return [
    element('path', { d, stroke: theme.background, 'stroke-width': 6 }),
    element('path', { d, stroke: theme.text, 'stroke-width': 2 }, element('title', {}, text)),
  ]
}
