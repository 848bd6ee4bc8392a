import { type RawBuilder, sql } from 'kysely'
import { type Fault, invalid } from '../../errors/problem.ts'
import { namesIn, unknownNameFault } from '../../errors/unknown-name.ts'
import type { FieldsByPath } from '../../fields/field.ts'
import type { Target } from '../../fields/kind.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import type { Lookups } from '../../fields/lookups.ts'
import { nearestPath, pathsWithin } from '../../fields/paths.ts'
import { arrayParameter, type ListOrder, parameter, type Scalar, withCollation } from '../../fields/scalar.ts'
import { column, type Selection } from '../../fields/selection.ts'
import type { Value } from '../../fields/value.ts'
import { type Targets, targetsOf, unknownField } from '../../filters/resolve.ts'

/** One key of a sort order. */
export interface SortKey {
  target: Target
  descending: boolean
  /** How records are sorted by the target, if not by its value. */
  order?: ListOrder | undefined
  /** Where a query has selected what the key compares. */
  selected?: RawBuilder<unknown>
}

/** The fields that a sort order may name, the fields that a filter may name, and the lists of values. */
interface Named {
  /** The path of the field that identifies a row. */
  key: string
  fields: FieldsByPath
  targets: Targets
  lookups: Lookups
}

/** The most fields that a list may be sorted by. */
export const mostSortKeys = 5

/** The default sort order: newest first. */
export const defaultSort = '-id'

/** Reads a sort order such as `-createdAt,title`. Sorts ties by the id in the last key's direction. Throws every fault. */
export function readSort(text: string, named: Named, at: Pick<Fault, 'pointer' | 'parameter'>): SortKey[] {
  const targets = targetsOf(named.fields)
  const faults: Fault[] = []
  const keys = namesIn(text).flatMap((part): SortKey[] => {
    const path = part.replace(/^-/, '')
    const target = targets.get(path)
    if (target?.sortable) return [{ target, descending: part.startsWith('-'), order: orderIn(target, named.lookups) }]
    faults.push(unsortable(path, named, at))
    return []
  })
  const repeated = keys.find(({ target }, index) => keys.findIndex((key) => key.target === target) < index)
  if (repeated) faults.push({ ...at, code: 'duplicate_value' })
  if (keys.length > mostSortKeys) faults.push({ ...at, code: 'too_many', params: { limit: mostSortKeys } })
  if (faults.length) throw invalid(faults)
  const isUnique = keys.findIndex(({ target }) => target.path === named.key)
  if (isUnique >= 0) return keys.slice(0, isUnique + 1)
  // The id is always readable: no grant can hide it.
  return [...keys, { target: targets.get(named.key)!, descending: keys.at(-1)?.descending ?? true }]
}

function orderIn(target: Target, lookups: Lookups): ListOrder | undefined {
  return target.scalar.order?.(target, lookups)
}

function unsortable(path: string, { fields, targets }: Named, at: Pick<Fault, 'pointer' | 'parameter'>): Fault {
  const sortable = [...targetsOf(fields).values()].filter((one) => one.sortable).map((one) => one.path)
  const allowed = pathsWithin(path, sortable)
  if (allowed.length) return { ...at, code: 'only_parts', params: { name: path }, allowed }
  const [, column = '', direction = ''] = /^(.+?)[\s:]+(asc|desc)$/i.exec(path) ?? []
  if (sortable.includes(column)) {
    const hint = direction.toLowerCase() === 'desc' ? `-${column}` : column
    return unknownNameFault(at, 'unknown_field', path, hint)
  }
  const target = targets.get(path)
  if (target && (target.link || kindOf(target.field).pointsTo === 'record'))
    return { ...at, code: 'links_not_sortable', params: { name: path } }
  const isKnown = target ?? targets.parts(path).length
  if (isKnown) return { ...at, code: 'not_sortable', params: { name: path } }
  return unknownField(at, path, targets, nearestPath(path, sortable))
}

/** Returns the sort order as text, such as `-createdAt,title`. */
export function orderOf(keys: readonly SortKey[]): string {
  return keys.map(({ target, descending }) => (descending ? '-' : '') + target.path).join()
}

/**
 * Returns the keys without their steps, for records that a condition selects. An index of the condition may find them
 * at once, and not again for each of many values.
 */
export function withoutSteps(keys: readonly SortKey[], most = 0): SortKey[] {
  return keys.map(({ order, ...key }) => {
    if (!order?.steps || (order.values?.length ?? Number.POSITIVE_INFINITY) <= most) return { ...key, order }
    const { steps: _, ...rest } = order
    return { ...key, order: rest }
  })
}

/** Selects what cursors keep of a record for a key. */
export function keptColumn(key: SortKey): Selection<string> {
  const { column: kept, scalar } = keptBy(key)
  return column(kept, scalar.toJson, 'null')
}

function keptBy({ target, order }: SortKey): Pick<Target, 'column' | 'scalar'> {
  return order?.kept ?? target
}

/** Returns SQL that a list is sorted by: the column with the collation of its index, or the place of the value in a list. */
export function sortColumn(key: SortKey): RawBuilder<unknown> {
  if (key.selected) return key.selected
  const { column, scalar } = keptBy(key)
  return key.order?.values ? placeIn(key.order.values, scalar, column) : withCollation(scalar, column)
}

/** Returns SQL that `sortColumn` is compared with, given what a cursor has kept. */
export function sortValue(key: SortKey, kept: Value | undefined): RawBuilder<unknown> {
  const { scalar } = keptBy(key)
  const value = parameter(scalar, kept)
  return key.order?.values ? placeIn(key.order.values, scalar, value) : value
}

function placeIn(values: readonly Value[], scalar: Scalar, value: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`array_position(${arrayParameter(scalar, values)}, ${value})`
}

/** Returns whether the keys have a place for what a cursor has kept. A value that was deleted since has none. */
export function hasPlace(keys: readonly SortKey[], kept: readonly Value[]): boolean {
  return keys.every(({ order }, index) => kept[index] === null || (order?.values?.includes(kept[index]!) ?? true))
}

/** Returns the column and direction of a key. Empty values are last, or first when the list is read backwards. */
export function sortSql(key: SortKey, backwards: boolean): RawBuilder<unknown> {
  const direction = key.descending === backwards ? sql`asc` : sql`desc`
  // Added only for nullable keys: otherwise Postgres could not read an index backwards.
  const empty = isNullable(key) ? (backwards ? sql` nulls first` : sql` nulls last`) : sql``
  return sql`${sortColumn(key)} ${direction}${empty}`
}

/** Returns whether the key may be empty. */
export function isNullable({ target }: SortKey): boolean {
  return !target.field.notNull
}
