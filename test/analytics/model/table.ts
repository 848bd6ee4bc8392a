import type { Life } from './life.ts'

/** A cell: its value, and the records that it lists, if it lists any. */
export interface Cell {
  value: unknown
  records?: readonly Life[]
}

/** A row of a report. */
export interface Row {
  key: Readonly<Record<string, unknown>>
  /** Whether it has the records that are in none of the largest groups. */
  other?: true
  cells: Readonly<Record<string, Cell>>
}

/** The answer of the model. */
export interface Table {
  rows: readonly Row[]
  /** Whether the rows have an order. */
  isOrdered?: true
  /** Whether rows of the earlier period are at the same places. Otherwise they have the same keys. */
  isAligned?: true
  /** Whether there are more rows. */
  truncated?: boolean
  totals?: Readonly<Record<string, Cell>>
  /** The cells of a row without records, if rows are compared with an earlier period. */
  empty?: Readonly<Record<string, Cell>>
}
