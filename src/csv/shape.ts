import { roughKind } from './cell-kind.ts'
import type { Syntax } from './cells.ts'
import { confidenceOf } from './confidence.ts'
import { CsvSyntaxFault } from './fault.ts'
import { isFilled } from './row-widths.ts'
import { RowScanner, type ScannedRow } from './scan.ts'

/** The result of reading a sample with a syntax. */
export interface Shape {
  rows: ScannedRow[]
  /** The index of the header row or, without a header, of the first data row. */
  first: number
  /** The fit of the syntax, about 0 to 1. */
  score: number
  backslash: boolean
}

/** Number of rows searched for a header. */
const longestPreamble = 20

/** Reads a sample with a syntax and scores the result. */
export function readSample(text: string, complete: boolean, syntax: Syntax): Shape {
  const { rows, scanner, fault } = scan(text, complete, syntax)
  const usual = usualWidth(rows)
  const first = firstRow(rows, usual)
  const body = rows.slice(first)
  const alike = body.filter(({ cells }) => cells.length === usual).length / Math.max(1, body.length)
  const odd = scanner.oddQuotes - Math.max(0, scanner.backslashes)
  let score = usual > 1 ? alike * (1 - 0.5 / usual) : 0.4
  // A title above the table is rarer than a delimiter that the header happens not to contain: `Name` over `Doe, John`.
  if (first > 0) score *= looksLikeNames(rows[first]!.cells) ? 0.7 : 0.4
  // In one column every line fits, so a quote read as text counts as a fault there.
  if (fault || (usual === 1 && rows.some(({ stray }) => stray !== undefined))) score *= 0.5
  score /= 1 + odd / Math.max(1, rows.length)
  return { rows, first, score, backslash: scanner.backslashes > 0 }
}

function scan(text: string, complete: boolean, syntax: Syntax) {
  const rows: ScannedRow[] = []
  const scanner = new RowScanner(syntax)
  let fault = false
  try {
    scanner.push(text, complete, rows)
    // Without a complete row in the sample, a partial row still shows the delimiter.
    if (rows.length === 0 && !complete) scanner.push('', true, rows)
  } catch (error) {
    if (!(error instanceof CsvSyntaxFault)) throw error
    fault = true
  }
  return { rows, scanner, fault }
}

/** Returns the most frequent number of cells per row; of equally frequent ones, the largest. */
function usualWidth(rows: readonly ScannedRow[]): number {
  const counts = new Map<number, number>()
  for (const { cells } of rows) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1)
  let usual = 1
  for (const [width, count] of counts) {
    const best = counts.get(usual) ?? 0
    if (count > best || (count === best && width > usual)) usual = width
  }
  return usual
}

/** Number of filled cells that titles and dates above a table rarely have. */
const widerThanTitles = 3

/** Returns the index of the first row as wide as the table; the rows above it are titles and dates. */
function firstRow(rows: readonly ScannedRow[], usual: number): number {
  if (usual === 1) return 0
  const found = rows.slice(0, longestPreamble).findIndex(({ cells }, index) => {
    const filled = cells.filter(isFilled).length
    // A narrower table may stand above another one.
    const next = rows[index + 1]?.cells
    const isTable = filled >= widerThanTitles && next?.length === cells.length && looksLikeNames(cells)
    if (isTable && next.filter(isFilled).length >= widerThanTitles) return true
    return cells.length >= usual ? filled * 2 > usual : filled * 5 >= usual * 4 && looksLikeNames(cells)
  })
  return Math.max(0, found)
}

/** Returns whether the cells could be column names: texts without the leading spaces that prose has after commas. */
function looksLikeNames(cells: readonly string[]): boolean {
  return cells.every((cell) => roughKind(cell) === 'text' || cell === '') && !cells.some((cell) => /^\s+\S/.test(cell))
}

/**
 * Returns whether the first row has the column names: it has them unless it has an email, number or date where the rows
 * below have one. Each column that agrees halves the doubt.
 */
export function headerOf({ rows, first }: Shape): { found: boolean; confidence: number } {
  const [top, ...below] = rows.slice(first, first + 101).map(({ cells }) => cells)
  if (!top) return { found: true, confidence: 0.5 }
  let [names, values] = [0, 0]
  for (const [column, cell] of top.entries()) {
    const kinds = below.map((cells) => cells[column] ?? '').filter(isFilled)
    const share = (kind: string) => kinds.filter((cell) => roughKind(cell) === kind).length * 2
    if (roughKind(cell) !== 'text') values += share(roughKind(cell)) >= kinds.length ? 1 : 0
    else if (isFilled(cell) && share('text') < kinds.length) names++
  }
  return { found: values === 0, confidence: confidenceOf(values || names, 1) }
}
