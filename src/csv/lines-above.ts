import { isFilled } from './row-widths.ts'

/** What stands above the header: text, or rows of several cells, which may be another table. */
export type TextAbove = 'nothing' | 'title' | 'table'

/** Number of rows in succession that may be a table: a header and two rows. */
const fewestRows = 3

/** Looks at the skipped lines above the header. */
export class LinesAbove {
  text: TextAbove = 'nothing'
  /** Number of rows in succession with several cells. */
  #wide = 0

  /** Adds a line, other than a `sep=` line. */
  see(cells: readonly string[]): void {
    const filled = cells.filter(isFilled).length
    this.#wide = filled > 1 ? this.#wide + 1 : 0
    if (this.#wide >= fewestRows) this.text = 'table'
    else if (filled && this.text === 'nothing') this.text = 'title'
  }
}
