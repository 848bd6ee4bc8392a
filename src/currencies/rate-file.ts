import { type DateFormat, dateFormats, formatOfCountry, type NumberFormat, numberFormats } from '../cells/format.ts'
import { withOneReading } from '../cells/one-reading.ts'
import { type ColumnSurvey, type Reading, surveyOf } from '../cells/survey.ts'
import { sniffDialect } from '../csv/dialect.ts'
import { CsvSyntaxFault } from '../csv/fault.ts'
import { type CsvRow, readCsv, readHeader } from '../csv/read.ts'
import { csvLines } from '../csv/write.ts'
import type { Database } from '../database/connect.ts'
import { pointerOf } from '../errors/json-pointer.ts'
import { nearest } from '../errors/nearest.ts'
import { type Fault, invalid } from '../errors/problem.ts'
import type { CsvColumn } from '../fields/kind.ts'
import { kindOf } from '../fields/kinds/kinds.ts'
import type { Context, Value } from '../fields/value.ts'
import { type RateRange, readRatesBefore } from './rates.ts'
import { mostRates, type Rate, rateFields, readRates } from './read-rates.ts'

/** How the cells of a file are written, as the request says. */
export interface RateFormats {
  dateFormat?: DateFormat | undefined
  numberFormat?: NumberFormat | undefined
}

/** A column of a file with its place in the rows. */
interface RateColumn {
  column: CsvColumn
  at: number
}

/**
 * Reads the rates in a CSV file with the columns `date`, `amount` and maybe `nominal`. Their names can be Russian. A fault
 * points to the line and the column: `/3/amount`. Throws every fault.
 */
export async function readRateFile(bytes: Buffer, formats: RateFormats, context: Context): Promise<Rate[]> {
  const open = async function* () {
    yield bytes
  }
  const { dialect } = await sniffDialect(open, { header: true })
  const columns = columnsIn(await readHeader(open, dialect))
  const rows: CsvRow[] = []
  try {
    for await (const some of readCsv(open, dialect)) {
      rows.push(...some)
      if (rows.length > mostRates) throw invalid([{ pointer: '', code: 'too_many', params: { limit: mostRates } }])
    }
  } catch (error) {
    if (!(error instanceof CsvSyntaxFault)) throw error
    const { line, code } = error
    throw invalid([{ pointer: pointerOf([String(line)]), code, params: { line } }])
  }
  const damaged = rows.flatMap(({ line, notes = [] }) =>
    notes.map(({ code }): Fault => ({ pointer: pointerOf([String(line)]), code })),
  )
  if (damaged.length) throw invalid(damaged)
  return rowsAsRates(rows, columns, formats, context)
}

/** Returns the columns that the header names. Throws if it lacks one, or names one that is unknown or twice. */
function columnsIn(header: readonly string[]): RateColumn[] {
  const known = rateFields.map((field) => kindOf(field).csv(field, 'raw')[0]!)
  const faults: Fault[] = []
  const found = header.flatMap((cell, at): RateColumn[] => {
    const name = cell.trim()
    const column = known.find(({ key, label }) =>
      [key, label.en, label.ru].some((one) => one.toLowerCase() === name.toLowerCase()),
    )
    if (column) return [{ column, at }]
    const names = known.map(({ key }) => key)
    const hint = nearest(name, names)
    faults.push({ pointer: pointerOf(['header', name]), code: 'unknown_field', ...(hint !== undefined && { hint }) })
    return []
  })
  for (const { key, field } of known) {
    const pointer = pointerOf(['header', key])
    const count = found.filter(({ column }) => column.key === key).length
    if (count > 1) faults.push({ pointer, code: 'duplicate_value' })
    if (!count && field.settings.default === undefined) faults.push({ pointer, code: 'required' })
  }
  if (faults.length) throw invalid(faults)
  return found
}

function rowsAsRates(
  rows: readonly CsvRow[],
  columns: readonly RateColumn[],
  formats: RateFormats,
  context: Context,
): Rate[] {
  const readings = new Map(columns.map((one) => [one.column.field, readingOf(one, rows, formats, context)]))
  const unclear = columns.flatMap(({ column }): Fault[] => {
    const reading = readings.get(column.field)!
    const parameter = column.written === 'date' ? 'dateFormat' : 'numberFormat'
    const pointer = pointerOf(['header', column.key])
    return isClear(reading) ? [] : [{ pointer, code: 'two_readings', params: { parameter } }]
  })
  if (unclear.length) throw invalid(unclear)
  return readRates(
    rows.map(({ line, cells }) => ({
      pointer: pointerOf([String(line)]),
      read(field, pointer, faults) {
        const found = columns.find(({ column }) => column.field === field)
        if (!found) return field.settings.default
        const text = cells[found.at]?.trim()
        const format = { ...formatOfCountry(context.countries[0]), ...readings.get(field) }
        // A column of a kind reads a value of that kind.
        if (text) return found.column.read(text, { field, context, pointer, faults, format }) as Value | undefined
        faults.push({ pointer, code: 'required' })
        return
      },
    })),
  )
}

/** Returns how a column is read: in one way for all of its cells. */
function readingOf(
  { column, at }: RateColumn,
  rows: readonly CsvRow[],
  { dateFormat, numberFormat }: RateFormats,
  { countries, now }: Context,
): Reading {
  const given = {
    ...(dateFormat && { dateOrder: dateFormats[dateFormat] }),
    ...(numberFormat && { decimalMark: numberFormats[numberFormat] }),
  }
  const survey: ColumnSurvey = surveyOf(column.written!, { given, isOwn: false, country: countries[0], now })
  for (const { cells } of rows) if (cells[at]?.trim()) survey.see(cells[at].trim())
  return survey.reading()
}

/** A wrong rate is worse than none, so nothing is guessed. Only dates with points have the day first in any file. */
function isClear({ isAmbiguous, isMixed, formatReason }: Reading): boolean {
  return !isMixed && (!isAmbiguous || formatReason === 'points')
}

const ratesAtOnce = 1000

/** Yields the lines of a file of rates, the newest first. Its amounts have one reading: `1.2340`, not `1.234`. */
export async function* rateFile(db: Database, range: RateRange): AsyncGenerator<string, void, undefined> {
  const now = new Date()
  const linesOf = (rows: string[][]) => csvLines(rows, { delimiter: ',' })
  yield linesOf([rateFields.map(({ code }) => code)])
  for (let before: string | undefined, hasMore = true; hasMore; ) {
    const rates = await readRatesBefore(db, range, { before, limit: ratesAtOnce })
    yield linesOf(
      rates.map(({ date, amount, nominal }) => [
        ...[date, withOneReading(amount, { decimalMark: '.' }, now), String(nominal)],
      ]),
    )
    before = rates.at(-1)?.date
    hasMore = rates.length === ratesAtOnce
  }
}
