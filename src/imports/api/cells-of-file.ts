import type { Dialect } from '../../csv/dialect.ts'
import { CsvSyntaxFault } from '../../csv/fault.ts'
import { type CsvRow, readCsv, readHeader } from '../../csv/read.ts'
import { invalid, Problem } from '../../errors/problem.ts'
import { bytesAt } from '../../files/store.ts'
import { type ImportDependencies, inspect, type Upload } from '../start.ts'

/** The cells of a file as read. */
export interface FileCells {
  dialect: Dialect
  header: string[]
  rows: string[][]
}

/** Maximum size of a file whose cells can be returned, in bytes. */
export const largestCells = 1_048_576

/** Returns all cells of a file, untrimmed. Throws too_large_for_raw. */
export async function readCells(
  { files }: ImportDependencies,
  upload: Pick<Upload, 'file' | 'options' | 'charset'>,
): Promise<FileCells> {
  const { size, location } = upload.file
  if (size > largestCells) throw new Problem('too_large_for_raw', { limit: largestCells })
  const { dialect } = await inspect(files, upload)
  const open = () => bytesAt(files, location)
  return await legible(async () => {
    const rows: string[][] = []
    for await (const some of readCsv(open, dialect)) rows.push(...some.map(({ cells }) => cells))
    return { dialect, header: await readHeader(open, dialect), rows }
  })
}

/** Throws the fault of a malformed file as the problem of the request. */
export async function legible<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof CsvSyntaxFault)) throw error
    throw invalid([{ pointer: '', code: error.code, params: { line: error.line } }])
  }
}

/** Returns the first rows of a file, and whether it has no more. */
export async function firstRows(
  open: () => AsyncIterable<Buffer>,
  dialect: Dialect,
  most: number,
): Promise<{ rows: CsvRow[]; isComplete: boolean }> {
  const rows: CsvRow[] = []
  for await (const some of readCsv(open, dialect)) {
    rows.push(...some)
    if (rows.length > most) break
  }
  return { rows: rows.slice(0, most), isComplete: rows.length <= most }
}
