import type { EntityType } from '../../entities/catalogue.ts'
import { pointerOf } from '../../errors/json-pointer.ts'
import { nearest } from '../../errors/nearest.ts'
import type { Fault } from '../../errors/problem.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import { mapIds, namedIds } from '../../fields/named-ids.ts'
import { isObject } from '../../fields/value.ts'
import type { OperationName } from './operations.ts'

/** An operation of a batch as it is in the request. */
export interface BatchOperation {
  op: OperationName
  type?: string
  as?: string
  id?: number | Reference
  external?: { source: string; key: string }
  ifMatch?: string | number
  data?: Record<string, unknown>
}

/** A reference to the record of an earlier operation of the same batch, by the name from its `as`. */
export interface Reference {
  $ref: string
}

/** Returns whether a value is a reference to the record of another operation. */
export function isReference(value: unknown): value is Reference {
  return isObject(value) && Object.hasOwn(value, '$ref')
}

/** A reference with its place in the operation and the record type expected there. */
export interface PlacedReference {
  name: unknown
  /** Other keys of the reference object. None is allowed. */
  more: readonly string[]
  at: readonly (string | number)[]
  to: string
}

/** Returns every reference of an operation: its `id`, and ids in fields that point to records. */
export function referencesIn({ id, data = {} }: BatchOperation, type: EntityType): PlacedReference[] {
  const named = pointingValues(type, data).flatMap(({ field, value, at: start }) =>
    namedIds(value).map(({ id, at, type = field.settings.type }) => ({
      ...{ id, at: ['data', ...start, ...at] },
      to: String(type),
    })),
  )
  return [{ id: id as unknown, at: ['id'], to: type.code }, ...named].flatMap(({ id, at, to }) =>
    isReference(id) ? [{ name: id.$ref, more: Object.keys(id).filter((key) => key !== '$ref'), at, to }] : [],
  )
}

/** Returns the values of a body that point to records, each with its place. */
export function pointingValues(type: EntityType, data: Record<string, unknown>) {
  const own = isObject(data.userFields) ? data.userFields : {}
  return type.fields.flatMap((field) => {
    const isSystem = field.userFieldId === null
    const body = isSystem ? data : own
    if (kindOf(field).pointsTo !== 'record' || !Object.hasOwn(body, field.code)) return []
    return [{ field, value: body[field.code], at: [...(isSystem ? [] : ['userFields']), field.code] }]
  })
}

/** Returns the body with every reference replaced by the id of its record. */
export function resolvedData(
  data: Record<string, unknown>,
  type: EntityType,
  ids: ReadonlyMap<string, number>,
): Record<string, unknown> {
  const resolved = pointingValues(type, data).map(({ field, value }) => ({
    isSystem: field.userFieldId === null,
    entry: [field.code, mapIds(value, (id) => resolvedId(id, ids))] as const,
  }))
  const entries = (system: boolean) =>
    Object.fromEntries(resolved.filter(({ isSystem }) => isSystem === system).map(({ entry }) => entry))
  const own = entries(false)
  return {
    ...data,
    ...entries(true),
    ...(Object.keys(own).length && { userFields: { ...(data.userFields as object), ...own } }),
  }
}

/** Returns the id of a reference's record. Returns other values unchanged. */
export function resolvedId(id: unknown, ids: ReadonlyMap<string, number>): unknown {
  return isReference(id) ? (ids.get(id.$ref) ?? id) : id
}

/** An operation with its record type and its references. */
export interface OperationWithReferences {
  operation: BatchOperation
  type: EntityType
  references: readonly PlacedReference[]
}

/** Returns the faults of names and references. A reference must name an earlier operation with the expected type. */
export function referenceFaults(all: readonly (OperationWithReferences | undefined)[]): Fault[] {
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
  all: readonly (OperationWithReferences | undefined)[],
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

/** Returns whether the references of one operation lead to another operation, directly or through others. */
function leadsTo(
  from: number,
  to: number,
  all: readonly (OperationWithReferences | undefined)[],
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
