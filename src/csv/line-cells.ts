import { CellReader, type Syntax, unclosed } from './cells.ts'

/** How the first cell of a line is read: its quotes as text, closed by the first quote before a delimiter, or as usual. */
export type FirstCell = 'text' | 'loose' | 'quoted'

/** Reads single lines, on which a quoted cell that is not closed is text. */
export class LineReader {
  readonly #reader: CellReader

  constructor(syntax: Syntax) {
    this.#reader = new CellReader(syntax)
  }

  /** Whether a backslash escapes a quote of the last cell. */
  get isEscaped(): boolean {
    return this.#reader.isEscaped
  }

  /** Returns the cells of a line. */
  cellsOf(line: string, first: FirstCell = 'quoted'): string[] {
    const reader = this.#reader
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
}

/** Removes the quotes around a cell whose closing quote is doubled. */
function withoutPair(cell: string, quote: string): string {
  const text = cell.trim()
  return text.length > 1 && text.endsWith(quote) ? text.slice(1, -1) : cell
}
