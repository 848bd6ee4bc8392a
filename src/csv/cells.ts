import { longestCell } from './fault.ts'
import { closesOnItsLine, isEscaped, lineBreaks, unquote } from './quotes.ts'

/** How cells and rows are told apart. */
export interface Syntax {
  delimiter: string
  /** Empty where quotes are plain text. */
  quote: string
  /** Whether a backslash before a quote makes it text. */
  backslash: boolean
  /** Lines before the first row. */
  skip: number
}

/** In place of a position: the text there has not come yet. */
export const unread = -1
/** In place of a position: a quote stands where neither text nor the end of its cell would have one. */
const odd = -2
/** In place of a position: the cell begins with a quote that nothing closes. */
export const unclosed = -3
/** In place of a position: the cell has no end within the length that a cell may have. */
export const tooLong = -4

const nothingFound = { '\n': -1, '\r': -1, delimiter: -1, quote: -1 }

/** Reads the cells of a text, of which more may come, from given positions on. */
export class CellReader {
  /** Quotes in quoted cells neither doubled nor last, and bare cells with quotes: in number, signs of a wrong guess. */
  oddQuotes = 0
  /** Quotes that only make sense as escaped by a backslash, less the cells that just end in one (`"C:\"`). */
  backslashes = 0
  /** The cell that was read last. */
  cell = ''
  /** Whether its quotes were neither doubled nor escaped. */
  isLoose = false
  /** Whether a backslash stands before the quote at the end of the loose cell that was read last. */
  isEscaped = false
  /** How far the search for the end of a cell goes. */
  reach = longestCell
  /** Where the last search for a closing quote ended in vain. */
  failedAt = 0

  readonly syntax: Syntax
  /** Positions known to be the next of their kind: looking again for each cell would take quadratic time. */
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

  /** To be called before a position is read that lies before one that was. */
  goBack(): void {
    this.#next = { ...nothingFound }
  }

  /** Keeps the cell that begins here and answers where its delimiter or end of line is. */
  cellEnd(start: number, last: boolean): number {
    let open = start
    while (this.#text[open] === ' ') open++
    this.isLoose = false
    const quoted = this.#text[open] === this.syntax.quote
    return quoted ? this.#quotedCellEnd(start, open, last) : this.bareCellEnd(start, start, last)
  }

  /** The same of a cell whose quotes are text, at least those before `from`. */
  bareCellEnd(start: number, from: number, last: boolean): number {
    const end = Math.min(this.find('delimiter', this.syntax.delimiter, from), this.lineEnd(from))
    if (end - start > longestCell) return tooLong
    if (end === this.#text.length && !last) return unread
    this.cell = this.#text.slice(start, end)
    if (this.find('quote', this.syntax.quote, start) < end) this.oddQuotes++
    return end
  }

  /** The same of a quoted cell that ends with the first quote before a delimiter or the end of the text. */
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

  /** What a quote amid a quoted cell says about the cell, or nothing while the rest of its line is still to come. */
  #meaning(open: number, at: number, last: boolean): 'escaped' | 'loose' | 'bare' | 'unclosed' | undefined {
    const end = this.lineEnd(at)
    if (end === this.#text.length && !last) return undefined
    this.oddQuotes++
    if (isEscaped(this.#text, at)) {
      this.backslashes++
      return 'escaped'
    }
    // `"Ivan;"x"`: this looks like the opening of the next cell, so the earlier quote was never closed.
    if (`${this.syntax.delimiter}\r\n`.includes(this.#text[at - 1]!)) return 'unclosed'
    // `"OOO "Romashka"";x`: the quotes of a name, not doubled.
    if (closesOnItsLine(this.#text.slice(at + 1, end), this.syntax)) return 'loose'
    // `"Romashka" OOO;x`: a cell that merely begins with a name in quotes.
    return lineBreaks(this.#text, open, at) > 0 ? 'unclosed' : 'bare'
  }
}
