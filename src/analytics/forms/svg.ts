import { createHash } from 'node:crypto'
import type { Language } from '../../errors/language.ts'
import type { ReportTable } from '../table.ts'
import { barChart, barRowHeight } from './bars.ts'
import type { Chart } from './chart.ts'
import { describe, subtitleOf } from './describe.ts'
import { type Box, headerOf, type Look, padding, textSize } from './frame.ts'
import { gridChart, gridRowHeight } from './grid.ts'
import { label } from './label.ts'
import { lineChart } from './lines.ts'
import { type Element, element, toXml } from './markup.ts'
import { type FormParameters, pictureSize } from './options.ts'
import { patterns, type ThemeName, themes } from './palette.ts'
import { pivot } from './pivot.ts'
import { type Plot, plotOf } from './plot.ts'
import { textIn } from './texts.ts'

/** The size and the theme of a picture. Without a height it is as high as its chart needs. */
export interface Picture {
  theme: ThemeName
  width: number
  height?: number | undefined
  language: Language
}

/** Returns the picture that the parameters describe. */
export function pictureOf(
  { theme = 'light', width = pictureSize.width.usual, height }: FormParameters,
  language: Language,
): Picture {
  return { theme, width, height, language }
}

/** The most rows of bars or of a table in a picture. */
const mostRows = 20
/** The space for the remarks below a chart. */
const remarkHeight = 22
const lineHeight = 320
const messageHeight = 120

/**
 * Returns a chart of a report as an SVG picture with a title and a description. The same table gives the same bytes. The
 * picture has no scripts, fonts or links.
 */
export function svgOf(given: ReportTable, asked: Chart, picture: Picture): string {
  const { theme, width, language } = picture
  const id = `chart-${createHash('sha256')
    .update(JSON.stringify([given, asked, picture]))
    .digest('hex')
    .slice(0, 10)}`
  const look: Look = { theme: themes[theme], language, width, id }
  const { table, chart, left } = pivot(given, asked)
  const remarks = left ? [textIn(language, 'moreColumns', { count: left })] : []
  const plotWith = (rows: number) => plotOf(table, chart, { language, mostRows: rows, remarks })
  const full = plotWith(chart.shape === 'line' ? table.rows.length : mostRows)
  const subtitle = subtitleOf(given, asked, language)
  const message = messageFor(full, language)
  const header = headerOf(given.title, subtitle, message ? null : full, look)
  const size = heights(full, header.bottom, picture.height, message !== null)
  const plot = full.rows.length > size.rows && chart.shape !== 'line' ? plotWith(size.rows) : full
  const box = { left: padding, top: header.bottom, right: width - padding, bottom: size.bottom }
  const drawing = message === null ? drawChart(plot, box, look) : [messageLabel(message, box, look)]
  const text = message === null ? describe(subtitle, plot, language) : [subtitle, message].filter(Boolean).join('. ')
  const parts = [...header.elements, ...drawing, ...remarksOf(plot, size.height, look)]
  return toXml(root(parts, { title: given.title, text, height: size.height, look }))
}

function messageFor({ rows, currencies, chart }: Plot, language: Language): string | null {
  const isEmpty = rows.every(({ points }) =>
    points.every(({ number, text }) => number === null && (chart.shape !== 'table' || text === '–')),
  )
  if (isEmpty) return textIn(language, 'empty')
  return currencies.length > 1 && chart.shape !== 'table' ? textIn(language, 'currencies') : null
}

/** Returns the height of the picture, where its chart ends, and the number of rows that fit. */
function heights(plot: Plot, top: number, asked: number | undefined, isMessage: boolean) {
  const isGrid = plot.chart.shape === 'table'
  const row = isGrid ? { least: gridRowHeight, usual: gridRowHeight } : barRowHeight(plot)
  // A table has a line of names, and usually one of totals.
  const extra = isGrid ? 1 + Math.min(1, plot.totals.length) : 0
  const needed = plot.chart.shape === 'line' ? lineHeight : (plot.rows.length + extra) * row.usual
  // In a given height, fewer rows may fit, which takes a remark.
  const below = padding + (asked !== undefined || plot.remarks.length ? remarkHeight : 0)
  const height = asked ?? Math.ceil(top + (isMessage ? messageHeight : needed) + below)
  const bottom = height - below
  return { height, bottom, rows: Math.max(1, Math.floor((bottom - top) / row.least) - extra) }
}

function drawChart(plot: Plot, box: Box, look: Look): Element[] {
  if (plot.chart.shape === 'line') return lineChart(plot, box, look)
  if (plot.chart.shape === 'table') return gridChart(plot, textIn(look.language, 'total'), box, look)
  // Few bars in a high picture are not thicker than usual.
  const bottom = Math.min(box.bottom, box.top + 2 * barRowHeight(plot).usual * plot.rows.length)
  return barChart(plot, { ...box, bottom }, look)
}

function messageLabel(text: string, { left, right, top, bottom }: Box, { theme }: Look): Element {
  const place = { x: (left + right) / 2, y: (top + bottom) / 2, room: right - left, size: textSize + 1 }
  return label(text, { ...place, anchor: 'middle', fill: theme.quiet })
}

function remarksOf({ remarks }: Plot, height: number, { theme, width }: Look): Element[] {
  if (!remarks.length) return []
  const place = { x: padding, y: height - padding, room: width - 2 * padding, size: textSize, fill: theme.quiet }
  return [label(remarks.join(' '), place)]
}

function root(
  parts: readonly Element[],
  { title, text, height, look }: { title: string; text: string; height: number; look: Look },
): Element {
  const { theme, width, id, language } = look
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      ...{ width, height, viewBox: `0 0 ${width} ${height}`, 'xml:lang': language },
      ...{ role: 'img', 'aria-labelledby': `${id}-title ${id}-text` },
      'font-family': "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', Arial, sans-serif",
    },
    element('title', { id: `${id}-title` }, title),
    element('desc', { id: `${id}-text` }, text),
    patterns(theme, id),
    element('rect', { width, height, fill: theme.background }),
    ...parts,
  )
}
