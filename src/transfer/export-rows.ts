import type { Delimiter } from '../csv/dialect.ts'
import { disarm } from '../csv/formulas.ts'
import { csvLines, type WrittenEncoding } from '../csv/write.ts'
import type { Field } from '../fields/field.ts'
import type { CsvColumn } from '../fields/kind.ts'
import type { CsvWriting } from '../fields/scalar.ts'
import type { Value } from '../fields/value.ts'
import { pipelineWriting } from '../records/list/values-in-words.ts'
import type { ExportMode } from './export-columns.ts'

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
  const rows = records.map((record) => {
    const own = inPipeline(record.pipelineId)
    const cells = columns.map((column) => column.write(valueIn(record, column.field), own))
    return safeCells(cells, writing.mode)
  })
  return csvLines(rows, { delimiter })
}

/** Returns the line of column names, after a byte order mark if the encoding has one. */
export function headerLine(
  header: readonly string[],
  { mode, delimiter, encoding }: { mode: ExportMode; delimiter: Delimiter; encoding: WrittenEncoding },
): string {
  return csvLines([safeCells(header, mode)], { delimiter, bom: encoding === 'utf-8-bom' })
}

/** In mode `people`, no cell can run as a formula. */
function safeCells(cells: readonly string[], mode: ExportMode): readonly string[] {
  return mode === 'people' ? cells.map(disarm) : cells
}
