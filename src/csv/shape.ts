import type { Syntax } from './cells.ts'
import { CsvSyntaxFault } from './fault.ts'
import { RowScanner, type ScannedRow } from './scan.ts'

/** What a sample looks like when it is read with a certain syntax. */
export interface Shape {
  rows: ScannedRow[]
  /** Which of the rows is the header or, where there is none, the first of the data. */
  first: number
  /** How well the syntax fits, about 0 to 1. */
  score: number
  backslash: boolean
}

/** How far down a header is looked for. */
const longestPreamble = 20

/** Reads a sample with a syntax and says how well that went. */
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
  // In one column every line fits, so that a quote taken for text there says no more than a fault elsewhere.
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
    // Not one whole row in the sample: half a row still tells the delimiter.
    if (rows.length === 0 && !complete) scanner.push('', true, rows)
  } catch (error) {
    if (!(error instanceof CsvSyntaxFault)) throw error
    fault = true
  }
  return { rows, scanner, fault }
}

/** The number of cells that most rows have, the larger of two equally frequent ones. */
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

/** The first row as wide as the table; what is above it are titles and dates. */
function firstRow(rows: readonly ScannedRow[], usual: number): number {
  if (usual === 1) return 0
  const found = rows.slice(0, longestPreamble).findIndex(({ cells }) => {
    const filled = cells.filter((cell) => cell.trim() !== '').length
    return cells.length >= usual ? filled * 2 > usual : filled * 5 >= usual * 4 && looksLikeNames(cells)
  })
  return Math.max(0, found)
}

/** Whether the cells could be the names of columns: texts that differ, none with a space before it as in prose. */
function looksLikeNames(cells: readonly string[]): boolean {
  return cells.every((cell) => kindOf(cell) === 'text' || cell === '') && !cells.some((cell) => /^\s+\S/.test(cell))
}

/** Whether a first row is data rather than names: an address, number or date as in the rows below it. */
export function looksLikeData(first: readonly string[], rest: ReadonlyArray<readonly string[]>): boolean {
  const below = rest.slice(0, 100)
  return first.some((cell, column) => {
    const kind = kindOf(cell)
    if (kind === 'text') return false
    const filled = below.map((cells) => cells[column] ?? '').filter((cell) => cell.trim() !== '')
    return filled.filter((cell) => kindOf(cell) === kind).length * 2 >= filled.length
  })
}

function kindOf(cell: string): 'email' | 'date' | 'number' | 'text' {
  const text = cell.length > 100 ? '' : cell.trim()
  if (/^\S+@\S+\.\S+$/.test(text)) return 'email'
  if (/^\d{1,4}[./-]\d{1,2}[./-]\d{1,4}([ T].*)?$/.test(text)) return 'date'
  // Years head columns of yearly figures.
  if (/^[+-]?[\d\s(][\d\s.,()-]*%?$/.test(text) && /\d/.test(text) && !/^(19|20)\d\d$/.test(text)) return 'number'
  return 'text'
}
