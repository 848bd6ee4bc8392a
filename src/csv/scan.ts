import { CellReader, type Syntax, tooLong, unclosed, unread } from './cells.ts'
import { CsvSyntaxFault, longestCell, longestRow } from './fault.ts'
import { lineBreaks, lineHas } from './quotes.ts'
import { isFilled, widthOf } from './row-widths.ts'

// Written by hand rather than with csv-parse. Given the same dialects, that library misreads quotes that are not doubled
// and quotes behind spaces (`trim` helps the latter but also trims text), and says nothing about how odd a reading is, by
// which guesses are told apart. For 100,000 rows of 50 cells it took 3.6 to 4.9 s where this takes 0.6 to 1.9: it looks
// at every byte where this asks the engine for the next delimiter.

/** A row and the physical line, counted from 1, on which it begins. */
export interface ScannedRow {
  line: number
  cells: string[]
  /** The first cell whose quote was taken for text, since nothing closes it where the row would fit the header. */
  stray?: number
}

interface Doubtful {
  index: number
  start: number
  /** Where the line ends on which it begins. */
  lineEnd: number
}

/** A row that was read by the rules of quotes. */
interface Reading {
  cells: string[]
  /** Where its last line ends. */
  end: number
  /** Cells that began on one line and ended on another, or whose quotes were not doubled. */
  doubtful: Doubtful[]
  /** Whether a cell is both. */
  isGuess: boolean
}

/** A row of which a quote is taken for text. */
interface TextReading {
  cells: string[]
  end: number
  /** Whether it takes a backslash for what makes a quote text. */
  isEscaped: boolean
}

/** Rejected readings may look this far ahead, altogether, and four times as far as the file has been read. */
const freeReach = 16 * longestCell

/** So many delimiters that stand where the header has them are no chance. */
const noChance = 8

/** Splits text that comes in pieces into rows of cells; blank lines and lines of delimiters alone are no rows. */
export class RowScanner {
  readonly #skip: number
  readonly #reader: CellReader
  /** Reads single lines. */
  readonly #apart: CellReader
  /** How many cells the first row names; 0 before it. */
  #width = 0
  #at = 0
  #line = 1
  #wanted = 0
  /** Characters of the file before the present text, and those looked at in vain. */
  #before = 0
  #vain = 0

  constructor(syntax: Syntax) {
    this.#skip = syntax.skip
    this.#reader = new CellReader(syntax)
    this.#apart = new CellReader(syntax)
  }

  /** Quotes in quoted cells neither doubled nor last, and bare cells with quotes: in number, signs of a wrong guess. */
  get oddQuotes(): number {
    return this.#reader.oddQuotes
  }

  /** Quotes that only make sense as escaped by a backslash, less the cells that just end in one (`"C:\"`). */
  get backslashes(): number {
    return this.#reader.backslashes
  }

  /** Adds the rows that end within this piece to `rows`; the last piece ends the last row. Throws CsvSyntaxFault. */
  push(piece: string, last: boolean, rows: ScannedRow[]): void {
    const reader = this.#reader
    reader.text = reader.text.slice(this.#at) + piece
    this.#before += this.#at
    this.#at = 0
    if (reader.text.length > longestRow + piece.length) throw new CsvSyntaxFault(this.#line, 'row_too_long')
    // A row that needs more text is begun anew, so it waits until there is twice as much: linear time for long rows.
    if (!last && reader.text.length < this.#wanted) return
    while (this.#at < reader.text.length) {
      const row = this.#row(last)
      if (!row) break
      if (row.line <= this.#skip || !row.cells.some(isFilled)) continue
      this.#width ||= widthOf(row.cells)
      rows.push(row)
    }
    this.#wanted = (reader.text.length - this.#at) * 2
  }

  /** The next row, or nothing while its end is still to come. */
  #row(last: boolean): ScannedRow | undefined {
    const reader = this.#reader
    const { delimiter, quote } = reader.syntax
    const start = this.#at
    const end = reader.lineEnd(start)
    const inSkipped = this.#line <= this.#skip
    const quoted = !inSkipped && reader.find('quote', quote, start) < end
    if (quoted || end - start > longestCell) return this.#rowByCell(last)
    const after = this.#afterLine(end, last)
    if (after === unread) return undefined
    this.#at = after
    return { line: this.#line++, cells: reader.text.slice(start, end).split(delimiter) }
  }

  #rowByCell(last: boolean): ScannedRow | undefined {
    this.#reader.reach = Math.min(longestCell, freeReach + 4 * (this.#before + this.#at) - this.#vain)
    const cells: string[] = []
    const doubtful: Reading['doubtful'] = []
    let isGuess = false
    for (let start = this.#at; ; ) {
      const lineEnd = this.#reader.lineEnd(start)
      const end = this.#reader.cellEnd(start, last)
      if (end === unread) return undefined
      if (end === tooLong) throw this.#fault('cell_too_long', start)
      if (end === unclosed) return this.#unclosedRow(cells, start, last)
      const { cell, isLoose, text, syntax } = this.#reader
      if (end > lineEnd || isLoose) doubtful.push({ index: cells.length, start, lineEnd })
      if (end > lineEnd && isLoose) isGuess = true
      cells.push(cell)
      if (text[end] !== syntax.delimiter) return this.#end({ cells, end, doubtful, isGuess }, last)
      start = end + 1
    }
  }

  /** A row that was read to its end, unless another reading of it loses less. */
  #end(read: Reading, last: boolean): ScannedRow | undefined {
    const { cells, end, doubtful, isGuess } = read
    if (!doubtful.length) return this.#take(cells, end, last, 1)
    const isGood = !this.#width || (this.#fits(cells) && !isGuess)
    for (const { index, start } of doubtful.filter((cell) => this.#mayBeText(cell, end, isGood))) {
      const other = this.#asText(cells.slice(0, index), start, last)
      if (other === unread) return undefined
      if (other && this.#losesLess(other, read, isGood)) return this.#takeAsText(other, { index, failedAt: end }, last)
    }
    return this.#take(cells, end, last)
  }

  /** Whether the delimiters suffice, of the line and, where the row is good as it is, of the next one, which it holds. */
  #mayBeText({ index, start, lineEnd }: Doubtful, end: number, isGood: boolean): boolean {
    if (isGood && end === lineEnd) return false
    const width = this.#width
    if (!width) return true
    const { text, syntax } = this.#reader
    if (!lineHas(text, start, syntax.delimiter, width - 1 - index)) return false
    return !isGood || lineHas(text, this.#afterLine(lineEnd, true), syntax.delimiter, width - 1)
  }

  /** A row whose cell at `start` begins with a quote that nothing closes. Throws CsvSyntaxFault where it fits in no way. */
  #unclosedRow(before: readonly string[], start: number, last: boolean): ScannedRow | undefined {
    const { failedAt } = this.#reader
    const other = this.#asText(before, start, last)
    if (other === unread) return undefined
    if (other) return this.#takeAsText(other, { index: before.length, failedAt }, last)
    throw this.#fault(failedAt - start < longestCell ? 'unclosed_quote' : 'cell_too_long', start)
  }

  #take(cells: string[], end: number, last: boolean, lines?: number): ScannedRow | undefined {
    const after = this.#afterLine(end, last)
    if (after === unread) return undefined
    const line = this.#line
    this.#line += lines ?? lineBreaks(this.#reader.text, this.#at, after)
    this.#at = after
    return { line, cells }
  }

  #takeAsText(
    { cells, end, isEscaped }: TextReading,
    { index, failedAt }: { index: number; failedAt: number },
    last: boolean,
  ): ScannedRow | undefined {
    const looked = failedAt - this.#at
    const row = this.#take(cells, end, last)
    if (!row) return undefined
    this.#vain += looked
    this.#reader.oddQuotes++
    if (isEscaped) this.#reader.backslashes++
    this.#reader.goBack()
    return { ...row, stray: index }
  }

  /**
   * The row that ends with the line on which the cell at `start` begins, if that fits the header: with the quote of the
   * cell as text, or closed by the first quote before a delimiter.
   */
  #asText(before: readonly string[], start: number, last: boolean): TextReading | typeof unread | undefined {
    const reader = this.#reader
    reader.goBack()
    const end = reader.lineEnd(start)
    const next = this.#afterLine(end, last)
    if (next === unread) return unread
    if (end - start > longestCell) return undefined
    const line = reader.text.slice(start, end)
    // The first row is compared with the line below it, before there is a header.
    const nextEnd = this.#width ? next : reader.lineEnd(next)
    if (!this.#width && nextEnd === reader.text.length && !last) return unread
    for (const first of ['text', 'loose'] as const) {
      const cells = [...before, ...this.#cellsOf(line, first)]
      const isEscaped = first === 'loose' && this.#apart.isEscaped
      const fits = this.#width ? this.#fits(cells) : this.#isAsWide(cells, reader.text.slice(next, nextEnd))
      if (fits) return { cells, end, isEscaped }
    }
    return undefined
  }

  #isAsWide({ length }: readonly string[], line: string): boolean {
    return length > 1 && this.#cellsOf(line).length === length
  }

  /** Whether the lines that the one reading swallows are rows by themselves, rather than text. */
  #losesLess(other: TextReading, { end }: Reading, isGood: boolean): boolean {
    const width = this.#width || other.cells.length
    const { text } = this.#reader
    let [fitting, unfit] = [0, 0]
    for (const line of text
      .slice(other.end, end)
      .split(/\r\n?|\n/)
      .slice(1)) {
      if (!isFilled(line)) continue
      if (this.#fits(this.#cellsOf(line), width)) fitting++
      else unfit++
    }
    if (!isGood) return fitting >= unfit && (fitting > 0 || unfit === 0)
    return (fitting - 1) * (width - 1) >= noChance && fitting > 8 * unfit
  }

  /** The cells of a line by itself; a quoted cell that does not close on it is text. */
  #cellsOf(line: string, first: 'text' | 'loose' | 'quoted' = 'quoted'): string[] {
    const reader = this.#apart
    reader.text = line
    const cells: string[] = []
    for (let start = 0; ; ) {
      let end = cells.length || first === 'quoted' ? reader.cellEnd(start, true) : unclosed
      if (end === unclosed && !cells.length && first === 'loose') end = reader.looseCellEnd(start)
      if (end < 0) end = reader.bareCellEnd(start, start, true)
      const isAsWritten = !cells.length && first === 'text'
      cells.push(isAsWritten ? withoutPair(reader.cell, reader.syntax.quote) : reader.cell)
      if (end < 0 || end === line.length) return cells
      start = end + 1
    }
  }

  #fits(cells: readonly string[], width = this.#width): boolean {
    return cells.length >= width && widthOf(cells, width) === width
  }

  #fault(code: CsvSyntaxFault['code'], at: number): CsvSyntaxFault {
    return new CsvSyntaxFault(this.#line + lineBreaks(this.#reader.text, this.#at, at), code)
  }

  #afterLine(end: number, last: boolean): number {
    const { text } = this.#reader
    if (end === text.length) return last ? end : unread
    if (text[end] === '\n') return end + 1
    // The line feed of CR LF may still be to come.
    if (end + 1 === text.length && !last) return unread
    return text[end + 1] === '\n' ? end + 2 : end + 1
  }
}

/** Quotes round a cell of which the closing one was doubled. */
function withoutPair(cell: string, quote: string): string {
  const text = cell.trim()
  return text.length > 1 && text.endsWith(quote) ? text.slice(1, -1) : cell
}
