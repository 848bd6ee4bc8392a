import { possibleOrders } from './dates.ts'
import { possibleMarks } from './numbers.ts'
import { splitTime } from './times.ts'

/** What the cells of a column contain. */
export const cellKinds = [
  'empty',
  'boolean',
  'integer',
  'number',
  'date',
  'datetime',
  'email',
  'phone',
  'url',
  'text',
] as const

/** What a cell contains. */
export type CellKind = (typeof cellKinds)[number]

/** The share of filled cells that must be of one kind; the others may be damaged. */
const enough = 0.9

const tests: readonly (readonly [CellKind, (text: string, now: Date) => boolean])[] = [
  ['boolean', (text) => /^(true|false|yes|no|да|нет|истина|ложь)$/i.test(text)],
  ['email', (text) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)],
  ['url', (text) => /^(https?:\/\/|www\.)\S+$/i.test(text)],
  ['date', (text, now) => possibleOrders(text, now).length > 0],
  ['datetime', (text, now) => possibleOrders(splitTime(text)?.date ?? '', now).length > 0],
  ['phone', (text) => /^(\+\d|8|\(\d{3})[\d\s().-]{8,}/.test(text) || /^\d{3}-\d{3}-\d{4}$/.test(text)],
  ['integer', (text) => /^-?\d{1,15}$/.test(text)],
  ['number', (text) => possibleMarks(text).length > 0],
]

/** Returns what most of the cells of a column contain. */
export function kindOfCells(cells: readonly string[], now: Date): CellKind {
  const filled = cells.map((cell) => cell.trim()).filter(Boolean)
  if (!filled.length) return 'empty'
  const found = tests.find(([, fits]) => filled.filter((text) => fits(text, now)).length >= enough * filled.length)
  return found?.[0] ?? 'text'
}
