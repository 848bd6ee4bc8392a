import type { Life } from '../life.ts'
import { type Period, periodOf } from '../period.ts'
import type { Row, Table } from '../table.ts'
import { cellOf } from './cells.ts'
import { compareRows, fulfilsAll, type QueryRow, type Top, topOf } from './order.ts'
import type { Asked, Query } from './query.ts'
import { fulfils, groupValues, partsOf, placeInTime } from './values.ts'

/**
 * The answer of the model: a row for each combination of values of the groups, and the answer for the period that it is
 * compared with, whose rows are those of the same places.
 */
export function answer(query: Query, asked: Asked, before?: Period): { table: Table; earlier?: Table } {
  const tops = query.groupBy.map((group) => topOf(group, recordsOf(query, asked), query, asked))
  const { rows: found, totals } = rowsOf(query, asked, tops)
  const rows = [...found, ...emptyRows(query, asked, found)]
  const shown = rows.filter((row) => fulfilsAll(row, query.having ?? [])).sort(compareRows(query, asked))
  const table = {
    rows: shown.slice(0, query.limit),
    totals,
    isOrdered: true,
    truncated: shown.length > query.limit,
  } as const
  if (!before) return { table }
  const period = { from: new Date(before.from).toISOString(), to: new Date(before.to).toISOString() }
  const then = { ...query, period }
  const earlier = rowsOf(then, asked, tops)
  const known = new Map(earlier.rows.map((row) => [nameOf(row, then, asked), row]))
  const empty = { key: {}, cells: cellsOf([], query, asked) }
  const rowBefore = (row: QueryRow) => known.get(nameOf(row, query, asked)) ?? empty
  return { table, earlier: { rows: table.rows.map(rowBefore), totals: earlier.totals, isAligned: true } }
}

/** Returns rows for the parts of the period without records, if they are asked for. */
function emptyRows(query: Query, asked: Asked, found: readonly QueryRow[]): QueryRow[] {
  const { groupBy, period, timeZone } = query
  const { bucket, empty } = groupBy[0] ?? {}
  if (!empty || !bucket || !period) return []
  const known = found.map(({ key }) => key.group0)
  const missing = partsOf(periodOf(period, timeZone, asked.now), bucket, asked.now).filter(
    (one) => !known.includes(one),
  )
  return missing.map((value) => ({
    ...{ key: { group0: value }, places: [{ value, isOther: false }] },
    cells: cellsOf([], query, asked),
  }))
}

/** Returns a name of the place of a row. Points in time are named by their places in the period. */
function nameOf({ places }: QueryRow, { groupBy, period, timeZone }: Query, { now }: Asked): string {
  const { from } = periodOf(period!, timeZone, now)
  return JSON.stringify(
    places.map(({ value, isOther }, at) => {
      const { bucket } = groupBy[at]!
      return [isOther, bucket && value !== null ? placeInTime(value, bucket, from, timeZone) : value]
    }),
  )
}

/** Returns the rows of a query without their order, and the totals. */
export function rowsOf(query: Query, asked: Asked, tops: readonly Top[]): { rows: QueryRow[]; totals: Row['cells'] } {
  const all = recordsOf(query, asked)
  const cells = (records: readonly Life[]) => cellsOf(records, query, asked)
  const found = new Map<string, { places: readonly Place[]; records: Life[] }>()
  // Without groups there are only totals.
  for (const life of query.groupBy.length ? all : []) {
    for (const places of combinations(tops.map((top, at) => placesOf(life, at, top, query, asked)))) {
      const name = JSON.stringify(places)
      const row = found.get(name) ?? { places, records: [] }
      found.set(name, row)
      row.records.push(life)
    }
  }
  const rows = [...found.values()].map(
    ({ places, records }): QueryRow => ({
      key: Object.fromEntries(places.map(({ value }, at) => [`group${at}`, value])),
      ...(places.some(({ isOther }) => isOther) && { other: true }),
      ...{ places, cells: cells(records) },
    }),
  )
  return { rows, totals: cells(all) }
}

function cellsOf(records: readonly Life[], query: Query, asked: Asked) {
  return Object.fromEntries(query.measures.map((measure) => [measure.as, cellOf(measure, records, query, asked)]))
}

function recordsOf(query: Query, asked: Asked): Life[] {
  const { type, filter } = query
  return asked.view.records.filter((life) => life.type === type && (!filter || fulfils(life, filter, query, asked)))
}

/** Where a record is in a group: at a value, or among those in none of the largest groups. */
export interface Place {
  value: unknown
  isOther: boolean
}

/** A record without any of the largest values is among the others, if they have a row. */
function placesOf(life: Life, at: number, top: Top, query: Query, asked: Asked): Place[] {
  const group = query.groupBy[at]!
  const values = groupValues(life, group, query, asked)
  const shown = top ? values.filter((value) => top.includes(value)) : values
  const places = [...new Set(shown)].map((value) => ({ value, isOther: false }))
  return places.length || !group.other ? places : [{ value: null, isOther: true }]
}

function combinations<Item>(lists: readonly (readonly Item[])[]): Item[][] {
  return lists.reduce<Item[][]>((all, list) => all.flatMap((one) => list.map((item) => [...one, item])), [[]])
}
