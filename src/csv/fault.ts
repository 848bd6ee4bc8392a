/** The longest cell, in characters: what a quote that is never closed may eat before it is refused. */
export const longestCell = 1_048_576

/** The longest row, in characters. */
export const longestRow = 4 * longestCell

/** A file that breaks the rules of CSV so that cells would be lost or mixed up without a word if it were read on. */
export class CsvSyntaxFault extends Error {
  readonly line: number
  readonly code: keyof typeof faults

  constructor(line: number, code: keyof typeof faults) {
    super(`Line ${line}: ${faults[code]}`)
    this.line = line
    this.code = code
  }
}

const faults = {
  unclosed_quote: 'a quote is opened and never closed.',
  cell_too_long: `a cell is longer than ${longestCell} characters; perhaps its quote is never closed.`,
  row_too_long: `a row is longer than ${longestRow} characters; perhaps this is no CSV.`,
}
