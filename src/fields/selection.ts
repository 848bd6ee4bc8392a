import { type RawBuilder, sql } from 'kysely'
import type { Database } from '../database/connect.ts'
import { type Keep, rowsOf, type Statement, statementOf, type TextRow } from '../database/statement.ts'

/** Columns that a statement selects, and how their texts are read. */
export interface Selection<Value> {
  /** SQL of the columns, separated by commas. */
  readonly columns: RawBuilder<unknown>
  readonly width: number
  /** Reads the columns of a row, the first of which is at this index. */
  read(row: TextRow, at: number): Value
}

/** Runs a query that selects these columns, and reads its rows. */
export async function readRows<Value>(
  db: Database,
  selection: Selection<Value>,
  query: (columns: RawBuilder<unknown>) => RawBuilder<unknown>,
  keep?: Keep,
): Promise<Value[]> {
  const rows = await rowsOf(db, textStatement(query(selection.columns), keep))
  const values = readAllRows(selection, rows)
  // The array outlives its query until a full garbage collection. With its rows it would fill the heap.
  rows.length = 0
  return values
}

/** Returns a statement whose rows a selection reads. */
export function textStatement(query: RawBuilder<unknown>, keep?: Keep): Statement<TextRow> {
  return statementOf(query as RawBuilder<TextRow>, { keep, isText: true })
}

/** Reads the rows of a statement that selects these columns. */
export function readAllRows<Value>(selection: Selection<Value>, rows: readonly TextRow[]): Value[] {
  return rows.map((row) => selection.read(row, 0))
}

/** Selects one column. `read` gets its text; an empty column has the value `empty`. */
export function column<Value>(
  columns: RawBuilder<unknown>,
  read: (text: string) => Value,
  empty: Value,
): Selection<Value> {
  return {
    columns,
    width: 1,
    read(row, at) {
      const text = row[at]
      return text === null || text === undefined ? empty : read(text)
    },
  }
}

/** Selects an integer. */
export function integerColumn(columns: RawBuilder<unknown>): Selection<number> {
  return column(columns, Number, 0)
}

/** Selects whether a condition is true. */
export function flagColumn(columns: RawBuilder<unknown>): Selection<boolean> {
  return column(columns, (text) => text === 't', false)
}

/** Selects a column that contains JSON text. */
export function jsonColumn(columns: RawBuilder<unknown>, empty = 'null'): Selection<string> {
  return column(columns, (text) => text, empty)
}

/** Selects nothing: every row has this value. */
export function always<Value>(value: Value): Selection<Value> {
  return { columns: sql``, width: 0, read: () => value }
}

/** Converts what a selection reads. */
export function mapped<From, To>(selection: Selection<From>, convert: (value: From) => To): Selection<To> {
  return { ...selection, read: (row, at) => convert(selection.read(row, at)) }
}

/** Selects several values under their names. */
export function rowOf<Row extends object>(
  parts: {
    readonly [Name in keyof Row]: Selection<Row[Name]>
  },
): Selection<Row> {
  const { columns, width, placed } = together(Object.values<Selection<unknown>>(parts))
  const members = Object.keys(parts).map((name, index) => ({ name, ...placed[index]! }))
  return {
    columns,
    width,
    read(row, at) {
      const made: Record<string, unknown> = {}
      for (const { name, part, offset } of members) made[name] = part.read(row, at + offset)
      return made as Row
    },
  }
}

/** Selects pairs of a name and a value. */
export function entriesOf<Value>(
  parts: readonly (readonly [name: string, Selection<Value>])[],
): Selection<[string, Value][]> {
  const { columns, width, placed } = together(parts.map(([, part]) => part))
  const names = parts.map(([name]) => name)
  return {
    columns,
    width,
    read: (row, at) => placed.map(({ part, offset }, index) => [names[index]!, part.read(row, at + offset)]),
  }
}

/** Selects a JSON object with these members. */
export function objectOf(members: readonly (readonly [name: string, Selection<string>])[]): Selection<string> {
  const { columns, width, placed } = together(members.map(([, value]) => value))
  // Joining gives a flat text. Texts that are added up stay trees, which take several times the memory.
  const parts = members.flatMap(([name], index) => [`${index ? ',' : '{'}${JSON.stringify(name)}:`, ''])
  parts.push(members.length ? '}' : '{}')
  const steps = placed.map(({ part, offset }, index) => ({ place: 2 * index + 1, offset, read: part.read }))
  return {
    columns,
    width,
    read(row, at) {
      for (const { place, offset, read } of steps) parts[place] = read(row, at + offset)
      return parts.join('')
    },
  }
}

/** Selects a JSON array of these values. */
export function arrayOf(values: readonly Selection<string>[]): Selection<string> {
  const { columns, width, placed } = together(values)
  return {
    columns,
    width,
    read: (row, at) => `[${placed.map(({ part, offset }) => part.read(row, at + offset)).join()}]`,
  }
}

/** Returns the columns of all parts, and where those of each part begin. */
export function together<Part extends Selection<unknown>>(parts: readonly Part[]) {
  let width = 0
  const placed = parts.map((part) => {
    const offset = width
    width += part.width
    return { part, offset }
  })
  const columns = parts.flatMap((part) => (part.width ? [part.columns] : []))
  return { columns: sql.join(columns), width, placed }
}
