import {
  type CellFormat,
  type DateFormat,
  dateFormatOf,
  dateFormats,
  type NumberFormat,
  numberFormatOf,
  numberFormats,
} from '../cells/format.ts'
import { type ColumnSurvey, type FileFormat, type FormatReason, type Reading, surveyOf } from '../cells/survey.ts'
import type { Dialect } from '../csv/dialect.ts'
import { readCsv } from '../csv/read.ts'
import type { CsvColumn } from '../fields/kind.ts'
import { writtenOf } from '../fields/kinds/survey-kind.ts'
import { cellText } from './cell-text.ts'
import type { MissingField } from './missing/missing.ts'
import type { ImportOptions, ImportPlan } from './plan.ts'

/** How the columns of a file are read, by the index of the column. Null for columns that can be read in one way. */
export type Readings = readonly (Reading | null)[]

/** Looks at the rows of a file, and then decides how its columns are read. */
export interface FileSurvey {
  see(cells: readonly string[]): void
  readings(): Readings
}

/** Returns the survey of the columns of a plan that contain dates or numbers, also those that new fields will hold. */
export function surveyFile(
  { columns, header, context, isRaw }: ImportPlan,
  options: ImportOptions,
  fields: readonly MissingField[] = [],
): FileSurvey {
  const file = { given: givenFormat(options), isOwn: isRaw, country: context.countries[0], now: context.now }
  const surveys: (ColumnSurvey | null)[] = header.map(() => null)
  for (const { index, column } of columns) if (column.written) surveys[index] = columnSurvey(column, file)
  for (const { index, kind } of fields) surveys[index] = writtenOf[kind] ? surveyOf(writtenOf[kind], file) : null
  const seen = surveys.flatMap((survey, index) => (survey ? [{ survey, index }] : []))
  return {
    see(cells) {
      for (const { survey, index } of seen) {
        const text = cellText(cells[index] ?? '', { isRaw })
        if (text) survey.see(text)
      }
    },
    readings: () => surveys.map((survey) => survey?.reading() ?? null),
  }
}

/** Returns the survey of a column. In a cell with several values it looks at each. */
function columnSurvey({ written, split }: CsvColumn, file: FileFormat): ColumnSurvey | null {
  const survey = written ? surveyOf(written, file) : null
  if (!survey || !split) return survey
  return {
    ...survey,
    see: (text) => {
      for (const item of split(text)) if (item.trim()) survey.see(item.trim())
    },
  }
}

function givenFormat({ dateFormat, numberFormat }: ImportOptions): Partial<CellFormat> {
  return {
    ...(dateFormat && { dateOrder: dateFormats[dateFormat] }),
    ...(numberFormat && { decimalMark: numberFormats[numberFormat] }),
  }
}

/** A column of a file in the result of an import: the field that it fills, and how its cells are read. */
export interface ReadColumn {
  index: number
  column: string
  field: string
  dateFormat?: DateFormat
  numberFormat?: NumberFormat
  formatReason?: FormatReason
  isAmbiguous?: boolean
}

/** Returns the columns of a plan as the result of an import shows them. */
export function readColumns({ columns, proposed }: ImportPlan, readings: Readings): ReadColumn[] {
  const read = columns.map(({ index, name, column }) => {
    const { dateOrder, decimalMark, formatReason, isAmbiguous } = readings[index] ?? {}
    return {
      ...{ index, column: name, field: column.key },
      ...(dateOrder && { dateFormat: dateFormatOf(dateOrder) }),
      ...(decimalMark && { numberFormat: numberFormatOf(decimalMark) }),
      ...(formatReason && { formatReason, isAmbiguous: isAmbiguous ?? false }),
    }
  })
  // Whole names, and columns that say what the value beside them is used for.
  const further = proposed.flatMap(({ name, target }, index) =>
    target && !target.column ? [{ index, column: name.trim(), field: target.key }] : [],
  )
  return [...read, ...further].sort((a, b) => a.index - b.index)
}

/** The most rows and cells of a sample, and the most characters of its cells. */
const most = { rows: 1000, cells: 50_000, characters: 200 }

/** Returns the first rows of a file, with long cells cut. The reading of whole columns is decided by them. */
export async function sampleRows(open: () => AsyncIterable<Buffer>, dialect: Dialect): Promise<string[][]> {
  const sample: string[][] = []
  let count = 0
  for await (const rows of readCsv(open, dialect, { batch: 50 })) {
    for (const { cells } of rows) {
      if (sample.length >= most.rows || count >= most.cells) return sample
      count += cells.length
      // The copy lets go of the text that the cells were cut from.
      sample.push(JSON.parse(JSON.stringify(cells.map((cell) => cell.slice(0, most.characters)))))
    }
  }
  return sample
}
