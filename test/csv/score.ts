import type { Table } from './files.ts'

/**
 * The simple score of the Pollock benchmark (VLDB 2023), 0 to 10: whether the file can be read, and precision, recall
 * and F1 of header cells, of records, and of all cells. For an empty file, reading nothing is correct.
 */
export function scoreOf(expected: Table, read: Table | null): number {
  if (!read) return expected.header.length + expected.rows.length ? 0 : 10
  const [want, got] = [tidy(expected), tidy(read)]
  const records = ({ rows }: Table) => rows.map((cells) => JSON.stringify(cells))
  const cells = ({ header, rows }: Table) => [header, ...rows].flat()
  const all = [
    measures(want.header, got.header),
    measures(records(want), records(got)),
    measures(cells(want), cells(got)),
  ]
  return 1 + all.flat().reduce((sum, one) => sum + one, 0)
}

/** Removes trailing columns without a name and without values. */
export function tidy({ header, rows }: Table): Table {
  const all = [header, ...rows]
  let width = Math.max(...all.map(({ length }) => length))
  while (width > 0 && all.every((cells) => !cells[width - 1])) width--
  const cut = (cells: string[]) => Array.from({ length: width }, (_, index) => cells[index] ?? '')
  return { header: cut(header), rows: rows.map(cut) }
}

function measures(want: readonly string[], got: readonly string[]): number[] {
  if (!want.length) return got.length ? [0, 0, 0] : [1, 1, 1]
  const left = new Map<string, number>()
  for (const one of want) left.set(one, (left.get(one) ?? 0) + 1)
  const both = got.filter((one) => {
    const count = left.get(one) ?? 0
    left.set(one, count - 1)
    return count > 0
  }).length
  if (!both) return [0, 0, 0]
  const [precision, recall] = [both / want.length, both / got.length]
  return [precision, recall, (2 * precision * recall) / (precision + recall)]
}
