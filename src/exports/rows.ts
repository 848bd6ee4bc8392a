import type { Delimiter } from '../csv/dialect.ts'
import { disarm } from '../csv/formulas.ts'
import { csvLines, type WrittenEncoding } from '../csv/write.ts'
import type { Field } from '../fields/field.ts'
import { joinNames } from '../fields/list-cell.ts'
import type { CsvWriting } from '../fields/scalar.ts'
import { pipelineWriting } from '../records/list/values-in-words.ts'
import type { ExportMode } from './columns.ts'
import type { LinkedFields, LinkedRecords, Values } from './linked-records.ts'
import type { ExportColumn } from './read-columns.ts'

/** The columns of a file, and the fields that were read for them. */
export interface FileShape {
  columns: readonly ExportColumn[]
  /** The fields of the records, in the order of their values. */
  fields: readonly Field[]
  linked: LinkedFields
}

/** Returns a function that writes records, each by its values, as lines of the file. */
export function lineWriter(
  shape: FileShape,
  { delimiter, ...writing }: CsvWriting & { delimiter: Delimiter },
  linked: LinkedRecords,
): (records: readonly Values[]) => string {
  const inPipeline = pipelineWriting(writing)
  const ownPipeline = pipelineAt(shape.fields)
  const cells = shape.columns.map((column) => cellWriter(column, shape, linked, inPipeline))
  return (records) => {
    const rows = records.map((values) => {
      const own = inPipeline(values[ownPipeline])
      return safeCells(
        cells.map((write) => write(values, own)),
        writing.mode,
      )
    })
    return csvLines(rows, { delimiter })
  }
}

type WriteCell = (values: Values, own: CsvWriting) => string

function cellWriter(
  { column, hop }: ExportColumn,
  { fields, linked: byType }: FileShape,
  linked: LinkedRecords,
  inPipeline: ReturnType<typeof pipelineWriting>,
): WriteCell {
  const at = fields.indexOf(hop?.field ?? column.field)
  if (!hop) return (values, own) => column.write(values[at]!, own)
  const inner = byType.get(hop.to)!
  const [place, pipeline] = [inner.indexOf(column.field), pipelineAt(inner)]
  return (values, { mode }) => {
    const texts = linked.at(hop, values[at]!).map((one) => column.write(one[place]!, inPipeline(one[pipeline])))
    if (!Array.isArray(values[at])) return texts.join()
    return mode === 'raw' ? rawList(texts) : joinNames(texts.filter(Boolean))
  }
}

function rawList(texts: readonly string[]): string {
  return texts.length ? JSON.stringify(texts) : ''
}

/** Returns the place of the pipeline, on which the names of stages depend. */
function pipelineAt(fields: readonly Field[]): number {
  return fields.findIndex(({ path }) => path === 'pipelineId')
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
