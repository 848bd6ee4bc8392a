import type { Dialect } from './dialect.ts'
import { damageOf } from './encoding.ts'
import { widthOf } from './row-widths.ts'
import { RowScanner, type ScannedRow } from './scan.ts'

/** A row of data. */
export interface CsvRow {
  /** The physical line on which the row begins, from 1. */
  line: number
  /** The number of the data row, from 1. */
  row: number
  /** As many cells as the header has names, or more if cells after the last name are filled. */
  cells: string[]
  /** The format faults of the row, if any. */
  notes?: CsvNote[]
}

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
  /** Bytes are invalid in the encoding, or the text has traces of earlier damage. */
  | 'damaged_text'
  /** The row has more filled cells than the header row has cells. */
  | 'too_many_cells'
  /** A cell after the last column name is filled. */
  | 'unnamed_column'

const rowsAtOnce = 500

/**
 * Reads the data rows in batches. Cells are unchanged: untrimmed, with NUL characters, and with U+FFFD for damaged
 * bytes. Long cells share the memory of the text they were cut from, so copy the cells that you keep. Throws
 * CsvSyntaxFault.
 */
export async function* readCsv(
  open: () => AsyncIterable<Buffer>,
  dialect: Dialect,
  options: { batch?: number } = {},
): AsyncGenerator<CsvRow[], void, undefined> {
  const batch = options.batch ?? rowsAtOnce
  const header = { names: 0, cells: 0 }
  let row = 0
  let rows: CsvRow[] = []
  let isHeader = dialect.header
  for await (const { scanned, damage } of scan(open, dialect)) {
    for (const found of scanned) {
      if (isHeader) Object.assign(header, { names: widthOf(found.cells), cells: found.cells.length })
      else rows.push(rowOf(found, ++row, header, damage))
      isHeader = false
      if (rows.length < batch) continue
      yield rows
      rows = []
    }
  }
  if (rows.length > 0) yield rows
}

/** Returns the column names as written, without blank names at the end; an empty list if there is no header. */
export async function readHeader(open: () => AsyncIterable<Buffer>, dialect: Dialect): Promise<string[]> {
  if (!dialect.header) return []
  for await (const { scanned } of scan(open, dialect)) if (scanned[0]) return trimmed(scanned[0].cells, 0)
  return []
}

/** The size of a file and its damaged rows. */
export interface CsvSize {
  rows: number
  /** Number of columns with a name or a value. */
  columns: number
  /** Number of rows with bytes invalid in the encoding or with traces of earlier damage. */
  damaged: number
  /** The line of the first damaged row. */
  firstDamage: number | undefined
}

/**
 * Reads the whole file, so that a malformed file is rejected before any row is used. Shows each data row to `see`.
 * Throws CsvSyntaxFault.
 */
export async function checkCsv(
  open: () => AsyncIterable<Buffer>,
  dialect: Dialect,
  see?: (cells: readonly string[]) => void,
): Promise<CsvSize> {
  const size: CsvSize = { rows: 0, columns: 0, damaged: 0, firstDamage: undefined }
  let all = 0
  for await (const { scanned, damage } of scan(open, dialect)) {
    for (const { line, cells } of scanned) {
      if (all++ || !dialect.header) see?.(cells)
      size.columns = Math.max(size.columns, widthOf(cells, size.columns))
      if (!damage || !cells.some((cell) => damage.test(cell))) continue
      size.damaged++
      size.firstDamage ??= line
    }
  }
  size.rows = Math.max(0, all - (dialect.header ? 1 : 0))
  return size
}

/** Yields the rows of a file. `damage` is undefined until the first damage, since few files have any. */
async function* scan(
  open: () => AsyncIterable<Buffer>,
  dialect: Dialect,
): AsyncGenerator<{ scanned: ScannedRow[]; damage: RegExp | undefined }, void, undefined> {
  const decoder = new TextDecoder(dialect.encoding)
  const scanner = new RowScanner(dialect)
  const possible = damageOf(dialect.encoding)
  let damage: RegExp | undefined
  const rowsIn = (text: string, last: boolean) => {
    const scanned: ScannedRow[] = []
    if (!damage && possible.test(text)) damage = possible
    scanner.push(text, last, scanned)
    return { scanned, damage }
  }
  for await (const chunk of open()) yield rowsIn(decoder.decode(chunk, { stream: true }), false)
  yield rowsIn(decoder.decode(), true)
}

function rowOf(
  { line, cells, stray }: ScannedRow,
  row: number,
  header: { names: number; cells: number },
  damage: RegExp | undefined,
): CsvRow {
  const found: CsvRow = { line, row, cells: fitted(cells, header.names) }
  const notes: CsvNote[] = []
  if (stray !== undefined) notes.push({ code: 'stray_quote', cell: stray })
  const damaged = damage ? cells.findIndex((cell) => damage.test(cell)) : -1
  if (damaged >= 0) notes.push({ code: 'damaged_text', cell: damaged })
  if (header.names && found.cells.length > header.names) {
    const isBeyond = found.cells.length > header.cells
    notes.push({ code: isBeyond ? 'too_many_cells' : 'unnamed_column', cell: isBeyond ? header.cells : header.names })
  }
  return notes.length ? { ...found, notes } : found
}

function fitted(cells: string[], width: number): string[] {
  if (cells.length > width) return trimmed(cells, width)
  while (cells.length < width) cells.push('')
  return cells
}

/** Removes blank cells at the end, but keeps the first `width` cells. */
function trimmed(cells: string[], width: number): string[] {
  const length = widthOf(cells, width)
  return length < cells.length ? cells.slice(0, length) : cells
}
