import { pointerTo } from '../../entities/change.ts'
import { isWithin, keysOf } from '../../errors/json-pointer.ts'
import type { Labels } from '../../errors/language.ts'
import type { Fault } from '../../errors/problem.ts'
import type { Field, FieldsByPath } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { isObject } from '../../fields/value.ts'

/** A value with the name of its source column. */
export interface Sourced {
  value: unknown
  column: string
}

/** The values of a row for one field. */
export type Given = { value: Sourced } | { parts: Map<string, Sourced> } | { items: Sourced[] }

/** The values of a row that a fault is about, and the label of the part that they lack. */
export interface FaultSource {
  field?: Field
  sources?: Sourced[]
  column?: string
  missing?: Labels
}

/** Returns the parts of a value that mean nothing without another one, and the label of that one. */
export function incomplete(
  field: Field,
  parts: ReadonlyMap<string, Sourced>,
  { inner, params }: { inner: string; params: Fault['params'] },
): FaultSource {
  const filled = [...parts].filter(([name, { value }]) => value !== null && (params?.of ?? name) === name)
  const columns = kindOf(field).csv(field, 'raw')
  const missing = columns.find(({ into }) => typeof into === 'object' && into.part === inner)?.label
  return { sources: filled.map(([, source]) => source), ...(missing && { missing }) }
}

/** Returns a fault with the label and the code of its field. */
export function withField(fault: Fault, fields: FieldsByPath): Fault {
  const { code, pointer = '' } = fault
  // A record lacks any one of several fields.
  if (code === 'identity_required') return fault
  const found = [...fields.values()].find((one) => isWithin(pointer, pointerTo(one)))
  // A record that is created together with this one has fields of its own.
  const path = found?.path ?? keysOf(pointer).join('.')
  const named = (label?: string) => (label === undefined ? path : `${label} (${path})`)
  return { ...fault, params: { ...fault.params, field: { en: named(found?.label.en), ru: named(found?.label.ru) } } }
}

/** Returns whether a record without a value in this field can be saved. */
export function canBeEmpty({ notNull, required }: Field): boolean {
  return !notNull && !required
}

/** Returns the values of a field with their columns. */
export function sourcesIn(given: Given): Sourced[] {
  if ('value' in given) return [given.value]
  return 'items' in given ? given.items : [...given.parts.values()]
}

/** Returns the items without repeats: two columns can name the same record. */
export function withoutRepeats(items: readonly Sourced[]): Sourced[] {
  return [...new Map(items.map((item) => [JSON.stringify(item.value), item])).values()]
}

/** Returns the value of a field in a JSON body. */
export function plain(given: Given): unknown {
  if ('value' in given) return given.value.value
  if ('items' in given) return given.items.map(({ value }) => value)
  const parts = [...given.parts].map(([name, { value }]) => [name, value] as const)
  // If all cells are empty, there is no value, rather than a value without parts.
  return parts.every(([, value]) => value === null) ? null : Object.fromEntries(parts)
}

/** Returns whether a value is the external key that a fault names. */
export function isKey({ value }: Sourced, params: Fault['params']): boolean {
  if (!isObject(value)) return false
  const { source, key } = value
  return source === params?.source && String(key).trim() === params?.key
}
