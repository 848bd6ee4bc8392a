import type { TextAbove } from './lines-above.ts'
import { isReasonColumn } from './reason-column.ts'
import { isFilled, widthOf } from './row-widths.ts'
import type { ScannedRow } from './scan.ts'

/** A format fault of a row and the first cell that has it. */
export interface CsvNote {
  code: CsvNoteCode
  /** The index of the cell, from 0. */
  cell: number
}

/** The code of a format fault. */
export type CsvNoteCode =
  /** A quote is never closed and was read as text. */
  | 'stray_quote'
  /** Quotes inside a quoted cell are not doubled. */
  | 'undoubled_quote'
  /** Bytes are invalid in the encoding, or the text has traces of earlier damage. */
  | 'damaged_text'
  /** The row has more filled cells than the header row has cells. */
  | 'too_many_cells'
  /** A cell after the last column name is filled. */
  | 'unnamed_column'
  /** The row has more cells than most rows, but those beyond the header are blank. */
  | 'extra_delimiter'
  /** The row has fewer cells than most rows. */
  | 'too_few_cells'
  /** The row repeats the header. */
  | 'repeated_header'
  /** The last row contains totals. */
  | 'total_row'
  /** The row belongs to another table in the file. */
  | 'other_table'
  /** The lines above the header may be another table. It is reported with the first row. */
  | 'table_above_header'
  /** Most rows have one cell more than the header. It is reported with the first row. */
  | 'trailing_delimiter'
  /** The header has a fault of its own. It is reported with the first row. */
  | 'damaged_header'

/** The header of a file and the number of cells that its rows should have. */
export interface TableShape {
  header: ScannedRow | undefined
  /** Number of cells of the header up to the last name; 0 without a header. */
  names: number
  /** Number of cells of most rows, blank ones included; undefined if rows are of many widths. */
  usual: number | undefined
  /** What stands above the table. */
  above: TextAbove
  /** The index of the column with the reasons of an earlier import; -1 without one. */
  reasons: number
}

/** Returns the shape of a table from its header and first rows. */
export function shapeOf(header: ScannedRow | undefined, rows: readonly ScannedRow[], above: TextAbove): TableShape {
  const counts = new Map<number, number>()
  for (const { cells } of rows) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1)
  const usual = [...counts].find(([, count]) => count * 2 > rows.length)?.[0]
  const reasons = header ? header.cells.findIndex(isReasonColumn) : -1
  return { header, names: header ? widthOf(header.cells) : 0, usual, above, reasons }
}

/** Returns the format faults of a row. */
export function notesOf(
  { cells, stray, loose, isOther }: ScannedRow,
  shape: TableShape,
  damage: RegExp | undefined,
): CsvNote[] {
  const notes: CsvNote[] = []
  if (isOther) notes.push({ code: 'other_table', cell: 0 })
  if (stray !== undefined) notes.push({ code: 'stray_quote', cell: stray })
  if (loose !== undefined) notes.push({ code: 'undoubled_quote', cell: loose })
  const damaged = damage ? cells.findIndex((cell) => damage.test(cell)) : -1
  if (damaged >= 0) notes.push({ code: 'damaged_text', cell: damaged })
  const { header, reasons, usual } = shape
  const [names, own] = [without(header?.cells ?? [], reasons), without(cells, reasons)]
  const width = (header && beyondNote(own, names)) ?? widthNote(cells, usual)
  if (width) notes.push(width)
  if (header && cells.length > 1 && isSame(own, names)) notes.push({ code: 'repeated_header', cell: 0 })
  return notes
}

/** Returns the fault of the header, if it has any. */
export function headerNote(shape: TableShape, damage: RegExp | undefined): CsvNote | undefined {
  const { header, names, usual, above } = shape
  // A line above rows without a header is most likely a header that could not be read.
  if (!header) return above !== 'nothing' ? { code: 'damaged_header', cell: 0 } : undefined
  const { cells, stray, loose } = header
  const damaged = damage ? cells.findIndex((cell) => damage.test(cell)) : -1
  const faulty = stray ?? loose ?? (damaged >= 0 ? damaged : undefined)
  if (faulty !== undefined) return { code: 'damaged_header', cell: faulty }
  if (above === 'table') return { code: 'table_above_header', cell: 0 }
  if (usual === undefined || (usual <= cells.length && usual >= names)) return undefined
  const code = usual === cells.length + 1 ? 'trailing_delimiter' : 'damaged_header'
  return { code, cell: Math.min(usual, names) - 1 }
}

function beyondNote(cells: readonly string[], header: readonly string[]): CsvNote | undefined {
  const names = widthOf(header)
  const filled = widthOf(cells, names)
  if (filled > header.length) return { code: 'too_many_cells', cell: header.length }
  return filled > names ? { code: 'unnamed_column', cell: names } : undefined
}

function widthNote(cells: readonly string[], usual: number | undefined): CsvNote | undefined {
  if (usual === undefined || cells.length === usual) return undefined
  return cells.length < usual ? { code: 'too_few_cells', cell: cells.length } : { code: 'extra_delimiter', cell: usual }
}

/** Returns the cells without the one in a column. */
function without(cells: readonly string[], column: number): readonly string[] {
  return column < 0 ? cells : cells.toSpliced(column, 1)
}

function isSame(cells: readonly string[], others: readonly string[]): boolean {
  const width = widthOf(cells)
  return width === widthOf(others) && cells.every((cell, at) => at >= width || cell === others[at])
}

const total = /^\s*(итог|итого|всего|общий итог|total|totals|grand total)\s*:?\s*$/i
/** A number, but not a phone. */
const amount = /^\s*[-$€£₽]?\s*\d{1,3}([\s.,]?\d{3}){0,4}([.,]\d{1,2})?\s*(%|[$€£₽]|руб\.?)?\s*$/i
const phone = /^\s*\d{10,11}\s*$/

/** Returns whether a last row contains totals: `Total` in its first filled cell, and else only numbers. */
export function isTotalRow(cells: readonly string[], { reasons }: Pick<TableShape, 'reasons'>): boolean {
  const [first, ...rest] = without(cells, reasons).filter(isFilled)
  if (cells.length < 2 || first === undefined || !total.test(first)) return false
  return rest.every((cell) => amount.test(cell) && !phone.test(cell))
}
