import { bodyOf, given, inputOf, missingItems } from '../../duplicates/on-entry/body-of-change.ts'
import type { Change, PresentRecord } from '../../entities/change.ts'
import { isInRows } from '../../fields/kinds/kinds.ts'
import { isNothing, type Value } from '../../fields/value.ts'
import type { ImportRow } from './row.ts'

/**
 * Returns the body that replaces the values of a record by the filled cells of a row. Default values of the import
 * replace nothing. External ids are added.
 */
export function replacingInput(change: Change, row: ImportRow): Record<string, unknown> {
  return bodyOf(change, (field, value) => {
    if (isNothing(row.valueOf(field) as Value)) return undefined
    if (!isInRows(field, 'external_id')) return given(field, value)
    return { add: (value as Value[]).map((item) => inputOf(field, item)) }
  })
}

/** Returns the body with all values of a new record that are given. */
export function filledInput(change: Change): Record<string, unknown> {
  return bodyOf(change, given)
}

/** Returns the body that fills the empty values of a record from a row, and adds the items that its lists lack. */
export function mergingInput(change: Change, { state }: PresentRecord): Record<string, unknown> {
  return bodyOf(change, (field, value) => {
    const present = state.get(field.key)
    if (isNothing(present)) return given(field, value)
    return Array.isArray(present) && Array.isArray(value) ? missingItems(field, present, value) : undefined
  })
}
