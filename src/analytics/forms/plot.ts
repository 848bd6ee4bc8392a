import type { Language } from '../../errors/language.ts'
import type { Cell, CellValue, ReportColumn, ReportRow, ReportTable } from '../table.ts'
import { addsUp, currenciesOf, numberOf, sumOf } from './amounts.ts'
import type { Chart } from './chart.ts'
import { groupsOf } from './pivot.ts'
import { textIn } from './texts.ts'
import { pictureText } from './value-kinds.ts'

/** A value to draw, its text, and a short text for narrow places. */
export interface Amount {
  number: number | null
  text: string
  short: string
}

/** A value of a series, and the value that it is compared with. */
export interface Point extends Amount {
  mark: Amount | null
}

/** A row of a chart, with a point for each series. */
export interface PlotRow {
  label: string
  /** A shorter label for an axis: the first day of a time with several days. */
  axisLabel: string
  points: readonly Point[]
  /** The text after the value. */
  note: string | null
  /** The sum of the points, if the chart stacks them. */
  sum: Amount | null
}

/** What a chart draws. */
export interface Plot {
  chart: Chart
  series: readonly ReportColumn[]
  rows: readonly PlotRow[]
  /** The totals by series. None if a row has them. */
  totals: readonly Amount[]
  /** What the marks of points show, if there are any. */
  markLabel: string | null
  /** Remarks below the chart. */
  remarks: readonly string[]
  /** The currencies of its amounts. */
  currencies: readonly (string | null)[]
}

type Line = Pick<ReportRow, 'label' | 'cells'> & Partial<Pick<ReportRow, 'key'>>

/** Returns what a chart of a table draws. Rows beyond the given number are summed up in the last one, if sums make sense. */
export function plotOf(
  table: ReportTable,
  chart: Chart,
  { language, mostRows, remarks }: { language: Language; mostRows: number; remarks: readonly string[] },
): Plot {
  const series = chart.columns.flatMap((key) => table.columns.filter((column) => column.key === key))
  const { lines, left } = firstLines(table, series, { mostRows, language })
  const columns = { series, target: columnOf(table, chart.target), note: columnOf(table, chart.note) }
  const rows = lines.map((line) => rowOf(line, columns, { chart, language }))
  const hasMarks = rows.some(({ points }) => points.some(({ mark }) => mark))
  return {
    ...{ chart, series, rows },
    totals: groupsOf(table).length
      ? series.map((column) => amountOf(table.totals.cells[column.key]?.value ?? null, column, language))
      : [],
    markLabel: hasMarks ? (columns.target?.label ?? textIn(language, 'compared')) : null,
    remarks: [
      ...remarks,
      ...(left ? [textIn(language, 'moreRows', { count: left })] : []),
      ...(table.truncated ? [textIn(language, 'truncated')] : []),
    ],
    currencies: [
      ...new Set(lines.flatMap(({ cells }) => series.flatMap(({ key }) => currenciesOf(cells[key]?.value)))),
    ],
  }
}

function columnOf({ columns }: ReportTable, key: string | undefined): ReportColumn | undefined {
  return columns.find((column) => column.key === key)
}

/** The columns of a chart. */
interface Columns {
  series: readonly ReportColumn[]
  target: ReportColumn | undefined
  note: ReportColumn | undefined
}

const isDay = (value: unknown) => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)

function axisLabelOf({ key = {}, label }: Line): string {
  return Object.values(key).some(isDay) ? label.split(' – ')[0]! : label
}

function rowOf(
  line: Line,
  { series, target, note }: Columns,
  { chart, language }: { chart: Chart; language: Language },
): PlotRow {
  const { label, cells } = line
  const amount = (value: CellValue | undefined, column: ReportColumn) => amountOf(value ?? null, column, language)
  const points = series.map((column) => {
    const { value, compared } = cells[column.key] ?? { value: null }
    const mark = target
      ? amount(cells[target.key]?.value, target)
      : compared === undefined
        ? null
        : amount(compared, column)
    return { ...amount(value, column), mark: mark?.number === null ? null : mark }
  })
  const noted = (note && cells[note.key]?.value) ?? null
  const sum =
    chart.shape === 'stackedBar' && series.length ? sumOf(series.map(({ key }) => cells[key]?.value ?? null)) : null
  return {
    ...{ label, axisLabel: axisLabelOf(line), points },
    note: note && noted !== null ? pictureText(noted, note.kind, language) : null,
    sum: sum === null ? null : amount(sum, series[0]!),
  }
}

function amountOf(value: CellValue, { kind }: ReportColumn, language: Language): Amount {
  const text = pictureText(value, kind, language)
  return { number: numberOf(value), text, short: pictureText(value, kind, language, 'short') }
}

/** A table without groups shows its totals. */
function rowsOf(table: ReportTable, language: Language): readonly (Line & { other?: boolean })[] {
  return groupsOf(table).length ? table.rows : [{ label: textIn(language, 'total'), cells: table.totals.cells }]
}

/** Returns the rows that fit, and how many others are left out. */
function firstLines(
  table: ReportTable,
  series: readonly ReportColumn[],
  { mostRows, language }: { mostRows: number; language: Language },
): { lines: readonly Line[]; left: number } {
  const rows = rowsOf(table, language)
  if (rows.length <= mostRows) return { lines: rows, left: 0 }
  if (!series.every(({ key }) => addsUp(table, key)))
    return { lines: rows.slice(0, mostRows), left: rows.length - mostRows }
  const rest = rows.slice(mostRows - 1)
  const count = rest.some(({ other }) => other) ? '' : ` (${rest.length})`
  const cells = Object.fromEntries(series.map(({ key }) => [key, sumOfCells(rest.map((row) => row.cells[key]))]))
  return {
    lines: [...rows.slice(0, mostRows - 1), { label: textIn(language, 'other') + count, cells }],
    left: 0,
  }
}

function sumOfCells(cells: readonly (Cell | undefined)[]): Cell {
  const compared = cells.every((cell) => cell?.compared !== undefined)
    ? sumOf(cells.map((cell) => cell!.compared!))
    : null
  return { value: sumOf(cells.map((cell) => cell?.value ?? null)), ...(compared !== null && { compared }) }
}
