import fc from 'fast-check'
import type { Table } from './files.ts'

/** A damaged version of a well-formed file, and the values that a reader should find in it. */
export interface Polluted {
  name: string
  text: string
  expected: Table
  /** The line of the damaged row, if one row is damaged. */
  line?: number
}

/** How a cell is written: always quoted, or only if needed. */
interface Written {
  value: string
  quoted: boolean
}

const crlf = '\r\n'
const header = ['Date', 'Time', 'Quantity', 'Article', 'Price', 'Product', 'Description', 'Page', 'Remarks']
const products = ['Trail Shoes', 'Rain Jacket, Light', "Men's Down Vest", 'Dining Table, Round 48"', 'Wool Hat', 'Mocs']
const sentences = [
  'Great grip makes these shoes ideal for warm, dry conditions.',
  'Rugged enough for peak performance yet light.',
  'Packed with down, for warmth when wet, with a 5" inseam.',
  'Just like mom and dad, the kids get soft comfort.',
]

/** A table of 84 rows with a header, like the export of a shop. The last column is empty. */
function wellFormed(): string[][] {
  const row = fc.record({
    ...{ day: fc.integer({ min: 13, max: 28 }), hour: fc.integer({ min: 10, max: 23 }) },
    ...{ quantity: fc.nat(30), article: fc.integer({ min: 1000, max: 9999 }), cents: fc.nat(9999) },
    ...{ product: fc.constantFrom(...products), text: fc.constantFrom(...sentences) },
  })
  const rows = fc
    .sample(row, { numRuns: 83, seed: 7 })
    .map(({ day, hour, quantity, article, cents, product, text }) => [
      ...[`${day}/01/2018`, `${hour}:15`, String(quantity), `MG-${article}`, `$${(cents / 100).toFixed(2)}`],
      ...[product, text, `https://www.shop.example/MG_${article}.html`, ''],
    ])
  return [header, ...rows]
}

const written = (table: string[][]): Written[][] =>
  table.map((cells) => cells.map((value, column) => ({ value, quoted: column === 6 || column === 7 })))

interface Style {
  delimiter: string
  quote: string
  /** The text before the opening quote of a quoted cell. */
  before: string
  end: string
}
const usual: Style = { delimiter: ',', quote: '"', before: '"', end: crlf }

function writeCell({ value, quoted }: Written, { delimiter, quote, before }: Style): string {
  if (!quoted && !value.includes(quote) && !value.includes(delimiter)) return value
  return `${quote}${value.replaceAll(quote, before + quote)}${quote}`
}

const writeRow = (cells: readonly Written[], style: Style) =>
  cells.map((cell) => writeCell(cell, style)).join(style.delimiter)
const writeTable = (rows: readonly Written[][], style: Style = usual) =>
  rows.map((cells) => writeRow(cells, style) + style.end).join('')

const expectedOf = ([first = [], ...rows]: string[][]): Table => ({ header: first, rows })

/** All damaged versions: of the file, of a row, of a cell. */
export function pollute(): Polluted[] {
  const table = wellFormed()
  return [...wholeFiles(table), ...rowsWithOtherDelimiter(table), ...oneCell(table)]
}

function wholeFiles(table: string[][]): Polluted[] {
  const rows = written(table)
  const text = writeTable(rows)
  const styled = (style: Partial<Style>) => writeTable(rows, { ...usual, ...style })
  const same = (name: string, text: string): Polluted => ({ name, text, expected: expectedOf(table) })
  const tables = (name: string, second: string[][]): Polluted => ({
    ...{ name, text: text + crlf + writeTable(written(second)) },
    expected: expectedOf([...table, ...second]),
  })
  const manyHeaders = (count: number): Polluted => {
    const all = [...Array<string[]>(count - 1).fill(header), ...table]
    return { name: `header in ${count} rows`, text: writeTable(written(all)), expected: expectedOf(all) }
  }
  return [
    same('well-formed', text),
    { name: 'empty', text: '', expected: { header: [], rows: [] } },
    same('no end of the last line', text.slice(0, -2)),
    same('two ends of the last line', text + crlf),
    { name: 'no header', text: writeTable(rows.slice(1)), expected: { header: [], rows: table.slice(1) } },
    manyHeaders(2),
    manyHeaders(3),
    same('a title above', `Products,,,,,,,,${crlf},,,,,,,,${crlf}${text}`),
    tables(
      'a narrower table below',
      table.slice(0, 10).map((cells) => cells.slice(0, 5)),
    ),
    tables(
      'a wider table below',
      table.slice(0, 10).map((cells) => [...cells, 'more', 'yet more']),
    ),
    tables('a second table below', table.slice(0, 10)),
    { name: 'a header only', text: writeTable(rows.slice(0, 1)), expected: expectedOf(table.slice(0, 1)) },
    { name: 'one row', text: writeTable(rows.slice(0, 2)), expected: expectedOf(table.slice(0, 2)) },
    same('spaces as delimiters', styled({ delimiter: ' ' })),
    same('commas and spaces as delimiters', styled({ delimiter: ', ' })),
    same('semicolons as delimiters', styled({ delimiter: ';' })),
    same('tabs as delimiters', styled({ delimiter: '\t' })),
    same('vertical bars as delimiters', styled({ delimiter: '|' })),
    same('apostrophes as quotes', styled({ quote: "'", before: "'" })),
    same('backslashes before quotes', styled({ before: '\\' })),
    same('quotes not doubled', styled({ before: '' })),
    same('LF', styled({ end: '\n' })),
    same('CR', styled({ end: '\r' })),
  ]
}

function rowsWithOtherDelimiter(table: string[][]): Polluted[] {
  const rows = written(table)
  return [' ', ';', '\t', '|'].flatMap((delimiter) =>
    table.map((_, at) => ({
      name: `${JSON.stringify(delimiter)} as delimiter of row ${at}`,
      text: rows.map((cells, row) => writeRow(cells, row === at ? { ...usual, delimiter } : usual) + crlf).join(''),
      expected: expectedOf(table),
      line: at + 1,
    })),
  )
}

/** An extra quote before a cell, an extra delimiter, and a missing delimiter, for each cell of the file. */
function oneCell(table: string[][]): Polluted[] {
  const rows = written(table).map((cells) => cells.map((cell) => writeCell(cell, usual)))
  const found: Polluted[] = []
  const add = (name: string, at: number, cells: string[], expected: string[]) =>
    found.push({
      name: `${name} in row ${at}`,
      text: rows.map((row, index) => (index === at ? cells.join('') : row.join(',')) + crlf).join(''),
      expected: expectedOf(table.map((row, index) => (index === at ? expected : row))),
      line: at + 1,
    })
  for (const [at, values] of table.entries()) {
    const cells = rows[at]!.map((cell, column) => (column ? `,${cell}` : cell))
    for (const [column, value] of values.entries()) {
      const raw = rows[at]![column]!
      const comma = column ? ',' : ''
      const inside = raw.startsWith('"') ? `""${raw.slice(1)}` : `"${raw}`
      add(`a quote before cell ${column}`, at, cells.with(column, comma + inside), values.with(column, `"${value}`))
      add(
        `a delimiter before cell ${column}`,
        at,
        cells.with(column, `,${comma}${raw}`),
        values.toSpliced(column, 0, ''),
      )
      if (!column) continue
      const joined = values.toSpliced(column - 1, 2, values[column - 1]! + value)
      add(`no delimiter before cell ${column}`, at, cells.with(column, raw), joined)
    }
  }
  return found
}
