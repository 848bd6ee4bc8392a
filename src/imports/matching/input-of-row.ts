import type { Change, PresentRecord } from '../../entities/change.ts'
import type { Field } from '../../fields/field.ts'
import type { Communication } from '../../fields/kinds/communication-kinds.ts'
import { isInRows, kindOf } from '../../fields/kinds/kinds.ts'
import { isNothing, isObject, type Value } from '../../fields/value.ts'
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
    if (!Array.isArray(present) || !Array.isArray(value)) return undefined
    const known = new Set(present.map((item) => keyOf(field, item)))
    const missing = value.filter((item) => !known.has(keyOf(field, item)))
    return missing.length ? { add: missing.map((item) => inputOf(field, item)) } : undefined
  })
}

/** Returns a body with the filled values of a row. Undefined leaves a field out. */
function bodyOf({ type, after, given }: Change, inputFor: (field: Field, value: Value) => unknown) {
  const [body, userFields]: Record<string, unknown>[] = [{}, {}]
  for (const field of type.fields) {
    const value = after.get(field.key) ?? null
    if (!given.has(field.key) || isNothing(value)) continue
    const input = inputFor(field, value)
    if (input !== undefined) (field.userFieldId === null ? body! : userFields!)[field.code] = input
  }
  return { ...body, ...(Object.keys(userFields!).length && { userFields }) }
}

function given(field: Field, value: Value): unknown {
  return Array.isArray(value) ? value.map((item) => inputOf(field, item)) : value
}

/** Returns an item of a list as it is given in a body. New items have no id yet, and one link is primary already. */
function inputOf(field: Field, item: Value): unknown {
  if (isInRows(field, 'communication')) {
    const { kind, value } = item as Communication
    return { kind, value }
  }
  return kindOf(field).rows === 'link' && isObject(item) && 'primary' in item ? { id: item.id } : item
}

/** Returns what makes an item of a list the same. */
function keyOf(field: Field, item: Value): string {
  if (isInRows(field, 'communication')) return (item as Communication).normalized
  return JSON.stringify(inputOf(field, item))
}
