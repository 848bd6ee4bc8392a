import { longestCell } from './fault.ts'
import { closesOnItsLine, isEscaped, isUnbalanced, lineBreaks, unquote } from './quotes.ts'

/** The characters that separate and quote cells. */
export interface Syntax {
  delimiter: string
  /** The quote character; empty if cells are not quoted. */
  quote: string
  /** Whether a backslash escapes a quote. */
  backslash: boolean
  /** Number of lines before the first row. */
  skip: number
}

/** Returned instead of a position: more text is needed. */
export const unread = -1
/** Returned instead of a position: a quote in a quoted cell is neither doubled nor at the end of the cell. */
const odd = -2
/** Returned instead of a position: the quote at the start of the cell is never closed. */
export const unclosed = -3
/** Returned instead of a position: the cell exceeds the maximum length. */
export const tooLong = -4

const nothingFound = { '\n': -1, '\r': -1, delimiter: -1, quote: -1 }

/** Reads cells at given positions of a text that arrives in pieces. */
export class CellReader {
  /** Number of misplaced quotes in quoted cells and of bare cells with quotes. Many of them suggest a wrong dialect. */
  oddQuotes = 0
  /** Number of quotes that must be escaped by a backslash, minus the cells that just end with one (`"C:\"`). */
  backslashes = 0
  /** The last cell read. */
  cell = ''
  /** Whether the last cell has quotes that are neither doubled nor escaped. */
  isLoose = false
  /** Whether the last cell is unquoted and has a quote that is neither closed nor an inch mark. */
  isStray = false
  /** Whether a backslash precedes the closing quote of the last loose cell. */
  isEscaped = false
  /** Maximum distance to search for the end of a cell, in characters. */
  reach = longestCell
  /** The position where the last failed search for a closing quote ended. */
  failedAt = 0

  readonly syntax: Syntax
  /** Cached next positions: searching again for each cell would take quadratic time. */
  #next = nothingFound
  #text = ''

  constructor(syntax: Syntax) {
    this.syntax = syntax
  }

  get text(): string {
    return this.#text
  }

  set text(text: string) {
    this.#text = text
    this.goBack()
  }

  /** Clears the cache. Call it before reading an earlier position. */
  goBack(): void {
    this.#next = { ...nothingFound }
  }

  /** Reads the cell at `start` into `cell` and returns the position of its delimiter or line end. */
  cellEnd(start: number, last: boolean): number {
    let open = start
    while (this.#text[open] === ' ') open++
    this.isLoose = false
    this.isStray = false
    const quoted = this.#text[open] === this.syntax.quote
    return quoted ? this.#quotedCellEnd(start, open, last) : this.bareCellEnd(start, start, last)
  }

  /** Reads a cell as unquoted: quotes are text, at least those before `from`. */
  bareCellEnd(start: number, from: number, last: boolean): number {
    const end = Math.min(this.find('delimiter', this.syntax.delimiter, from), this.lineEnd(from))
    if (end - start > longestCell) return tooLong
    if (end === this.#text.length && !last) return unread
    this.cell = this.#text.slice(start, end)
    if (this.find('quote', this.syntax.quote, start) < end) {
      this.oddQuotes++
      this.isStray = isUnbalanced(this.cell, this.syntax.quote)
    }
    return end
  }

  /** Reads a quoted cell that ends at the first quote before a delimiter, a line end or the end of the text. */
  looseCellEnd(start: number): number {
    const open = this.#text.indexOf(this.syntax.quote, start)
    for (let at = open + 1; ; at++) {
      at = this.#text.indexOf(this.syntax.quote, at)
      if (at < 0) return unclosed
      const end = this.#endAfterQuote(at + 1, true)
      if (end === odd) continue
      this.isEscaped = isEscaped(this.#text, at - 1)
      this.cell = this.#text.slice(open + 1, at)
      return end
    }
  }

  lineEnd(from: number): number {
    return Math.min(this.find('\n', '\n', from), this.find('\r', '\r', from))
  }

  find(kind: keyof typeof nothingFound, char: string, from: number): number {
    if (this.#next[kind] < from) {
      const found = char === '' ? -1 : this.#text.indexOf(char, from)
      this.#next[kind] = found < 0 ? this.#text.length : found
    }
    return this.#next[kind]
  }

  #quotedCellEnd(start: number, open: number, last: boolean): number {
    const { quote } = this.syntax
    let kind: 'doubled' | 'escaped' | 'loose' = this.syntax.backslash ? 'escaped' : 'doubled'
    for (let at = open + 1; ; at++) {
      at = this.#quoteFrom(at, open, last)
      if (at < 0) return at
      if (kind === 'escaped' && isEscaped(this.#text, at)) continue
      if (kind !== 'loose' && this.#text[at + 1] === quote) at++
      else {
        const end = this.#endAfterQuote(at + 1, last)
        if (end === unread) return unread
        if (end !== odd) {
          if (kind === 'doubled' && isEscaped(this.#text, at)) this.backslashes--
          this.cell = unquote(this.#text.slice(open + 1, at), quote, kind)
          this.isLoose = kind === 'loose'
          return end
        }
        if (kind === 'loose') continue
        const meant = this.#meaning(open, at, last)
        if (meant === undefined) return unread
        if (meant === 'unclosed') return this.#fail(at)
        if (meant === 'bare') return this.bareCellEnd(start, at + 1, last)
        kind = meant
      }
    }
  }

  #quoteFrom(from: number, open: number, last: boolean): number {
    const found = this.#text.indexOf(this.syntax.quote, from)
    const at = found < 0 ? this.#text.length : found
    if (at - open > this.reach) return this.#fail(open + this.reach)
    if (found < 0 && last) return this.#fail(at)
    return found < 0 ? unread : found
  }

  #fail(at: number): typeof unclosed {
    this.failedAt = at
    return unclosed
  }

  #endAfterQuote(from: number, last: boolean): number {
    let end = from
    while (this.#text[end] === ' ') end++
    if (end === this.#text.length) return last ? end : unread
    const char = this.#text[end]
    return char === this.syntax.delimiter || char === '\n' || char === '\r' ? end : odd
  }

  /** Returns how to read a quoted cell with a quote inside, or undefined until the rest of the line arrives. */
  #meaning(open: number, at: number, last: boolean): 'escaped' | 'loose' | 'bare' | 'unclosed' | undefined {
    const end = this.lineEnd(at)
    if (end === this.#text.length && !last) return undefined
    this.oddQuotes++
    if (isEscaped(this.#text, at)) {
      this.backslashes++
      return 'escaped'
    }
    // `"Ivan;"x"`: this quote opens the next cell, so the earlier quote was never closed.
    if (`${this.syntax.delimiter}\r\n`.includes(this.#text[at - 1]!)) return 'unclosed'
    // `"OOO "Romashka"";x`: a name with quotes that are not doubled.
    if (closesOnItsLine(this.#text.slice(at + 1, end), this.syntax)) return 'loose'
    // `"Romashka" OOO;x`: an unquoted cell that starts with a name in quotes.
    return lineBreaks(this.#text, open, at) > 0 ? 'unclosed' : 'bare'
  }
}
