import { Readable } from 'node:stream'
import { type Dialect, sniffDialect } from '../../src/csv/dialect.ts'
import { checkCsv, readCsv, readHeader } from '../../src/csv/read.ts'

/** The result of reading a whole file. */
export interface Table {
  header: string[]
  rows: string[][]
}

/** A file in memory that is read in chunks of the given size. */
export function fileOf(content: string | Buffer, pieceSize = 65_536): () => Readable {
  const bytes = Buffer.from(content)
  return () =>
    Readable.from(
      Array.from({ length: Math.ceil(bytes.length / pieceSize) }, (_, index) =>
        bytes.subarray(index * pieceSize, (index + 1) * pieceSize),
      ),
    )
}

/** Detects the format of a file, checks the file, and reads all of it. */
export async function readTable(open: () => Readable, given: Partial<Dialect> = {}): Promise<Table> {
  const { dialect } = await sniffDialect(open, given)
  const size = await checkCsv(open, dialect)
  const header = await readHeader(open, dialect)
  const rows: string[][] = []
  for await (const batch of readCsv(open, dialect)) rows.push(...batch.map(({ cells }) => cells))
  if (rows.length !== size.rows) throw new Error(`${rows.length} rows were read, but ${size.rows} counted.`)
  return { header, rows }
}
