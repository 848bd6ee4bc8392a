import type { Change } from '../../entities/change.ts'
import type { Field } from '../../fields/field.ts'
import type { Communication } from '../../fields/kinds/communication-kinds.ts'
import { isInRows, kindOf } from '../../fields/kinds/kinds.ts'
import { isNothing, isObject, type Value } from '../../fields/value.ts'

/** Returns a body with the given values of a new record that are filled. Undefined leaves a field out. */
export function bodyOf({ type, after, given }: Change, inputFor: (field: Field, value: Value) => unknown) {
  const [body, userFields]: Record<string, unknown>[] = [{}, {}]
  for (const field of type.fields) {
    const value = after.get(field.key) ?? null
    if (!given.has(field.key) || isNothing(value)) continue
    const input = inputFor(field, value)
    if (input !== undefined) (field.userFieldId === null ? body! : userFields!)[field.code] = input
  }
  return { ...body, ...(Object.keys(userFields!).length && { userFields }) }
}

/** Returns a value as it is given in a body. */
export function given(field: Field, value: Value): unknown {
  return Array.isArray(value) ? value.map((item) => inputOf(field, item)) : value
}

/** Returns an item of a list as it is given in a body. New items have no id yet, and one link is primary already. */
export function inputOf(field: Field, item: Value): unknown {
  if (isInRows(field, 'communication')) {
    const { kind, value } = item as Communication
    return { kind, value }
  }
  return kindOf(field).rows === 'link' && isObject(item) && 'primary' in item ? { id: item.id } : item
}

/** Returns the change of a list that adds the items it lacks. Undefined if it has them all. */
export function missingItems(field: Field, present: readonly Value[], value: readonly Value[]): object | undefined {
  const known = new Set(present.map((item) => keyOf(field, item)))
  const missing = value.filter((item) => !known.has(keyOf(field, item)))
  return missing.length ? { add: missing.map((item) => inputOf(field, item)) } : undefined
}

/** Returns what makes an item of a list the same. */
function keyOf(field: Field, item: Value): string {
  if (isInRows(field, 'communication')) return (item as Communication).normalized
  return JSON.stringify(inputOf(field, item))
}
