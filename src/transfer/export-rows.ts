import { csvLine, disarm } from '../csv/write.ts'
import type { Field } from '../fields/field.ts'
import type { CsvColumn } from '../fields/kind.ts'
import type { CsvWriting } from '../fields/scalar.ts'
import type { Value } from '../fields/value.ts'
import { pipelineWriting } from '../records/list/values-in-words.ts'
import type { Delimiter } from './export-options.ts'

/** A record as an answer shows it. */
export type ExportedRecord = { [field: string]: Value }

/** A field's value in a record; null where the field was deleted since the export began. */
export function valueIn(record: ExportedRecord, field: Field): Value {
  if (field.userFieldId === null) return record[field.code]!
  return (record.userFields as ExportedRecord | undefined)?.[field.code] ?? null
}

/** Writes records as lines. */
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

/** One line; in a file for people nothing in it is run as a formula. */
export function line(
  cells: readonly string[],
  { delimiter, mode }: { delimiter: Delimiter; mode: CsvWriting['mode'] },
): string {
  return csvLine(mode === 'people' ? cells.map(disarmed) : cells, delimiter)
}

const safeStart = /^[\p{L}\d(]/u

/**
 * Text that a spreadsheet would run as a formula, with an apostrophe before it. Numbers and phones, also several of them
 * in one cell, stay as they are; so does whatever looks like them, since digits do no harm.
 */
function disarmed(cell: string): string {
  if (cell === '' || safeStart.test(cell)) return cell
  const areDigits = cell.split(/, */).every((part) => isDigits(part.replace(/^[+-]?/, '+')))
  return areDigits ? cell : disarm(cell)
}

/** With a sign in front, anything but numbers and phones would be disarmed. */
function isDigits(signed: string): boolean {
  return disarm(signed) === signed
}
