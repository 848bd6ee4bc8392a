import { type RawBuilder, sql } from 'kysely'
import type { FieldsByPath } from '../fields/field.ts'
import type { Target } from '../fields/kind.ts'
import { collated } from '../fields/scalar.ts'
import { type Targets, targetsOf } from '../filters/resolve.ts'
import { nearest } from '../http/nearest.ts'
import { type Fault, invalid } from '../http/problem.ts'

/** One key of an order. */
export interface SortKey {
  target: Target
  descending: boolean
}

/** Most fields that a list may be sorted by. */
export const mostSortKeys = 5

/** Newest first. */
export const defaultSort = '-id'

/** Reads `-createdAt,title`; ties go by id, in the direction of the last key. Throws all faults at once. */
export function readSort(
  text: string,
  named: { fields: FieldsByPath; targets: Targets },
  at: Pick<Fault, 'pointer' | 'parameter'>,
): SortKey[] {
  const targets = targetsOf(named.fields)
  const faults: Fault[] = []
  const keys = text.split(',').flatMap((part) => {
    const path = part.trim().replace(/^-/, '')
    const target = targets.get(path)
    if (target?.sortable) return [{ target, descending: part.trim().startsWith('-') }]
    const sortable = [...targets.values()].filter((one) => one.sortable).map((one) => one.path)
    const hint = nearest(path, sortable)
    faults.push(
      target || named.targets.get(path)
        ? { ...at, code: 'not_sortable', params: { name: path } }
        : { ...at, code: 'unknown_field', params: { name: path }, ...(hint && { hint }) },
    )
    return []
  })
  const repeated = keys.find(({ target }, index) => keys.findIndex((key) => key.target === target) < index)
  if (repeated) faults.push({ ...at, code: 'duplicate_value' })
  if (keys.length > mostSortKeys) faults.push({ ...at, code: 'too_many', params: { limit: mostSortKeys } })
  if (faults.length) throw invalid(faults)
  if (keys.some(({ target }) => target.path === 'id'))
    return keys.slice(0, keys.findIndex(({ target }) => target.path === 'id') + 1)
  // Under a grant that hides nothing of the system, and every other, the id is there: it cannot be hidden.
  return [...keys, { target: targets.get('id')!, descending: keys.at(-1)?.descending ?? true }]
}

/** The key's column in the collation of its index. */
export function sortColumn({ target }: SortKey): RawBuilder<unknown> {
  return collated(target.scalar, target.column)
}

/** The column and direction of a key; empty values last, or first when the list is read backwards. */
export function sortSql(key: SortKey, backwards: boolean): RawBuilder<unknown> {
  const direction = key.descending === backwards ? sql`asc` : sql`desc`
  // Said only where it matters: otherwise an index that lies the other way round would not fit.
  const empty = isNullable(key) ? (backwards ? sql` nulls first` : sql` nulls last`) : sql``
  return sql`${sortColumn(key)} ${direction}${empty}`
}

/** Whether some records may have nothing there. */
export function isNullable({ target }: SortKey): boolean {
  return !target.field.notNull
}
