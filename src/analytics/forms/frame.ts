import { symbol, symbolsFill } from 'd3-shape'
import type { Language } from '../../errors/language.ts'
import { label } from './label.ts'
import { type Element, element } from './markup.ts'
import { fillOf, type Theme } from './palette.ts'
import type { Plot } from './plot.ts'
import { textWidth } from './text-width.ts'

/** How a picture looks. */
export interface Look {
  theme: Theme
  language: Language
  width: number
  /** The beginning of the ids in the picture. */
  id: string
}

/** An area of a picture. */
export interface Box {
  left: number
  top: number
  right: number
  bottom: number
}

/** The space around a picture. */
export const padding = 16
/** The size of most texts. */
export const textSize = 12

const swatch = 14
const legendLine = 20

/** Elements from the top of a picture to the given height. */
export interface Header {
  elements: readonly Element[]
  bottom: number
}

/** Returns the title, the subtitle, and the legend if there is more than one thing to tell apart. */
export function headerOf(title: string, subtitle: string, plot: Plot | null, look: Look): Header {
  const room = look.width - 2 * padding
  const { text, quiet } = look.theme
  const elements = [label(title, { x: padding, y: padding + 14, room, size: 16, bold: true, fill: text })]
  let bottom = padding + 22
  if (subtitle) {
    elements.push(label(subtitle, { x: padding, y: bottom + 14, room, size: textSize, fill: quiet }))
    bottom += 20
  }
  const items = plot ? legendItems(plot, look) : []
  if (items.length < 2) return { elements, bottom: bottom + 8 }
  const legend = legendOf(items, bottom + 6, look)
  return { elements: [...elements, ...legend.elements], bottom: legend.bottom + 8 }
}

interface LegendItem {
  text: string
  draw(x: number, y: number): Element[]
}

function legendItems({ series, markLabel, chart: { shape } }: Plot, look: Look): LegendItem[] {
  const { theme, id } = look
  if (shape === 'table') return []
  const items = series.map(
    ({ label }, at): LegendItem => ({
      text: label,
      draw: (x, y) =>
        shape === 'line'
          ? [
              element('path', { d: `M${x},${y} h${swatch}`, stroke: theme.marks[at]!, 'stroke-width': 2 }),
              pointMark(look, at, x + swatch / 2, y),
            ]
          : [element('rect', { x, y: y - 5, width: swatch, height: 10, ...fillOf(theme, at, id) })],
    }),
  )
  if (markLabel === null) return items
  const draw = (x: number, y: number) =>
    shape === 'line'
      ? [
          element('path', {
            d: `M${x},${y} h${swatch}`,
            stroke: theme.text,
            'stroke-width': 2,
            'stroke-dasharray': '4 3',
          }),
        ]
      : [element('path', { d: `M${x + swatch / 2},${y - 6} v12`, stroke: theme.text, 'stroke-width': 2 })]
  return [...items, { text: markLabel, draw }]
}

/** Returns the mark of a point of a series. Series differ by its shape. */
export function pointMark({ theme }: Look, series: number, x: number, y: number, ...children: Element[]): Element {
  const d = symbol(symbolsFill[series % symbolsFill.length], 42)() ?? ''
  const place = `translate(${Math.round(100 * x) / 100},${Math.round(100 * y) / 100})`
  return element('path', { d: rounded(d), transform: place, fill: theme.marks[series]! }, ...children)
}

/** Returns a path with at most two decimals. */
export function rounded(path: string): string {
  return path.replace(/-?\d+\.\d+(e-\d+)?/g, (number) => String(Math.round(Number(number) * 100) / 100))
}

function legendOf(items: readonly LegendItem[], top: number, { theme, width }: Look): Header {
  const room = width - 2 * padding - swatch - 6
  const elements: Element[] = []
  let [x, y] = [padding, top + legendLine / 2]
  for (const { text, draw } of items) {
    const wide = Math.min(room, textWidth(text, { size: textSize }))
    if (x > padding && x + swatch + 6 + wide > width - padding) [x, y] = [padding, y + legendLine]
    const name = label(text, { x: x + swatch + 6, y: y + 4, room: wide, size: textSize, fill: theme.text })
    elements.push(...draw(x, y), name)
    x += swatch + 6 + wide + 18
  }
  return { elements, bottom: y + legendLine / 2 }
}
