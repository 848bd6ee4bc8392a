import type { Delimiter } from '../csv/dialect.ts'
import { disarm } from '../csv/formulas.ts'
import { csvLines, type WrittenEncoding } from '../csv/write.ts'
import type { CsvWriting } from '../fields/scalar.ts'
import { pipelineWriting } from '../records/list/values-in-words.ts'
import type { ReadValue, RecordTexts } from '../records/query/record-texts.ts'
import type { ChosenField, ExportMode } from './columns.ts'

/** A field of an export, how its value is read, and its columns. */
export interface ReadField extends ChosenField {
  read: ReadValue
}

/** Returns records as lines of the file. */
export function linesOf(
  records: readonly RecordTexts[],
  fields: readonly ReadField[],
  { delimiter, ...writing }: CsvWriting & { delimiter: Delimiter },
): string {
  const inPipeline = pipelineWriting(writing)
  const pipeline = fields.find(({ field }) => field.path === 'pipelineId')
  const rows = records.map((record) => {
    const own = inPipeline(pipeline?.read(record))
    const cells: string[] = []
    for (const { read, columns } of fields) {
      const value = read(record)
      for (const column of columns) cells.push(column.write(value, own))
    }
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
