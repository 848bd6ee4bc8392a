import { type Box, type Look, textSize } from './frame.ts'
import { label, valueLabel } from './label.ts'
import { type Element, element } from './markup.ts'
import type { Amount, Plot } from './plot.ts'
import { textWidth } from './text-width.ts'

const font = { size: textSize }
const gap = 14

/** The height of a row of a table. */
export const gridRowHeight = 26

/** A line of a table: its name, and a value for each column. */
interface GridLine {
  name: string
  values: readonly Pick<Amount, 'text' | 'short'>[]
  bold: boolean
}

/** Returns the rows as a table with the names of the columns above and the totals below. */
export function gridChart({ rows, series, totals }: Plot, total: string, box: Box, { theme }: Look): Element[] {
  const { left, top, right } = box
  const lines: GridLine[] = [
    { name: '', values: series.map(({ label }) => ({ text: label, short: label })), bold: true },
    ...rows.map(({ label, points }) => ({ name: label, values: points, bold: false })),
    ...(totals.length ? [{ name: total, values: totals, bold: true }] : []),
  ]
  const [nameRoom, ...rooms] = columnRooms(lines, right - left) as [number, ...number[]]
  const ends = rooms.map((_, column) => left + nameRoom + rooms.slice(0, column + 1).reduce((sum, room) => sum + room))
  return lines.flatMap(({ name, values, bold }, at) => {
    const y = top + at * gridRowHeight
    const place = { ...font, y: y + 17, bold, fill: theme.text }
    const rule = element('path', { d: `M${left},${y} H${right}`, stroke: theme.grid })
    return [
      ...(at === 0 ? [] : [rule]),
      ...(name ? [label(name, { ...place, x: left, room: nameRoom })] : []),
      ...values.map((value, column) => {
        return valueLabel(value, { ...place, x: ends[column]!, room: rooms[column]! - gap, anchor: 'end' })
      }),
    ]
  })
}

/** Returns the room of the names and of each column. If the texts are too wide, only the widest columns are cut. */
function columnRooms(lines: readonly GridLine[], width: number): number[] {
  const widest = (texts: readonly string[]) =>
    Math.max(...texts.map((text) => textWidth(text, { ...font, bold: true })))
  const names = widest(lines.map(({ name }) => name))
  const columns = lines[0]!.values.map((_, column) => widest(lines.map(({ values }) => values[column]!.text)) + gap)
  const wanted = [names, ...columns].map((room) => room + 1)
  const most = largestRoom(wanted, width)
  const rooms = wanted.map((room) => Math.min(room, most))
  const spare = (width - rooms.reduce((sum, room) => sum + room)) / rooms.length
  return rooms.map((room) => room + spare)
}

/** Returns the largest room of a column with which all columns fit. */
function largestRoom(wanted: readonly number[], width: number): number {
  let left = width
  for (const [at, room] of wanted.toSorted((one, other) => one - other).entries()) {
    const share = left / (wanted.length - at)
    if (room > share) return share
    left -= room
  }
  return width
}
