import { Readable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import type { Dialect } from '../../src/csv/dialect.ts'
import { CsvSyntaxFault, longestCell } from '../../src/csv/fault.ts'
import { type CsvRow, checkCsv, readCsv, readHeader } from '../../src/csv/read.ts'
import { fileOf } from './files.ts'

const dialect: Dialect = { encoding: 'utf-8', delimiter: ';', quote: '"', backslash: false, header: true, skip: 0 }

async function batchesOf(all: AsyncIterable<CsvRow[]>): Promise<CsvRow[][]> {
  const batches: CsvRow[][] = []
  for await (const batch of all) batches.push(batch)
  return batches
}

async function rowsOf(text: string, changes: Partial<Dialect> = {}): Promise<CsvRow[]> {
  return (await batchesOf(readCsv(fileOf(text), { ...dialect, ...changes }))).flat()
}

const cellsOf = async (text: string, changes: Partial<Dialect> = {}) =>
  (await rowsOf(text, { header: false, ...changes })).map(({ cells }) => cells)

describe('reading', () => {
  it('numbers the rows and their first lines', async () => {
    expect(await rowsOf('title\r\na;b\r\n1;"x\r\ny\nz"\r\n\r\n;\r\n2;w\r3;v\n4;', { skip: 1 })).toEqual([
      { line: 3, row: 1, cells: ['1', 'x\r\ny\nz'] },
      { line: 8, row: 2, cells: ['2', 'w'] },
      { line: 9, row: 3, cells: ['3', 'v'] },
      { line: 10, row: 4, cells: ['4', ''] },
    ])
  })

  it('fills short rows and drops only empty cells beyond the header', async () => {
    expect((await rowsOf('a;b;;\n1\n2;3;;\n4;5;;6;\n')).map(({ cells }) => cells)).toEqual([
      ['1', ''],
      ['2', '3'],
      ['4', '5', '', '6'],
    ])
    expect(await readHeader(fileOf('a;b;;\n1\n'), dialect)).toEqual(['a', 'b'])
  })

  it.each([
    ['doubled', '"a ""b"" c";d', ['a "b" c', 'd']],
    ['not doubled', '"OOO "Romashka"";d', ['OOO "Romashka"', 'd']],
    ['not doubled, with a delimiter between', '"OOO "Rose; Lily"";d', ['OOO "Rose; Lily"', 'd']],
    ['bare', 'OOO "Romashka";5" disk', ['OOO "Romashka"', '5" disk']],
    ['round the beginning of a cell only', '"Romashka" OOO;"x"', ['"Romashka" OOO', 'x']],
    ['behind spaces', ' "a" ; "b;c" ', ['a', 'b;c']],
    ['behind a backslash', '"a \\"b\\"";"c"', ['a "b"', 'c']],
    ['behind the backslash of a path', '"C:\\";"c"', ['C:\\', 'c']],
    ['empty', '"";"";x', ['', '', 'x']],
  ])('reads quotes that are %s', async (_, text, cells) => {
    expect(await cellsOf(`${text}\nnext`)).toEqual([cells, ['next']])
    expect(await cellsOf(text)).toEqual([cells])
  })

  it('treats quotes as text if the file has no quoting', async () => {
    expect(await cellsOf('"a;b"\n', { quote: '' })).toEqual([['"a', 'b"']])
  })

  it('unescapes backslashes if they are the escape character', async () => {
    expect(await cellsOf('"5\\"";"C:\\\\"\n', { backslash: true })).toEqual([['5"', 'C:\\']])
  })

  it('keeps NUL characters and marks invalid bytes', async () => {
    const text = Buffer.concat([Buffer.from('a;b\n\0x;'), Buffer.from([0xff]), Buffer.from('y\n1;2\n')])
    expect((await batchesOf(readCsv(fileOf(text), dialect))).flat()).toEqual([
      { line: 2, row: 1, cells: ['\0x', '\uFFFDy'], notes: [{ code: 'damaged_text', cell: 1 }] },
      { line: 3, row: 2, cells: ['1', '2'] },
    ])
    expect(await checkCsv(fileOf(text), dialect)).toEqual({ rows: 2, columns: 2, damaged: 1, firstDamage: 2 })
  })

  it.each([
    ['windows-1251', 0x98],
    ['windows-1252', 0x81],
  ] as const)('marks bytes that %s does not have', async (encoding, byte) => {
    const text = Buffer.concat([Buffer.from('a;b\n1;2\n3;x'), Buffer.from([byte]), Buffer.from('\n')])
    const rows = (await batchesOf(readCsv(fileOf(text), { ...dialect, encoding }))).flat()
    expect(rows.map(({ line, notes }) => ({ line, notes }))).toEqual([
      { line: 2, notes: undefined },
      { line: 3, notes: [{ code: 'damaged_text', cell: 1 }] },
    ])
  })

  it('distinguishes cells beyond the header from cells in columns without a name', async () => {
    const rows = await rowsOf('a;b;;\n1;2;;\n3;4;;5\n6;7;;;8\n9;10;;;\n')
    expect(rows.map(({ row, notes }) => ({ row, notes }))).toEqual([
      { row: 1, notes: undefined },
      { row: 2, notes: [{ code: 'unnamed_column', cell: 2 }] },
      { row: 3, notes: [{ code: 'too_many_cells', cell: 4 }] },
      { row: 4, notes: undefined },
    ])
  })

  const notesIn = async (text: string, changes: Partial<Dialect> = {}) =>
    (await rowsOf(text, changes)).flatMap(({ line, notes }) =>
      (notes ?? []).map(({ code, cell }) => [line, code, cell]),
    )

  it('reports rows with fewer or more cells than most rows', async () => {
    expect(await notesIn('a;b;c\n1;2;3\n4;5\n6;7;8;\n9;10;11\n12;13;14\n')).toEqual([
      [3, 'too_few_cells', 2],
      [4, 'extra_delimiter', 3],
    ])
    // Many programs leave out blank cells at the end: these rows say nothing about one another.
    expect(await notesIn('a;b;c;d\n1;2;3\n4;5\n6\n7;8;9;10\n')).toEqual([])
  })

  it('accepts a delimiter at the end of each line, and reports once if the header has none', async () => {
    expect(await notesIn('a;b;\n1;2;\n3;4;\n')).toEqual([])
    expect(await notesIn('a;b\n1;2;\n3;4;\n')).toEqual([[2, 'trailing_delimiter', 1]])
  })

  it('decides by the first rows, whatever follows', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => `${index};x`)
    expect(await notesIn(['a;b', ...rows, '1000', ...rows, ...Array(3000).fill('1;2;')].join('\n'))).toHaveLength(3001)
  })

  it('reports a damaged header with the first row', async () => {
    expect(await notesIn('a;;b\n1;2\n3;4\n')).toEqual([[2, 'damaged_header', 1]])
    expect(await notesIn('a;"b\n1;2\n3;4\n')).toEqual([[2, 'damaged_header', 1]])
    expect(await notesIn('a,b\n1;2\n3;4\n', { header: false, skip: 1 })).toEqual([[2, 'damaged_header', 0]])
    expect(await notesIn('sep=;\n1;2\n3;4\n', { header: false, skip: 1 })).toEqual([])
  })

  it('reports a repeated header and totals in the last row', async () => {
    expect(await notesIn('Name;City;Sum\nAnna;Oryol;1\nName;City;Sum\nOlga;Tula;2\nИтого:;;3 000,50\n')).toEqual([
      [3, 'repeated_header', 0],
      [5, 'total_row', 0],
    ])
  })

  it.each(['Total;Oryol;5', 'Total;;89161234567', 'Total;;+7 916 123-45-67', 'Итого Плюс;;5'])(
    'does not take %s for totals',
    async (row) => {
      expect(await notesIn(`Name;City;Sum\nAnna;Oryol;1\n${row}\n`)).toEqual([])
    },
  )

  it('reports quotes that are read by guess', async () => {
    expect(await notesIn('a;b\n"OOO "Rose"";x\nRose "x;y\n5" disk;OOO "Rose"\n')).toEqual([
      [2, 'undoubled_quote', 0],
      [3, 'stray_quote', 0],
    ])
  })

  it('returns batches of the requested size', async () => {
    const batches = await batchesOf(readCsv(fileOf('a\n1\n2\n3\n'), dialect, { batch: 2 }))
    expect(batches.map(({ length }) => length)).toEqual([2, 1])
  })

  it('closes the file if the reader stops early', async () => {
    const stream = Readable.from([Buffer.from('a\n1\n2\n'), Buffer.from('3\n4\n')])
    for await (const _ of readCsv(() => stream, dialect, { batch: 1 })) break
    await turn()
    expect(stream.destroyed).toBe(true)
  })
})

describe('a malformed file', () => {
  const fault = async (text: string) => {
    const error = await checkCsv(fileOf(text), dialect).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(CsvSyntaxFault)
    return { line: (error as CsvSyntaxFault).line, code: (error as CsvSyntaxFault).code }
  }

  it('is refused if a cell never ends', async () => {
    expect(await fault(`a;b\n1;${'x'.repeat(longestCell + 1)};2\n`)).toEqual({ line: 2, code: 'cell_too_long' })
  })

  it('is refused if a row never ends', async () => {
    expect(await fault(`a;b\n${'x;'.repeat(5_000_000)}`)).toEqual({ line: 2, code: 'row_too_long' })
  })
})

describe('the check of a whole file', () => {
  it('counts rows', async () => {
    expect(await checkCsv(fileOf('a;b;;\n1;2\n\n3;4;5;\n'), dialect)).toEqual({
      rows: 2,
      columns: 3,
      damaged: 0,
      firstDamage: undefined,
    })
  })

  it('accepts an empty file', async () => {
    expect(await checkCsv(fileOf(''), dialect)).toMatchObject({ rows: 0, columns: 0 })
    expect(await readHeader(fileOf(''), dialect)).toEqual([])
  })
})
