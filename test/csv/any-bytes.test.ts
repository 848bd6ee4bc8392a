import { expect, it } from '@jest/globals'
import fc from 'fast-check'
import { delimiters, type SniffedDialect, sniffDialect } from '../../src/csv/dialect.ts'
import { CsvSyntaxFault } from '../../src/csv/fault.ts'
import { type CsvRow, readCsv } from '../../src/csv/read.ts'
import { csvLines } from '../../src/csv/write.ts'
import { fileOf } from './files.ts'

interface Outcome extends SniffedDialect {
  rows?: CsvRow[]
  refused?: string
}

async function outcomeOf(bytes: Buffer, pieceSize: number): Promise<Outcome> {
  const open = fileOf(bytes, pieceSize)
  const sniffed = await sniffDialect(open)
  try {
    const rows: CsvRow[] = []
    for await (const batch of readCsv(open, sniffed.dialect)) rows.push(...batch)
    return { ...sniffed, rows }
  } catch (error) {
    if (!(error instanceof CsvSyntaxFault)) throw error
    return { ...sniffed, refused: error.message }
  }
}

const part = fc.oneof(
  fc
    .constantFrom(...[';', ',', '\t', '|', '"', "'", '\\', '\n', '\r', '\r\n', ' ', '\0', '""', '";"', 'sep=;\n'])
    .map((text) => Buffer.from(text)),
  fc
    .constantFrom('a', '1', 'Имя', 'é', '😀', '\nx;y;z', '\n"x";"y"', 'Итого', '\uFEFF')
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.from(bytes)),
  fc.constant(Buffer.from('Имя;x\n', 'utf16le')),
)
const anyBytes = fc.array(part, { maxLength: 60 }).map((parts) => Buffer.concat(parts))

it('reads or refuses any bytes, the same way in chunks of any size', async () => {
  const property = fc.asyncProperty(anyBytes, fc.integer({ min: 1, max: 9 }), async (bytes, size) => {
    expect(await outcomeOf(bytes, size)).toEqual(await outcomeOf(bytes, 65_536))
  })
  await fc.assert(property, { numRuns: 500 })
})

it('reads the same beyond the sample and the rows that decide, in chunks of any size', async () => {
  const table = fc.tuple(fc.array(anyBytes, { maxLength: 6 }), fc.integer({ min: 300, max: 40_000 }))
  const property = fc.asyncProperty(table, fc.integer({ min: 90, max: 9_999 }), async ([rest, count], size) => {
    const bytes = Buffer.concat([Buffer.from(`a;b\n${'1;2\n'.repeat(count)}`), ...rest])
    expect(await outcomeOf(bytes, size)).toEqual(await outcomeOf(bytes, 65_536))
  })
  await fc.assert(property, { numRuns: 30 })
})

it('finds no fault in the files that it writes', async () => {
  const cell = fc.string({
    unit: fc.constantFrom(...';,\t|"\'\\ =a1é', '\r\n', '\n', '\r', '""', '\\"', 'Имя', '5"', ''),
    maxLength: 8,
  })
  const table = fc
    .integer({ min: 2, max: 6 })
    .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 12 }))
  const property = fc.asyncProperty(table, fc.constantFrom(...delimiters), async (cells, delimiter) => {
    const rows = cells.map((row, at) => [`row ${at}`, ...row.slice(1), 'end'])
    const lines = csvLines([rows[0]?.map((_, at) => `column ${at}`) ?? ['column 0'], ...rows], { delimiter })
    const read = await outcomeOf(Buffer.from(lines), 65_536)
    expect(read.rows).toEqual(rows.map((row, at) => expect.objectContaining({ row: at + 1, cells: row })))
    expect(read.rows?.flatMap(({ notes }) => notes ?? [])).toEqual([])
  })
  await fc.assert(property, { numRuns: 500 })
})
