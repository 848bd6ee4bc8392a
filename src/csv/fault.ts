/** Maximum length of a cell, in characters. It bounds how much text an unclosed quote can take in. */
export const longestCell = 1_048_576

/** Maximum length of a row, in characters. */
export const longestRow = 4 * longestCell

/** A violation of the CSV format that would silently lose or mix up cells if reading went on. */
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
  cell_too_long: `a cell is longer than ${longestCell} characters; its quote may not be closed.`,
  row_too_long: `a row is longer than ${longestRow} characters; the file may not be CSV.`,
}
