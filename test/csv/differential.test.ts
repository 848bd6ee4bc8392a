import { expect, it } from '@jest/globals'
import { CsvError, parse } from 'csv-parse/sync'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { type Dialect, delimiters } from '../../src/csv/dialect.ts'
import { checkCsv, readCsv, readHeader } from '../../src/csv/read.ts'
import { fileOf } from './files.ts'

/** A well-formed file and its dialect. */
interface Written {
  bytes: Buffer
  dialect: Dialect
}

interface Cell {
  value: string
  /** Whether the cell is quoted even if it need not be. */
  quoted: boolean
}

// Every character is in every encoding.
const unit = fc.constantFrom(...';,\t|"\'\\ =a1', '\r\n', '\n', '\r', '""', '\\"', '\\\\', ' Иванов ', 'Москва')
const cell = fc.record({ value: fc.string({ unit, maxLength: 8 }), quoted: fc.boolean() })
const table = fc
  .integer({ min: 1, max: 6 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }))

const dialect: fc.Arbitrary<Dialect> = fc.record({
  encoding: fc.constantFrom('utf-8', 'utf-16le', 'utf-16be', 'windows-1251', 'koi8-r', 'ibm866'),
  delimiter: fc.constantFrom(...delimiters),
  quote: fc.constantFrom('"', '"', "'", ''),
  backslash: fc.boolean(),
  header: fc.boolean(),
  skip: fc.nat(2),
})

const file: fc.Arbitrary<Written> = fc
  .record({ table, dialect, end: fc.constantFrom('\n', '\r\n', '\r'), addBOM: fc.boolean(), isEnded: fc.boolean() })
  .map(({ table, dialect, end, addBOM, isEnded }) => {
    const lines = table.map((cells, row) =>
      cells
        // A first row of blank cells would not be the header.
        .map((cell, column) => (row || column ? cell : { ...cell, value: `${cell.value}name` }))
        .map((cell) => writeCell(cell, dialect))
        .join(dialect.delimiter),
    )
    const text = [...Array<string>(dialect.skip).fill('Отчёт за май'), ...lines].join(end) + (isEnded ? end : '')
    return {
      dialect,
      bytes: iconv.encode(text, dialect.encoding, { addBOM: addBOM && dialect.encoding.startsWith('utf') }),
    }
  })

function writeCell({ value, quoted }: Cell, { delimiter, quote, backslash }: Dialect): string {
  const special = new Set([...quote, delimiter, '\r', '\n'])
  if (!quote) return [...value].filter((char) => !special.has(char)).join('')
  if (!quoted && ![...value].some((char) => special.has(char))) return value
  const escaped = backslash ? value.replaceAll('\\', '\\\\') : value
  return `${quote}${escaped.replaceAll(quote, (backslash ? '\\' : quote) + quote)}${quote}`
}

/** Reads the cells of all rows, the header included. */
async function read(bytes: Buffer, dialect: Dialect, pieceSize?: number): Promise<string[][]> {
  const open = fileOf(bytes, pieceSize)
  const rows = dialect.header ? [await readHeader(open, dialect)] : []
  for await (const batch of readCsv(open, dialect)) rows.push(...batch.map(({ cells }) => cells))
  expect((await checkCsv(open, dialect)).rows).toBe(rows.length - (dialect.header ? 1 : 0))
  return rows
}

/** Reads the cells of all rows by `csv-parse`, which gets the text of the file. */
function parsed(
  text: string,
  { delimiter, quote, backslash, skip }: Omit<Dialect, 'encoding' | 'header'>,
  isLenient = false,
): string[][] {
  return parse(text, {
    delimiter,
    quote: quote || null,
    escape: backslash ? '\\' : quote || null,
    from_line: skip + 1,
    record_delimiter: ['\r\n', '\n', '\r'],
    skip_records_with_empty_values: true,
    relax_quotes: isLenient,
    relax_column_count: isLenient,
  })
}

/** Blank cells at the end of a row say nothing: the reader fills up or drops them, as the header has it. */
function comparable(rows: string[][]): string[][] {
  return rows.map((cells) => cells.slice(0, cells.findLastIndex((cell) => cell.trim()) + 1))
}

it('reads well-formed files of every dialect as csv-parse does', async () => {
  const pieceSize = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constant(65_536))
  const property = fc.asyncProperty(file, pieceSize, async ({ bytes, dialect }, size) => {
    const expected = parsed(iconv.decode(bytes, dialect.encoding), dialect)
    expect(comparable(await read(bytes, dialect, size))).toEqual(comparable(expected))
  })
  await fc.assert(property, { numRuns: 3_000 })
})

/** Reads a damaged file by `csv-parse`. Returns the code of its refusal, if it refuses the file. */
function parsedOrRefused(text: string, isLenient: boolean): string[][] | string {
  try {
    return parsed(text, { delimiter: ';', quote: '"', backslash: false, skip: 0 }, isLenient)
  } catch (error) {
    if (error instanceof CsvError) return error.code
    throw error
  }
}

const head = ['a', 'b']
it.each<[string, string, string[][], string, string[][] | string]>([
  [
    'a name with quotes that are not doubled',
    'a;b\n"OOO "Rose; Lily"";x\n2;y\n',
    [head, ['OOO "Rose; Lily"', 'x'], ['2', 'y']],
    'CSV_INVALID_CLOSING_QUOTE',
    [head, ['"OOO "Rose', ' Lily""', 'x'], ['2', 'y']],
  ],
  [
    'a quoted cell after a space',
    'a;b\n1; "x;y"\n2;z\n',
    [head, ['1', 'x;y'], ['2', 'z']],
    'INVALID_OPENING_QUOTE',
    [head, ['1', ' "x', 'y"'], ['2', 'z']],
  ],
  [
    'a quote that is never closed',
    'a;b\n1;"x\n2;y\n3;z\n',
    [head, ['1', '"x'], ['2', 'y'], ['3', 'z']],
    'CSV_QUOTE_NOT_CLOSED',
    'CSV_QUOTE_NOT_CLOSED',
  ],
  [
    'a quote that swallows the next row',
    'a;b\n1;"x\n2;"y"\n3;z\n',
    [head, ['1', '"x'], ['2', 'y'], ['3', 'z']],
    'CSV_INVALID_CLOSING_QUOTE',
    [head, ['1', '"x\n2;"y"'], ['3', 'z']],
  ],
  [
    'quotes after backslashes in one cell, and the backslash of a path in another',
    'a;b\n"C:\\";2\n3;"x \\"y\\""\n',
    [head, ['C:\\', '2'], ['3', 'x "y"']],
    'CSV_INVALID_CLOSING_QUOTE',
    [head, ['C:\\', '2'], ['3', '"x \\"y\\""']],
  ],
])('reads %s where csv-parse refuses the file or loses cells', async (_, text, ours, code, lenient) => {
  const dialect: Dialect = { encoding: 'utf-8', delimiter: ';', quote: '"', backslash: false, header: true, skip: 0 }
  expect(await read(Buffer.from(text), dialect)).toEqual(ours)
  expect([parsedOrRefused(text, false), parsedOrRefused(text, true)]).toEqual([code, lenient])
})
