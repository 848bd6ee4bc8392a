import type { Dialect } from './dialect.ts'
import { damageOf } from './encoding.ts'
import type { TextAbove } from './lines-above.ts'
import { type CsvNote, headerNote, isTotalRow, notesOf, shapeOf, type TableShape } from './notes.ts'
import { isFilled, widthOf } from './row-widths.ts'
import { RowScanner, type ScannedRow } from './scan.ts'
import { SecondTable } from './second-table.ts'

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

const rowsAtOnce = 500
/** Number of rows that are scanned before they are used. Text held back for an unclosed quote may have a million. */
const scannedAtOnce = 5000

/** The rows that decide how many cells a row should have: at most so many, of so many characters. */
const decisive = { rows: 200, length: 1_000_000 }

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
  const checker = new RowChecker(dialect.header)
  let rows: CsvRow[] = []
  for await (const { scanned, damage, above } of scan(open, dialect)) {
    for (const found of scanned) rows.push(...checker.add(found, damage, above))
    // The last row stays back, since only the last one may be a row of totals.
    while (rows.length > batch) {
      yield rows.slice(0, batch)
      rows = rows.slice(batch)
    }
  }
  rows.push(...checker.end())
  for (let start = 0; start < rows.length; start += batch) yield rows.slice(start, start + batch)
}

/** Makes rows of scanned rows, with their faults. Keeps back the first ones until the usual number of cells is known. */
class RowChecker {
  #header: ScannedRow | undefined
  #isHeader: boolean
  #kept: ScannedRow[] = []
  #keptLength = 0
  #shape: TableShape | undefined
  #damage: RegExp | undefined
  #above: TextAbove = 'nothing'
  #count = 0
  #last: CsvRow | undefined
  #secondTable: SecondTable | undefined

  constructor(hasHeader: boolean) {
    this.#isHeader = hasHeader
  }

  /** Adds a scanned row. Returns the rows that are now complete. */
  add(found: ScannedRow, damage: RegExp | undefined, above: TextAbove): CsvRow[] {
    this.#damage = damage
    this.#above = above
    if (this.#isHeader) {
      this.#isHeader = false
      this.#header = found
      this.#secondTable = new SecondTable(found.cells)
      return []
    }
    if (this.#shape) return this.#rowsOf(found, this.#shape)
    this.#kept.push(found)
    for (const cell of found.cells) this.#keptLength += cell.length
    const isDecided = this.#kept.length >= decisive.rows || this.#keptLength >= decisive.length
    return isDecided ? this.#release() : []
  }

  /** Returns the remaining rows. The last row may then have a note that it contains totals. */
  end(): CsvRow[] {
    const rows = this.#shape ? [] : this.#release()
    for (const found of this.#secondTable?.end() ?? []) rows.push(this.#rowOf(found, this.#shape!))
    if (this.#last && this.#shape && isTotalRow(this.#last.cells, this.#shape)) {
      const width = Math.max(1, this.#last.cells.findIndex(isFilled) + 1)
      this.#last.notes = [...(this.#last.notes ?? []), { code: 'total_row', cell: width - 1 }]
    }
    return rows
  }

  #release(): CsvRow[] {
    const shape = shapeOf(this.#header, this.#kept, this.#above)
    this.#shape = shape
    const rows = this.#kept.flatMap((found) => this.#rowsOf(found, shape))
    const note = headerNote(shape, this.#damage)
    const [first] = rows
    if (note && first) first.notes = [note, ...(first.notes ?? [])]
    this.#kept = []
    return rows
  }

  #rowsOf(found: ScannedRow, shape: TableShape): CsvRow[] {
    const decided = this.#secondTable?.add(found) ?? [found]
    return decided.map((one) => this.#rowOf(one, shape))
  }

  #rowOf(found: ScannedRow, shape: TableShape): CsvRow {
    const notes = notesOf(found, shape, this.#damage)
    const row = { line: found.line, row: ++this.#count, cells: fitted(found.cells, shape.names) }
    this.#last = notes.length ? { ...row, notes } : row
    return this.#last
  }
}

/** Returns the column names as written, without blank names at the end; an empty list if there is no header. */
export async function readHeader(open: () => AsyncIterable<Buffer>, dialect: Dialect): Promise<string[]> {
  return trimmed(await readHeaderCells(open, dialect), 0)
}

/** Returns all cells of the header, with blank names at the end; an empty list if there is no header. */
export async function readHeaderCells(open: () => AsyncIterable<Buffer>, dialect: Dialect): Promise<string[]> {
  if (!dialect.header) return []
  for await (const { scanned } of scan(open, dialect)) if (scanned[0]) return scanned[0].cells
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

interface Scanned {
  scanned: ScannedRow[]
  damage: RegExp | undefined
  above: TextAbove
}

/** Yields the rows of a file. `damage` is undefined until the first damage, since few files have any. */
async function* scan(open: () => AsyncIterable<Buffer>, dialect: Dialect): AsyncGenerator<Scanned, void, undefined> {
  const decoder = new TextDecoder(dialect.encoding)
  const scanner = new RowScanner(dialect)
  const possible = damageOf(dialect.encoding)
  let damage: RegExp | undefined
  function* rowsIn(text: string, last: boolean): Generator<Scanned> {
    if (!damage && possible.test(text)) damage = possible
    for (let [piece, hasMore] = [text, true]; hasMore; piece = '') {
      const scanned: ScannedRow[] = []
      hasMore = scanner.push(piece, last, scanned, scannedAtOnce)
      yield { scanned, damage, above: scanner.above.text }
    }
  }
  for await (const chunk of open()) yield* rowsIn(decoder.decode(chunk, { stream: true }), false)
  yield* rowsIn(decoder.decode(), true)
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
