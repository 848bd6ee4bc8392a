import type { EntityType } from '../../entities/catalogue.ts'
import { pointerOf } from '../../errors/json-pointer.ts'
import { nearest } from '../../errors/nearest.ts'
import type { Fault } from '../../errors/problem.ts'
import type { Field } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { mapIds, namedIds } from '../../fields/named-ids.ts'
import { isObject } from '../../fields/value.ts'
import type { OperationName } from './operations.ts'

/** An operation of a batch as it is asked for. */
export interface BatchOperation {
  op: OperationName
  type?: string
  as?: string
  id?: number | Reference
  external?: { source: string; key: string }
  ifMatch?: string | number
  data?: Record<string, unknown>
}

/** The record of an earlier operation of the same batch, by the name it was given there. */
export interface Reference {
  $ref: string
}

/** Whether this stands for the record of another operation. */
export function isReference(value: unknown): value is Reference {
  return isObject(value) && Object.hasOwn(value, '$ref')
}

/** A reference with its place in the operation, and the type of record that belongs there. */
export interface PlacedReference {
  name: unknown
  /** What else stands beside the name, which nothing may. */
  more: readonly string[]
  at: readonly (string | number)[]
  to: string
}

/** Every reference of an operation: its id, and the ids in those fields that point at records. */
export function referencesIn({ id, data = {} }: BatchOperation, type: EntityType): PlacedReference[] {
  const named = pointingFields(type, data).flatMap(({ code, settings }) =>
    namedIds(data[code]).map(({ id, at }) => ({ id, at: ['data', code, ...at], to: settings.type ?? '' })),
  )
  return [{ id: id as unknown, at: ['id'], to: type.code }, ...named].flatMap(({ id, at, to }) =>
    isReference(id) ? [{ name: id.$ref, more: Object.keys(id).filter((key) => key !== '$ref'), at, to }] : [],
  )
}

/** The fields of a body that point at records. */
export function pointingFields(type: EntityType, data: Record<string, unknown>): Field[] {
  return type.fields.filter(
    (field) => field.userFieldId === null && kindOf(field).pointsTo === 'record' && Object.hasOwn(data, field.code),
  )
}

/** The body with every reference replaced by the id that the operation of that name got. */
export function resolvedData(
  data: Record<string, unknown>,
  type: EntityType,
  ids: ReadonlyMap<string, number>,
): Record<string, unknown> {
  const fields = pointingFields(type, data)
  return {
    ...data,
    ...Object.fromEntries(fields.map(({ code }) => [code, mapIds(data[code], (id) => resolvedId(id, ids))])),
  }
}

/** An id, or the one that stands behind a reference. */
export function resolvedId(id: unknown, ids: ReadonlyMap<string, number>): unknown {
  return isReference(id) ? (ids.get(id.$ref) ?? id) : id
}

/** An operation with the type it is about and what it refers to. */
export interface Referring {
  operation: BatchOperation
  type: EntityType
  references: readonly PlacedReference[]
}

/** The faults of names and references: each must name an earlier operation, whose record fits the place. */
export function referenceFaults(all: readonly (Referring | undefined)[]): Fault[] {
  const places = new Map<string, number>()
  const faults: Fault[] = []
  for (const [index, one] of all.entries()) {
    const name = one?.operation.as
    if (name === undefined) continue
    if (places.has(name)) faults.push({ pointer: pointerOf(['operations', index, 'as']), code: 'duplicate_value' })
    else places.set(name, index)
  }
  for (const [index, one] of all.entries()) {
    for (const { name, more, at, to } of one?.references ?? []) {
      const pointer = pointerOf(['operations', index, ...at])
      const fault = faultOf({ name, to }, index, all, places)
      if (fault) faults.push({ pointer, ...fault })
      for (const key of more) {
        faults.push({ pointer: `${pointer}${pointerOf([key])}`, code: 'unknown_field', allowed: ['$ref'] })
      }
    }
  }
  return faults
}

function faultOf(
  { name, to }: Pick<PlacedReference, 'name' | 'to'>,
  index: number,
  all: readonly (Referring | undefined)[],
  places: ReadonlyMap<string, number>,
): Pick<Fault, 'code' | 'params' | 'hint'> | undefined {
  if (typeof name !== 'string') return { code: 'invalid_type', params: { expected: 'string' } }
  const target = places.get(name)
  if (target === undefined) {
    const hint = nearest(name, places.keys())
    return { code: 'unknown_reference', params: { name }, ...(hint && { hint }) }
  }
  if (target >= index) {
    return leadsTo(target, index, all, places) ? { code: 'circular' } : { code: 'forward_reference', params: { name } }
  }
  const { type, operation } = all[target] ?? {}
  if (!type || (type.code === to && operation?.op !== 'delete')) return
  return { code: 'reference_mismatch', params: { name, type: to } }
}

/** Whether following references from one operation leads to another one. */
function leadsTo(
  from: number,
  to: number,
  all: readonly (Referring | undefined)[],
  places: ReadonlyMap<string, number>,
): boolean {
  const seen = new Set<number>()
  const next = [from]
  for (let place = next.pop(); place !== undefined; place = next.pop()) {
    if (place === to) return true
    if (seen.has(place)) continue
    seen.add(place)
    for (const { name } of all[place]?.references ?? []) next.push(places.get(String(name)) ?? to + all.length)
  }
  return false
}
