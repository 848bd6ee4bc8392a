import type { FoundRecord, RecordFinder } from './find-named.ts'
import { isPlainName, type NamedRecord } from './link-text.ts'
import type { ImportRow } from './row.ts'

/** A cell that names records, with its readings. */
export interface ReadCell {
  /** The name of the column. */
  column: string
  readings: NamedRecord[][]
}

/** A name in the chosen reading of a cell, with the records that have it. */
export interface FoundName {
  named: NamedRecord
  records: FoundRecord[]
}

/** What the cells of a link name. */
export interface FoundLink {
  /** The name of the column whose names are used. */
  column: string
  names: FoundName[]
  /** The records that the columns name, if these do not agree. */
  different: FoundRecord[] | null
}

/**
 * Returns the records that the cells of a link name. The cells stand in for each other: a name without a record does not
 * matter if another cell has one. If several people have the name in one cell, another cell decides. Cells that name
 * different records leave it open which is meant. `creates` says whether records are created for unknown names.
 */
export function findLinked(
  row: ImportRow,
  cells: readonly ReadCell[],
  finder: RecordFinder,
  creates: boolean,
): FoundLink {
  const found = cells.map(({ column, readings }) => ({ column, names: bestOf(row, readings, finder, creates) }))
  const known = found.filter(({ names }) => countOf(names))
  const [main, ...others] = known.toSorted((a, b) => countOf(b.names) - countOf(a.names) || all(a) - all(b))
  if (!main)
    return {
      ...(found.find(({ names }) => creates && names.every(({ named }) => isPlainName(named))) ?? found[0]!),
      different: null,
    }
  const isSame = others.every((other) => other.names.every((name) => !name.records.length || sharedBy(main, name)))
  const records = distinct(known.flatMap(({ names }) => names.flatMap((name) => name.records)))
  if (!isSame) return { column: known[0]!.column, names: [], different: records }
  return { ...main, names: main.names.map((name) => narrowed(name, others)), different: null }
}

/**
 * Returns the first reading with a record for each name, else the one that separates records by semicolons. Another
 * reading that finds more records is better, unless the other names would become records: they may be one name with commas.
 */
function bestOf(row: ImportRow, readings: NamedRecord[][], finder: RecordFinder, creates: boolean): FoundName[] {
  const found = readings.map((list) => list.map((named): FoundName => ({ named, records: finder.records(named, row) })))
  const whole = found.find((list) => list.every(({ records }) => records.length))
  const usual = whole ?? found[1] ?? found[0]!
  return whole || creates ? usual : found.reduce((best, next) => (countOf(next) > countOf(best) ? next : best), usual)
}

/** What a cell names. */
type FoundCell = Omit<FoundLink, 'different'>

/** Returns the number of names with records. */
function countOf(names: readonly FoundName[]): number {
  return names.filter(({ records }) => records.length).length
}

function all({ names }: FoundCell): number {
  return names.flatMap(({ records }) => records).length
}

function sharedBy({ names }: FoundCell, { records }: FoundName): boolean {
  const known = new Set(records.map(nameOf))
  return names.some((name) => name.records.some((record) => known.has(nameOf(record))))
}

/** Returns the name with the records that other cells name as well, if there are any among several. */
function narrowed(name: FoundName, others: readonly FoundCell[]): FoundName {
  if (name.records.length < 2) return name
  const known = new Set(others.flatMap(({ names }) => names.flatMap(({ records }) => records.map(nameOf))))
  const records = name.records.filter((record) => known.has(nameOf(record)))
  return records.length ? { ...name, records } : name
}

/** Returns the records without repetitions. */
export function distinct(records: readonly FoundRecord[]): FoundRecord[] {
  return [...new Map(records.map((one) => [nameOf(one), one])).values()]
}

function nameOf({ type, id }: FoundRecord): string {
  return `${type} ${id}`
}
