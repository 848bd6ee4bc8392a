import type { Dialect } from './dialect.ts'
import { RowScanner, type ScannedRow } from './scan.ts'

/** A row of data. */
export interface CsvRow {
  /** The physical line on which the row begins, counted from 1. */
  line: number
  /** The number of the row among the rows of data, counted from 1. */
  row: number
  /** As many cells as the header has names, or more where cells past the last name are filled. */
  cells: string[]
}

const rowsAtOnce = 500

/**
 * Reads the rows of data in batches. Cells come as they are written: untrimmed, with what a damaged byte was replaced by
 * (U+FFFD) and with NUL characters. Long cells share the memory of the text they were cut from: copy what is kept.
 * Throws CsvSyntaxFault.
 */
export async function* readCsv(
  open: () => AsyncIterable<Buffer>,
  dialect: Dialect,
  options: { batch?: number } = {},
): AsyncGenerator<CsvRow[], void, undefined> {
  const batch = options.batch ?? rowsAtOnce
  let width = 0
  let row = 0
  let rows: CsvRow[] = []
  let isHeader = dialect.header
  for await (const scanned of scan(open, dialect)) {
    for (const { line, cells } of scanned) {
      if (isHeader) width = trimmed(cells, 0).length
      else rows.push({ line, row: ++row, cells: fitted(cells, width) })
      isHeader = false
      if (rows.length < batch) continue
      yield rows
      rows = []
    }
  }
  if (rows.length > 0) yield rows
}

/** The names of the columns as they are written, nameless ones at the end left out; nothing where there is no header. */
export async function readHeader(open: () => AsyncIterable<Buffer>, dialect: Dialect): Promise<string[]> {
  if (!dialect.header) return []
  for await (const [header] of scan(open, dialect)) if (header) return trimmed(header.cells, 0)
  return []
}

/** What the whole of a file holds. */
export interface CsvSize {
  rows: number
  /** Columns with a name or a value. */
  columns: number
  /** Rows in which bytes were not of the encoding, or in which such damage from earlier is left. */
  damaged: number
  /** The line of the first of them. */
  firstDamage: number | undefined
}

/** Reads a file to its end, so that one with a fault is refused before any of it is used. Throws CsvSyntaxFault. */
export async function checkCsv(open: () => AsyncIterable<Buffer>, dialect: Dialect): Promise<CsvSize> {
  const size: CsvSize = { rows: 0, columns: 0, damaged: 0, firstDamage: undefined }
  let all = 0
  for await (const scanned of scan(open, dialect)) {
    for (const { line, cells } of scanned) {
      all++
      size.columns = Math.max(size.columns, trimmed(cells, size.columns).length)
      if (!cells.some((cell) => cell.includes('\uFFFD'))) continue
      size.damaged++
      size.firstDamage ??= line
    }
  }
  size.rows = Math.max(0, all - (dialect.header ? 1 : 0))
  return size
}

async function* scan(
  open: () => AsyncIterable<Buffer>,
  dialect: Dialect,
): AsyncGenerator<ScannedRow[], void, undefined> {
  const decoder = new TextDecoder(dialect.encoding)
  const scanner = new RowScanner(dialect)
  for await (const chunk of open()) {
    const rows: ScannedRow[] = []
    scanner.push(decoder.decode(chunk, { stream: true }), false, rows)
    yield rows
  }
  const rows: ScannedRow[] = []
  scanner.push(decoder.decode(), true, rows)
  yield rows
}

function fitted(cells: string[], width: number): string[] {
  if (cells.length > width) return trimmed(cells, width)
  while (cells.length < width) cells.push('')
  return cells
}

/** Without the empty cells at the end, but for the first `width`. */
function trimmed(cells: string[], width: number): string[] {
  let length = cells.length
  while (length > width && cells[length - 1]!.trim() === '') length--
  return length < cells.length ? cells.slice(0, length) : cells
}
