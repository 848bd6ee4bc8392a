import { withOneReading } from '../../cells/one-reading.ts'
import type { Reading } from '../../cells/survey.ts'
import type { Dialect } from '../../csv/dialect.ts'
import { type Encoding, markOf } from '../../csv/encoding.ts'
import { CsvSyntaxFault } from '../../csv/fault.ts'
import { type CsvRow, checkCsv, readCsv, readHeaderCells } from '../../csv/read.ts'
import { isReasonColumn, reasonLabel } from '../../csv/reason-column.ts'
import { csvLines, encodeLines } from '../../csv/write.ts'
import type { Database } from '../../database/connect.ts'
import type { Language } from '../../errors/language.ts'
import { codeMessage } from '../../errors/messages.ts'
import { type RowFaults, readRowFaults } from '../../jobs/row-faults.ts'
import type { Readings } from '../survey.ts'

/** Which rows of an import a file of errors has: rejected ones, or imported ones with ignored values. */
export type ErrorSelection = 'error' | 'warning' | 'all'

/** An import whose rows are read again. */
interface ReadImport {
  jobId: number
  dialect: Dialect
  readings: Readings | null
  open(): AsyncIterable<Buffer>
}

/**
 * Yields the rows of an import with faults as a file in the columns, delimiter and encoding of the source, and with the
 * reasons in a last column, so that it can be corrected and imported. Rows are read again from the source. Dates and
 * numbers are written so that they keep their values.
 */
export async function* errorFile(
  db: Database,
  { jobId, dialect, readings, open }: ReadImport,
  { severity, language: asked }: { severity: ErrorSelection; language: Language },
): AsyncGenerator<Buffer, void, undefined> {
  const { encoding, delimiter, quote } = dialect
  const language = canWriteCyrillic(encoding) ? asked : 'en'
  const { header, width } = await columnsOf(open, dialect)
  const isKept = (_: string, index: number) => !isReasonColumn(header[index] ?? '')
  const lines = (rows: string[][], bom = false) =>
    encodeLines(
      csvLines(
        rows.map((cells) => (quote ? cells : cells.map(unquoted(delimiter)))),
        { delimiter, quote, bom },
      ),
      encoding,
    )
  if (dialect.header) yield lines([[...header.filter(isKept), reasonLabel[language]]], await hasMark(open))
  const [faulty, now] = [readRowFaults(db, jobId), new Date()]
  for await (const found of withFaults(readCsv(open, dialect), faulty)) {
    const rows = found
      .filter(({ faults }) => isSelected(faults, severity))
      .map(({ row, faults }) => {
        const cells = row.cells.map((cell, index) => asRead(cell, readings?.[index], now))
        return withReason(cells.filter(isKept), width, reasonOf(faults, language))
      })
    if (rows.length) yield lines(rows)
  }
}

/** Returns the header, and the number of columns before that of the reasons. */
async function columnsOf(
  open: () => AsyncIterable<Buffer>,
  dialect: Dialect,
): Promise<{ header: string[]; width: number }> {
  try {
    if (!dialect.header) return { header: [], width: (await checkCsv(open, dialect)).columns }
    const header = await readHeaderCells(open, dialect)
    return { header, width: header.filter((name) => !isReasonColumn(name)).length }
  } catch (error) {
    // The job has failed for this reason, and no row was read.
    if (error instanceof CsvSyntaxFault) return { header: [], width: 0 }
    throw error
  }
}

/** The failed rows alone may decide for another reading of a column. Cells that contradict each other stay undecided. */
function asRead(cell: string, reading: Reading | null | undefined, now: Date): string {
  return reading && !reading.isMixed ? withOneReading(cell, reading, now) : cell
}

/** Puts the reason in its column. Cells beyond the header stay beyond it. */
function withReason(cells: readonly string[], width: number, reason: string): string[] {
  const own = Array.from({ length: width }, (_, index) => cells[index] ?? '')
  return [...own, reason, ...cells.slice(width)]
}

/** Returns whether the file starts with a byte order mark. UTF-16 cannot be read without one by most programs. */
async function hasMark(open: () => AsyncIterable<Buffer>): Promise<boolean> {
  for await (const chunk of open()) return markOf(chunk) !== undefined
  return false
}

/** Joins rows with their faults, which come in the order of the rows. Stops reading after the last fault. */
async function* withFaults(
  batches: AsyncIterable<CsvRow[]>,
  faulty: AsyncGenerator<RowFaults, void, undefined>,
): AsyncGenerator<{ row: CsvRow; faults: RowFaults['faults'] }[], void, undefined> {
  let next = await faulty.next()
  if (next.done) return
  for await (const batch of batches) {
    const found: { row: CsvRow; faults: RowFaults['faults'] }[] = []
    for (const row of batch) {
      if (next.done) break
      if (next.value.row !== row.row) continue
      found.push({ row, faults: next.value.faults })
      next = await faulty.next()
    }
    yield found
    if (next.done) return
  }
}

/** Rows of another table are never selected: their cells belong to no columns of the file. */
function isSelected(faults: RowFaults['faults'], severity: ErrorSelection): boolean {
  if (faults.some(({ code }) => code === 'other_table')) return false
  const worst = (['error', 'warning'] as const).find((one) => faults.some((fault) => fault.severity === one))
  return severity === 'all' ? worst !== undefined : worst === severity
}

function reasonOf(faults: RowFaults['faults'], language: Language): string {
  const reasons = faults.map(({ column, code, params }) => {
    const message = codeMessage(code, { name: column ?? '', ...params }, language)
    return column ? `${column}: ${message}` : message
  })
  return reasons.join(' ')
}

/** Returns a function for cells of files without quotes, in which a delimiter or a line end would begin another cell. */
function unquoted(delimiter: string) {
  return (cell: string) => cell.replaceAll(delimiter, ' ').replaceAll(/[\r\n]+/g, ' ')
}

function canWriteCyrillic(encoding: Encoding): boolean {
  return encoding !== 'windows-1252' && encoding !== 'windows-1250'
}
