import { type RawBuilder, sql } from 'kysely'
import { type Fault, invalid } from '../../errors/problem.ts'
import { namesIn, unknownNameFault } from '../../errors/unknown-name.ts'
import type { FieldsByPath } from '../../fields/field.ts'
import type { Target } from '../../fields/kind.ts'
import { nearestPath, pathsWithin } from '../../fields/paths.ts'
import { withCollation } from '../../fields/scalar.ts'
import { type Targets, targetsOf, unknownField } from '../../filters/resolve.ts'

/** One key of a sort order. */
export interface SortKey {
  target: Target
  descending: boolean
}

/** The fields that a sort order may name, and the fields that a filter may name. */
interface Named {
  /** The path of the field that identifies a row. */
  key: string
  fields: FieldsByPath
  targets: Targets
}

/** The most fields that a list may be sorted by. */
export const mostSortKeys = 5

/** The default sort order: newest first. */
export const defaultSort = '-id'

/** Reads a sort order such as `-createdAt,title`. Sorts ties by the id in the last key's direction. Throws every fault. */
export function readSort(text: string, named: Named, at: Pick<Fault, 'pointer' | 'parameter'>): SortKey[] {
  const targets = targetsOf(named.fields)
  const faults: Fault[] = []
  const keys = namesIn(text).flatMap((part) => {
    const path = part.replace(/^-/, '')
    const target = targets.get(path)
    if (target?.sortable) return [{ target, descending: part.startsWith('-') }]
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

function unsortable(path: string, { fields, targets }: Named, at: Pick<Fault, 'pointer' | 'parameter'>): Fault {
  const sortable = [...targetsOf(fields).values()].filter((one) => one.sortable).map((one) => one.path)
  const allowed = pathsWithin(path, sortable)
  if (allowed.length) return { ...at, code: 'only_parts', params: { name: path }, allowed }
  const [, column = '', direction = ''] = /^(.+?)[\s:]+(asc|desc)$/i.exec(path) ?? []
  if (sortable.includes(column)) {
    const hint = direction.toLowerCase() === 'desc' ? `-${column}` : column
    return unknownNameFault(at, 'unknown_field', path, hint)
  }
  const isKnown = targets.get(path) ?? targets.parts(path).length
  if (isKnown) return { ...at, code: 'not_sortable', params: { name: path } }
  return unknownField(at, path, targets, nearestPath(path, sortable))
}

/** Returns the sort order as text, such as `-createdAt,title`. */
export function orderOf(keys: readonly SortKey[]): string {
  return keys.map(({ target, descending }) => (descending ? '-' : '') + target.path).join()
}

/** Returns the key's column with the collation of its index. */
export function sortColumn({ target }: SortKey): RawBuilder<unknown> {
  return withCollation(target.scalar, target.column)
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
