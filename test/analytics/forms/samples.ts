import type { Cells, CellValue, ColumnKind, ReportTable } from '../../../src/analytics/table.ts'

/** The columns of a sample after the group: kind and label by key. */
export type SampleColumns = Readonly<Record<string, readonly [kind: ColumnKind, label: string]>>

/** A value, or a value and the compared one. */
type SampleValue = CellValue | { value: CellValue; compared: CellValue }

/** A row of a sample: its label, and a value for each column. */
export type SampleRow = readonly [label: string, ...values: SampleValue[]]

const timeZone = 'Europe/Moscow'
const november = { from: '2026-10-31T21:00:00Z', to: '2026-11-30T21:00:00Z', timeZone, lastDay: '2026-11-30' }
const october = { from: '2026-09-30T21:00:00Z', to: '2026-10-31T21:00:00Z', timeZone, lastDay: '2026-10-31' }

/** Returns a report for November with one group. */
export function sampleTable(
  { title, group }: { title: string; group: string },
  columns: SampleColumns,
  rows: readonly SampleRow[],
  {
    totals = [],
    compared = false,
    ...other
  }: { totals?: SampleValue[]; compared?: boolean } & Partial<
    Pick<ReportTable, 'currency' | 'charts' | 'truncated'>
  > = {},
): ReportTable {
  const cells = (values: readonly SampleValue[]): Cells =>
    Object.fromEntries(values.map((value, at) => [Object.keys(columns)[at], isPair(value) ? value : { value }]))
  return {
    ...{ report: 'sample', title, period: november, compared: compared ? october : null, currency: 'RUB' },
    columns: [
      { key: 'group', kind: 'group', label: group },
      ...Object.entries(columns).map(([key, [kind, label]]) => ({ key, kind, label })),
    ],
    rows: rows.map(([label, ...values], at) => ({
      ...{ key: { group: at + 1 }, labels: { group: label }, label, cells: cells(values) },
    })),
    totals: { cells: cells(totals) },
    charts: ['bar'],
    truncated: false,
    ...other,
  }
}

function isPair(value: SampleValue): value is { value: CellValue; compared: CellValue } {
  return typeof value === 'object' && value !== null && 'compared' in value
}

/** Returns an amount in rubles. */
export const rub = (amount: string) => ({ amount, currency: 'RUB' })

/** Labels of the samples in both languages. */
export const people = {
  en: ['Ivan Petrov', 'Anna Smirnova-Konstantinopolskaya', 'Olga', 'Sergey Ivanov'],
  ru: ['Иван Петров', 'Анна Смирнова-Константинопольская', 'Ольга', 'Сергей Иванов'],
}

/** Returns the report of deals by employee. */
export function dealsSample(language: 'en' | 'ru', compared = false): ReportTable {
  const isRussian = language === 'ru'
  const pair = (value: CellValue, before: CellValue) => (compared ? { value, compared: before } : value)
  return sampleTable(
    isRussian ? { title: 'Сделки', group: 'Ответственный' } : { title: 'Deals', group: 'Responsible' },
    {
      count: ['count', isRussian ? 'Сделок' : 'Deals'],
      inWork: ['count', isRussian ? 'В работе' : 'In work'],
      won: ['count', isRussian ? 'Выиграно' : 'Won'],
      lost: ['count', isRussian ? 'Проиграно' : 'Lost'],
      sumWon: ['money', isRussian ? 'Сумма выигранных' : 'Sum of won deals'],
      conversion: ['percent', isRussian ? 'Конверсия' : 'Conversion'],
      averageTime: ['duration', isRussian ? 'Среднее время' : 'Average time'],
    },
    [
      [people[language][0]!, pair(42, 36), 20, 15, 7, pair(rub('1250000.50'), rub('990000')), '68.2', 1_036_800],
      [people[language][1]!, pair(31, 35), 11, 8, 12, pair(rub('480000.00'), rub('700000')), '40.0', 90_061],
      [people[language][2]!, pair(12, 4), 9, 3, 0, pair(rub('75000'), rub('0')), '100.0', 432_000],
      [people[language][3]!, pair(5, 0), 5, 0, 0, pair(rub('0'), null), null, null],
    ],
    {
      compared,
      totals: [pair(90, 75), 45, 26, 19, pair(rub('1805000.50'), rub('1690000')), '57.8', 648_000],
      charts: ['stackedBar', 'bar'],
    },
  )
}

/** Returns the table with a second group of three values: rows with the same quotient by three have the same first group. */
export function withSecondGroup(table: ReportTable): ReportTable {
  const [group, ...measures] = table.columns
  return {
    ...table,
    columns: [group!, { key: 'second', kind: 'group', label: 'Second' }, ...measures],
    rows: table.rows.map((row, at) => {
      const [first, second] = [Math.floor(at / 3), at % 3]
      const labels = { group: `First ${first}`, second: `${row.label} ${second}` }
      return { ...row, key: { group: first, second }, labels, label: `${labels.group} · ${labels.second}` }
    }),
  }
}
