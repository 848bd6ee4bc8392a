import { disarm } from '../../csv/formulas.ts'
import { csvLines } from '../../csv/write.ts'
import type { Cells, CellValue, ReportColumn, ReportRow, ReportTable } from '../table.ts'
import { currenciesOf, type Money } from './amounts.ts'
import type { CsvOptions } from './options.ts'
import { groupsOf } from './pivot.ts'
import { textIn } from './texts.ts'
import { type CsvWriting, decimalText, valueKinds } from './value-kinds.ts'

/** A line of the table: a row, or the totals. */
interface Line {
  row: ReportRow | null
  cells: Cells
}

/** A column of the file. */
interface FileColumn {
  header: string
  write(line: Line): string
}

/** Returns a report as the bytes of a CSV file: a header, a line for each row, and the totals. */
export function csvOf(table: ReportTable, { encoding, delimiter, ...writing }: CsvOptions & CsvWriting): Buffer {
  const columns = fileColumns(table, writing)
  const lines = linesOf(table)
  const texts = [columns.map(({ header }) => header), ...lines.map((line) => columns.map(({ write }) => write(line)))]
  const safe = writing.mode === 'people' ? texts.map((cells) => cells.map(disarm)) : texts
  return Buffer.from(csvLines(safe, { delimiter, bom: encoding === 'utf-8-bom' }))
}

/** A report without groups has only totals. */
function linesOf(table: ReportTable): Line[] {
  const rows = groupsOf(table).length ? table.rows : []
  return [...rows.map((row) => ({ row, cells: row.cells })), { row: null, cells: table.totals.cells }]
}

function fileColumns(table: ReportTable, writing: CsvWriting): FileColumn[] {
  const groups = groupsOf(table)
  const named = groups.length
    ? groups.map((column, at) => groupColumn(column, at === 0, writing))
    : [nameless(table, writing)]
  const measures = table.columns.filter(({ kind }) => kind !== 'group')
  return [...named, ...measures.flatMap((column) => measureColumns(table, column, writing))]
}

/** The line of totals is named in the first column. */
function groupColumn({ key, label }: ReportColumn, isFirst: boolean, writing: CsvWriting): FileColumn {
  const { mode } = writing
  return {
    header: mode === 'raw' ? key : label,
    write({ row }) {
      if (!row) return isFirst ? totalName(writing) : ''
      return mode === 'raw' ? rawKey(row.key[key]) : (row.labels[key] ?? (isFirst ? row.label : ''))
    },
  }
}

/** A report without groups has a first column all the same. */
function nameless(table: ReportTable, writing: CsvWriting): FileColumn {
  return { header: writing.mode === 'raw' ? 'row' : table.title, write: () => totalName(writing) }
}

function totalName({ mode, language }: CsvWriting): string {
  return mode === 'raw' ? 'total' : textIn(language, 'total')
}

function rawKey(value: ReportRow['key'][string] | undefined): string {
  return typeof value === 'object' && value ? JSON.stringify(value) : String(value ?? '')
}

/** Returns the columns of a measure, and those of the compared period. */
function measureColumns(table: ReportTable, column: ReportColumn, writing: CsvWriting): FileColumn[] {
  const lines = linesOf(table)
  const isCompared = lines.some(({ cells }) => cells[column.key]?.compared !== undefined)
  const parts = isCompared ? (['value', 'compared'] as const) : (['value'] as const)
  return parts.flatMap((part) => {
    const names = part === 'compared' ? [part] : []
    const valueIn = ({ cells }: Line) => cells[column.key]?.[part] ?? null
    if (valueKinds[column.kind].isMoney) {
      const currencies = table.currency === 'each' ? currenciesIn(lines.map(valueIn)) : undefined
      return moneyColumns({ names, column, valueIn, currencies }, writing)
    }
    return { header: header(column, names, writing), write: (line) => plainText(valueIn(line), column, writing) }
  })
}

/** A measure of amounts, with the names of its columns, and their currencies if each has its own column. */
interface MoneyMeasure {
  column: ReportColumn
  names: readonly 'compared'[]
  valueIn(line: Line): CellValue
  currencies: readonly (string | null)[] | undefined
}

/** Returns a column of amounts and one of their currency, or a column of amounts for each currency. */
function moneyColumns({ column, names, valueIn, currencies }: MoneyMeasure, writing: CsvWriting): FileColumn[] {
  const amountsIn = (line: Line) => [valueIn(line) ?? []].flat().filter((one): one is Money => typeof one === 'object')
  if (currencies) {
    return currencies.map((currency) => ({
      header: header(column, [...names, ...(currency === null ? [] : [currency])], writing),
      write: (line) => amountText(amountsIn(line).find((one) => one.currency === currency)?.amount, writing),
    }))
  }
  return [
    { header: header(column, names, writing), write: (line) => amountText(amountsIn(line)[0]?.amount, writing) },
    { header: header(column, [...names, 'currency'], writing), write: (line) => amountsIn(line)[0]?.currency ?? '' },
  ]
}

function currenciesIn(values: readonly CellValue[]): (string | null)[] {
  return [...new Set(values.flatMap(currenciesOf))].sort()
}

/** Returns the name of a column: its label or key, and what part of it the column has. */
function header({ key, label }: ReportColumn, parts: readonly string[], { mode, language }: CsvWriting): string {
  if (mode === 'raw') return [key, ...parts].join('.')
  const inWords = (part: string) => (part === 'compared' || part === 'currency' ? textIn(language, part) : part)
  return [label, ...parts.map(inWords)].join(', ')
}

function plainText(value: CellValue, { kind }: ReportColumn, writing: CsvWriting): string {
  if (value === null || typeof value === 'object') return ''
  return writing.mode === 'raw' ? String(value) : valueKinds[kind].inFile(value, writing)
}

function amountText(amount: string | undefined, { mode, language }: CsvWriting): string {
  return mode === 'raw' ? (amount ?? '') : decimalText(amount ?? '', language)
}
