import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import type { Dialect } from '../../src/csv/dialect.ts'
import { CsvSyntaxFault, longestCell } from '../../src/csv/fault.ts'
import { type CsvRow, checkCsv, readCsv } from '../../src/csv/read.ts'
import { fileOf, readTable } from './files.ts'

const dialect: Dialect = { encoding: 'utf-8', delimiter: ';', quote: '"', backslash: false, header: true, skip: 0 }

async function rowsOf(text: string, pieceSize?: number): Promise<CsvRow[]> {
  const rows: CsvRow[] = []
  for await (const batch of readCsv(fileOf(text, pieceSize), dialect)) rows.push(...batch)
  return rows
}

const cellsOf = async (text: string) => (await rowsOf(text)).map(({ cells }) => cells)

describe('an unclosed quote', () => {
  it('is text if the row then fits the header, and is reported with its line', async () => {
    const text = 'a;b;c\n1;x;y\n2;"x;y\n3;x;"y;z"\n'
    expect(await rowsOf(text)).toEqual([
      { line: 2, row: 1, cells: ['1', 'x', 'y'] },
      { line: 3, row: 2, cells: ['2', '"x', 'y'], notes: [{ code: 'stray_quote', cell: 1 }] },
      { line: 4, row: 3, cells: ['3', 'x', 'y;z'] },
    ])
  })

  it.each([
    ['in the last cell of the file', 'a;b\n1;"x', [['1', '"x']]],
    [
      'in an empty cell',
      'a;b\n1;"\n2;y\n',
      [
        ['1', '"'],
        ['2', 'y'],
      ],
    ],
    ['before a quoted cell of the same row', 'a;b;c\n1;"x;"y;z"\n', [['1', '"x', 'y;z']]],
    [
      'before a quoted cell of a later row',
      'a;b\n1;"x\n2;"y"\n',
      [
        ['1', '"x'],
        ['2', 'y'],
      ],
    ],
    [
      'behind a cell of several lines',
      'a;b;c\n1;"x\ny";"z\n2;x;y\n',
      [
        ['1', 'x\ny', '"z'],
        ['2', 'x', 'y'],
      ],
    ],
    ['at the end of a quoted cell', 'a;b\n"x"";"y"\n', [['x"', 'y']]],
    ['at the end of a quoted cell with a delimiter', 'a;b\n"x;y"";"z"\n', [['x;y"', 'z']]],
    ['twice in a row', 'a;b;c\n"1;"x;"y;z"\n', [['"1', '"x', 'y;z']]],
    [
      'in every row',
      'a;b\n1;"x\n2;"y\n3;"z\n',
      [
        ['1', '"x'],
        ['2', '"y'],
        ['3', '"z'],
      ],
    ],
  ])('is text %s', async (_, text, cells) => {
    expect(await cellsOf(text)).toEqual(cells)
  })

  it('is text in the header if the next line has as many cells', async () => {
    const { header, rows } = await readTable(fileOf('a;"b;c\n1;2;3\n4;5;6\n'))
    expect({ header, rows }).toEqual({
      header: ['a', '"b', 'c'],
      rows: [
        ['1', '2', '3'],
        ['4', '5', '6'],
      ],
    })
  })

  it('is text in a file with one column', async () => {
    expect(await cellsOf('name\n"Anna\nOlga\n')).toEqual([['"Anna'], ['Olga']])
  })
})

describe('a quote that is closed some lines later', () => {
  const rows = (count: number) => Array.from({ length: count }, (_, index) => `${index};x;y`)

  it('is text if its row and the lines it would swallow then fit the header', async () => {
    const text = ['a;b;c', '1;"x;y', ...rows(20), '2;y";z;w', '3;x;y'].join('\n')
    // The last line is too long either way.
    expect((await cellsOf(text)).map(({ length }) => length)).toEqual([...Array(21).fill(3), 4, 3])
  })

  it('is text if the row fits either way, but whole rows would be lost', async () => {
    const text = ['a;b;c', '1;"x;y', ...rows(20), '2;z";w', '3;x;y'].join('\n')
    expect(await cellsOf(text)).toEqual([
      ['1', '"x', 'y'],
      ...rows(20).map((row) => row.split(';')),
      ['2', 'z"', 'w'],
      ['3', 'x', 'y'],
    ])
  })

  it('is text if only the quotes around a name close it', async () => {
    const text = 'a;b;c\n1;"x;y\n2;OOO "Romashka";z\n'
    expect(await cellsOf(text)).toEqual([
      ['1', '"x', 'y'],
      ['2', 'OOO "Romashka"', 'z'],
    ])
  })

  it.each([
    [
      'the lines in between are not rows',
      'a;b;c\n1;"x;y\nand more\nand more";z\n',
      [['1', 'x;y\nand more\nand more', 'z']],
    ],
    ['the line fits by chance', 'a;b;c\n1;"x;y\n2;z";w\n', [['1', 'x;y\n2;z', 'w']]],
    ['the row is short', 'a;b;c;d\n1;"x;y;z\nmore"\n', [['1', 'x;y;z\nmore', '', '']]],
  ])('is a quote if %s', async (_, text, cells) => {
    expect(await cellsOf(text)).toEqual(cells)
  })
})

describe('a file in which no reading fits', () => {
  const fault = async (text: string) => {
    const error = await checkCsv(fileOf(text), dialect).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(CsvSyntaxFault)
    return { line: (error as CsvSyntaxFault).line, code: (error as CsvSyntaxFault).code }
  }

  it.each([
    ['too few cells', 'a;b;c\n1;"x\n2;y;z\n'],
    ['too many cells', 'a;b;c\n1;"x;y;z\n2;y;z\n'],
    ['too few cells before another quote', 'a;b;c\n1;"x\n2;"y";z\n'],
    ['a header that is alone', 'x\n1;"2;3\n'],
  ])('is refused with the line of the quote: %s', async (_, text) => {
    expect(await fault(text)).toEqual({ line: 2, code: 'unclosed_quote' })
  })

  it('is refused if a cell never ends', async () => {
    expect(await fault(`a;b;c\n1;"${'x\n'.repeat(longestCell)}`)).toEqual({ line: 2, code: 'cell_too_long' })
  })
})

it('reads the same with any chunk size', async () => {
  const unit = fc.constantFrom(';', ';', '"', '\n', '\r\n', 'x', ' ', '""', '";"', '\n1;2;3\n')
  const text = fc.string({ unit, maxLength: 60 }).map((rest) => `a;b;c\n${rest}`)
  const outcome = async (text: string, size: number) =>
    await rowsOf(text, size).catch((error: Error) => ({ refused: error.message }))
  const property = fc.asyncProperty(text, fc.integer({ min: 1, max: 9 }), async (text, size) => {
    expect(await outcome(text, size)).toEqual(await outcome(text, 65_536))
  })
  await fc.assert(property, { numRuns: 500 })
})

it.each([
  ['is never closed', '1;"x;b""\n'],
  ['is closed by the next', '1;"x;b\n2;y";z\n'],
  ['is closed far away', `1;"x;b\n${'2;y;z\n'.repeat(1000)}3;y";z\n`],
  ['makes no row', '1;"O "x";"a "b"";"a "b""\n'],
])(
  'reads in linear time if each quote %s',
  async (_, piece) => {
    const size = await checkCsv(fileOf(`a;b;c\n${piece.repeat(Math.ceil(2_000_000 / piece.length))}`), dialect)
    expect(size.rows).toBeGreaterThan(10_000)
  },
  10_000,
)

it('reads a long line of many quotes without trying each of them', async () => {
  const line = ';;;""x;y";""'.repeat(80_000)
  const rows = await cellsOf(`a;b;c\n${line}\n1;2;3\n`)
  expect(rows.at(-1)).toEqual(['1', '2', '3'])
})

it('looks ahead for a limited total, however many lines could go on to the end', async () => {
  const size = await checkCsv(fileOf('"";"\n\\"'.repeat(30_000)), dialect)
  expect(size.rows).toBeGreaterThan(25_000)
})

it('reads tens of thousands of rows that were held back for an unclosed quote', async () => {
  const rows = Array.from({ length: 30_000 }, (_, index) => (index % 4999 ? `${index};x` : `"${index};x`))
  const text = ['a;b', ...rows, ''].join('\n')
  for (const pieceSize of [65_536, text.length]) {
    const found = await rowsOf(text, pieceSize)
    expect(found.map(({ cells }) => cells.join(';'))).toEqual(rows)
    expect(found.filter(({ notes }) => notes).map(({ line }) => line)).toEqual(
      [0, 1, 2, 3, 4, 5, 6].map((n) => n * 4999 + 2),
    )
  }
})
