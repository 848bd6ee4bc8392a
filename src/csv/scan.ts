import { CellReader, type Syntax, tooLong, unclosed, unread } from './cells.ts'
import { CsvSyntaxFault, longestCell, longestRow } from './fault.ts'
import { LineReader } from './line-cells.ts'
import { LinesAbove } from './lines-above.ts'
import { lineBreaks, lineHas } from './quotes.ts'
import { isFilled, widthOf } from './row-widths.ts'

/** A row and the physical line on which it begins, from 1. */
export interface ScannedRow {
  line: number
  cells: string[]
  /** The first cell with a quote that was read as text, since it is never closed. */
  stray?: number
  /** The first cell with quotes inside that are not doubled. */
  loose?: number
  /** Whether there is a blank row between this row and the one above it. */
  isAfterBlank?: boolean
  /** Whether the row belongs to another table in the file. */
  isOther?: boolean
}

interface Doubtful {
  index: number
  start: number
  /** The end of the line on which the cell begins. */
  lineEnd: number
}

/** A row read by the rules of quotes. */
interface Reading {
  cells: string[]
  /** The end of its last line. */
  end: number
  /** Cells that span several lines or whose quotes are not doubled. */
  doubtful: Doubtful[]
  /** Whether a cell spans several lines and has quotes that are not doubled. */
  isGuess: boolean
  /** The faults of the row, such as those of a scanned row. */
  faults: Pick<ScannedRow, 'stray' | 'loose'>
}

/** A row with a quote read as text. */
interface TextReading {
  cells: string[]
  end: number
  /** Whether a backslash is read as escaping a quote. */
  isEscaped: boolean
}

/** Total lookahead of rejected readings, in characters, in addition to four times the length read so far. */
const freeReach = 4 * longestCell

/** Number of cells of a row that are tried as text: each try reads the line again. */
const mostTried = 32

/** Number of delimiters in the positions of the header that cannot be a coincidence. */
const noChance = 8

/** Splits text that arrives in pieces into rows of cells. Skips blank lines and lines of delimiters only. */
export class RowScanner {
  readonly #skip: number
  readonly #reader: CellReader
  readonly #apart: LineReader
  /** Number of cells of the first row up to the last filled one; 0 before the first row. */
  #width = 0
  /** Number of all its cells. Later rows may fill cells that are blank in the first row. */
  #fullWidth = 0
  #at = 0
  #line = 1
  #wanted = 0
  /** Number of characters before the current text, and of those that rejected readings examined. */
  #before = 0
  #vain = 0
  #isAfterBlank = false

  /** The skipped lines. */
  readonly above = new LinesAbove()

  constructor(syntax: Syntax) {
    this.#skip = syntax.skip
    this.#reader = new CellReader(syntax)
    this.#apart = new LineReader(syntax)
  }

  /** Number of misplaced quotes in quoted cells and of bare cells with quotes. Many of them suggest a wrong dialect. */
  get oddQuotes(): number {
    return this.#reader.oddQuotes
  }

  /** Number of quotes that must be escaped by a backslash, minus the cells that just end with one (`"C:\"`). */
  get backslashes(): number {
    return this.#reader.backslashes
  }

  /**
   * Appends the rows that end in this piece to `rows`, at most `most` of them. Returns whether there may be more: then
   * push an empty piece. The last piece ends the last row. Throws CsvSyntaxFault.
   */
  push(piece: string, last: boolean, rows: ScannedRow[], most = Number.POSITIVE_INFINITY): boolean {
    const reader = this.#reader
    reader.text = reader.text.slice(this.#at) + piece
    this.#before += this.#at
    this.#at = 0
    if (reader.text.length > longestRow + piece.length) throw new CsvSyntaxFault(this.#line, 'row_too_long')
    // An incomplete row is read again from its start. Waiting for twice as much text keeps long rows linear.
    if (!last && reader.text.length < this.#wanted) return false
    while (this.#at < reader.text.length) {
      const row = this.#row(last)
      if (!row) break
      if (!row.cells.some(isFilled)) {
        this.#isAfterBlank = this.#width > 0
        if (!this.#width) this.above.see(row.cells)
        continue
      }
      if (row.line <= this.#skip) {
        if (!/^sep=/i.test(row.cells[0]!)) this.above.see(row.cells)
        continue
      }
      if (!this.#width) {
        this.#width = widthOf(row.cells)
        this.#fullWidth = row.cells.length
      }
      if (this.#isAfterBlank) row.isAfterBlank = true
      this.#isAfterBlank = false
      if (rows.push(row) >= most) {
        this.#wanted = 0
        return true
      }
    }
    this.#wanted = (reader.text.length - this.#at) * 2
    return false
  }

  /** Returns the next row, or undefined until its end arrives. */
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
    const left = freeReach + 4 * (this.#before + this.#at) - this.#vain
    this.#reader.reach = Math.min(longestCell, Math.max(0, left))
    const cells: string[] = []
    const doubtful: Reading['doubtful'] = []
    let isGuess = false
    const faults: Reading['faults'] = {}
    for (let start = this.#at; ; ) {
      const lineEnd = this.#reader.lineEnd(start)
      const end = this.#reader.cellEnd(start, last)
      if (end === unread) return undefined
      if (end === tooLong) throw this.#fault('cell_too_long', start)
      if (end === unclosed) return this.#unclosedRow(cells, start, last)
      const { cell, isLoose, isStray, text, syntax } = this.#reader
      if (end > lineEnd || isLoose) doubtful.push({ index: cells.length, start, lineEnd })
      if (end > lineEnd && isLoose) isGuess = true
      if (isLoose) faults.loose ??= cells.length
      if (isStray) faults.stray ??= cells.length
      cells.push(cell)
      if (text[end] !== syntax.delimiter) return this.#end({ cells, end, doubtful, isGuess, faults }, last)
      start = end + 1
    }
  }

  /** Returns the row as read, or another reading of it that loses less. */
  #end(read: Reading, last: boolean): ScannedRow | undefined {
    const { cells, end, doubtful, isGuess, faults } = read
    if (!doubtful.length) return this.#take({ cells, end, faults }, last, 1)
    const isGood = !this.#width || (this.#fits(cells) && !isGuess)
    const tried = doubtful.slice(0, mostTried)
    for (const { index, start } of tried.filter((cell) => this.#mayBeText(cell, end, isGood))) {
      const other = this.#asText(cells.slice(0, index), start, last)
      if (other === unread) return undefined
      if (other && this.#losesLess(other, read, isGood)) return this.#takeAsText(other, { index, failedAt: end }, last)
    }
    return this.#take({ cells, end, faults }, last)
  }

  /** Returns whether the line has enough delimiters for a row; so must the next line if the row is good as read. */
  #mayBeText({ index, start, lineEnd }: Doubtful, end: number, isGood: boolean): boolean {
    if (isGood && end === lineEnd) return false
    const width = this.#width
    if (!width) return true
    if (index > Math.max(width, this.#fullWidth)) return false
    const { text, syntax } = this.#reader
    if (!lineHas(text, start, syntax.delimiter, width - 1 - index)) return false
    return !isGood || lineHas(text, this.#afterLine(lineEnd, true), syntax.delimiter, width - 1)
  }

  /** Reads a row whose cell at `start` has an unclosed quote. Throws CsvSyntaxFault when no reading fits. */
  #unclosedRow(before: readonly string[], start: number, last: boolean): ScannedRow | undefined {
    const { failedAt } = this.#reader
    const other = this.#asText(before, start, last)
    if (other === unread) return undefined
    if (other) return this.#takeAsText(other, { index: before.length, failedAt }, last)
    throw this.#fault(failedAt - start < longestCell ? 'unclosed_quote' : 'cell_too_long', start)
  }

  #take(
    { cells, end, faults }: Pick<Reading, 'cells' | 'end' | 'faults'>,
    last: boolean,
    lines?: number,
  ): ScannedRow | undefined {
    const after = this.#afterLine(end, last)
    if (after === unread) return undefined
    const line = this.#line
    this.#line += lines ?? lineBreaks(this.#reader.text, this.#at, after)
    this.#at = after
    return { line, cells, ...faults }
  }

  #takeAsText(
    { cells, end, isEscaped }: TextReading,
    { index, failedAt }: { index: number; failedAt: number },
    last: boolean,
  ): ScannedRow | undefined {
    const looked = failedAt - this.#at
    const row = this.#take({ cells, end, faults: { stray: index } }, last)
    if (!row) return undefined
    this.#vain += looked
    this.#reader.oddQuotes++
    if (isEscaped) this.#reader.backslashes++
    this.#reader.goBack()
    return row
  }

  /**
   * Reads the row up to the end of the line of the cell at `start`, if that fits the header: with the quote of the cell
   * as text, or closed by the first quote before a delimiter.
   */
  #asText(before: readonly string[], start: number, last: boolean): TextReading | typeof unread | undefined {
    const reader = this.#reader
    reader.goBack()
    const end = reader.lineEnd(start)
    const next = this.#afterLine(end, last)
    if (next === unread) return unread
    if (end - start > longestCell) return undefined
    const line = reader.text.slice(start, end)
    // Without a header yet, the first row is compared with the next line.
    const nextEnd = this.#width ? next : reader.lineEnd(next)
    if (!this.#width && nextEnd === reader.text.length && !last) return unread
    for (const first of ['text', 'loose'] as const) {
      const cells = [...before, ...this.#apart.cellsOf(line, first)]
      const isEscaped = first === 'loose' && this.#apart.isEscaped
      const fits = this.#width ? this.#fits(cells) : this.#isAsWide(cells, reader.text.slice(next, nextEnd))
      if (fits) return { cells, end, isEscaped }
    }
    return undefined
  }

  #isAsWide({ length }: readonly string[], line: string): boolean {
    return length > 1 && this.#apart.cellsOf(line).length === length
  }

  /** Returns whether the extra lines in the quoted reading are rows of their own rather than text. */
  #losesLess(other: TextReading, { end }: Reading, isGood: boolean): boolean {
    const width = this.#width || other.cells.length
    const { text } = this.#reader
    let [fitting, unfit] = [0, 0]
    for (const line of text
      .slice(other.end, end)
      .split(/\r\n?|\n/)
      .slice(1)) {
      if (!isFilled(line)) continue
      if (this.#fits(this.#apart.cellsOf(line), width)) fitting++
      else unfit++
    }
    if (!isGood) return fitting >= unfit && (fitting > 0 || unfit === 0)
    return (fitting - 1) * (width - 1) >= noChance && fitting > 8 * unfit
  }

  #fits(cells: readonly string[], width = this.#width): boolean {
    return cells.length >= width && widthOf(cells, width) <= Math.max(width, this.#fullWidth)
  }

  #fault(code: CsvSyntaxFault['code'], at: number): CsvSyntaxFault {
    return new CsvSyntaxFault(this.#line + lineBreaks(this.#reader.text, this.#at, at), code)
  }

  #afterLine(end: number, last: boolean): number {
    const { text } = this.#reader
    if (end === text.length) return last ? end : unread
    if (text[end] === '\n') return end + 1
    // The line feed of CR LF may be in the next piece.
    if (end + 1 === text.length && !last) return unread
    return text[end + 1] === '\n' ? end + 2 : end + 1
  }
}
