import { csvLine, disarm } from '../csv/write.ts'
import type { Field } from '../fields/field.ts'
import type { CsvColumn } from '../fields/kind.ts'
import type { CsvWriting } from '../fields/scalar.ts'
import type { Value } from '../fields/value.ts'
import { pipelineWriting } from '../records/list/values-in-words.ts'
import type { Delimiter } from './export-options.ts'

/** A record as in a response. */
export type ExportedRecord = { [field: string]: Value }

/** Returns the value of a field in a record, or null if the field was deleted since the export began. */
export function valueIn(record: ExportedRecord, field: Field): Value {
  if (field.userFieldId === null) return record[field.code]!
  return (record.userFields as ExportedRecord | undefined)?.[field.code] ?? null
}

/** Returns records as lines of the file. */
export function linesOf(
  records: readonly ExportedRecord[],
  columns: readonly CsvColumn[],
  { delimiter, ...writing }: CsvWriting & { delimiter: Delimiter },
): string {
  const inPipeline = pipelineWriting(writing)
  let text = ''
  for (const record of records) {
    const own = inPipeline(record.pipelineId)
    text += line(
      columns.map((column) => column.write(valueIn(record, column.field), own)),
      { delimiter, mode: writing.mode },
    )
  }
  return text
}

/** Returns one line. In mode `people`, no cell can run as a formula. */
export function line(
  cells: readonly string[],
  { delimiter, mode }: { delimiter: Delimiter; mode: CsvWriting['mode'] },
): string {
  return csvLine(mode === 'people' ? cells.map(disarmed) : cells, delimiter)
}

const safeStart = /^[\p{L}\d(]/u

/**
 * Puts an apostrophe before text that a spreadsheet would run as a formula. Keeps numbers and phones, even several in
 * one cell, and whatever looks like them: digits do no harm.
 */
function disarmed(cell: string): string {
  if (cell === '' || safeStart.test(cell)) return cell
  const areDigits = cell.split(/, */).every((part) => isDigits(part.replace(/^[+-]?/, '+')))
  return areDigits ? cell : disarm(cell)
}

/** Returns whether a signed text is a number or a phone: `disarm` changes anything else. */
function isDigits(signed: string): boolean {
  return disarm(signed) === signed
}
