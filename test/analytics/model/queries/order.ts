import type { Big } from 'big.js'
import type { Life } from '../life.ts'
import { exact } from '../money.ts'
import type { Row } from '../table.ts'
import type { Place } from './answer.ts'
import { cellOf, type ExactCell, isComparable } from './cells.ts'
import type { Asked, Group, Having, Query } from './query.ts'
import { groupValues } from './values.ts'

/** A row of a query with its places in the groups. */
export interface QueryRow extends Row {
  places: readonly Place[]
  cells: Readonly<Record<string, ExactCell>>
}

/** The values of the largest groups. Null if all groups are wanted. */
export type Top = readonly unknown[] | null

/** Returns the largest values of a group: by the first measure of the order, or else the first one that can be compared. */
export function topOf(group: Group, records: readonly Life[], query: Query, asked: Asked): Top {
  if (group.top === undefined) return null
  const named = (query.sort ?? []).map((key) => query.measures.find(({ as }) => as === key.replace('-', '')))
  const measure = named.find((one) => one) ?? query.measures.find((one) => isComparable(one, asked))
  const sizeOf = (value: unknown) =>
    cellOf(
      measure ?? { as: 'count', fn: 'count' },
      records.filter((life) => groupValues(life, group, query, asked).includes(value)),
      query,
      asked,
    ).exact ?? null
  const values = new Set(records.flatMap((life) => groupValues(life, group, query, asked)))
  const sized = [...values].map((value) => ({ value, size: sizeOf(value) }))
  return sized
    .sort((a, b) => nullsLast(a.size, b.size, compareSizes, -1) || compareValues(a.value, b.value))
    .slice(0, group.top)
    .map(({ value }) => value)
}

/** Returns how rows are ordered: those of others last, then by the keys of the query, then by the groups. */
export function compareRows(query: Query, asked: Asked): (a: QueryRow, b: QueryRow) => number {
  const keys = query.sort ?? usualOrder(query, asked)
  const byOther = query.groupBy.map((_, at) => (a: QueryRow, b: QueryRow) => {
    return Number(a.places[at]!.isOther) - Number(b.places[at]!.isOther)
  })
  const byKeys = keys.map((key) => (a: QueryRow, b: QueryRow) => {
    const [name, direction] = key.startsWith('-') ? [key.slice(1), -1] : [key, 1]
    if (!name.startsWith('group')) return nullsLast(sizeIn(a, name), sizeIn(b, name), compareSizes, direction)
    return nullsLast(a.key[name], b.key[name], compareValues, direction)
  })
  const byGroups = query.groupBy.map((_, at) => (a: QueryRow, b: QueryRow) => {
    return compareValues(a.key[`group${at}`], b.key[`group${at}`])
  })
  const all = [...byOther, ...byKeys, ...byGroups]
  return (a, b) => all.reduce((found, compare) => found || compare(a, b), 0)
}

/** Rows of times are in the order of time, others begin with the largest. */
function usualOrder({ groupBy, measures }: Query, asked: Asked): string[] {
  const first = measures.find((one) => isComparable(one, asked))
  return groupBy[0]?.bucket || !first ? [] : [`-${first.as}`]
}

const sizeIn = ({ cells }: QueryRow, name: string) => cells[name]!.exact ?? null
const compareSizes = (a: Big, b: Big) => a.cmp(b)

function nullsLast<Value>(
  a: Value | null,
  b: Value | null,
  compare: (a: Value, b: Value) => number,
  direction: number,
): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  return direction * compare(a, b)
}

function compareValues(a: unknown, b: unknown): number {
  return nullsLast(a as number, b as number, (one, other) => (one < other ? -1 : one > other ? 1 : 0), 1)
}

/** Returns whether a row meets all conditions on its measures. A measure without a value only meets `ne` and `isEmpty`. */
export function fulfilsAll({ cells }: QueryRow, having: readonly Having[]): boolean {
  return having.every(({ measure, op, value }) => {
    const size = cells[measure]!.exact ?? null
    if (op === 'isEmpty') return (size === null) === value
    if (size === null) return op === 'ne'
    const [low, high] = (Array.isArray(value) ? value : [value, value]).map((one) => size.cmp(exact(one)))
    return {
      eq: low === 0,
      ne: low !== 0,
      gt: low! > 0,
      gte: low! >= 0,
      lt: low! < 0,
      lte: low! <= 0,
      between: low! >= 0 && high! <= 0,
    }[op]
  })
}
