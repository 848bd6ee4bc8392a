import { type Change, type PresentRecord, pointerTo, type State } from '../../entities/change.ts'
import { isWithin, pointerOf } from '../../errors/json-pointer.ts'
import { nearest } from '../../errors/nearest.ts'
import { type Fault, FaultList, maxFaults } from '../../errors/problem.ts'
import type { Field, FieldsByPath } from '../../fields/field.ts'
import { kindOf } from '../../fields/kinds/kinds.ts'
import type { Context } from '../../fields/value.ts'
import { isObject, type Value } from '../../fields/value.ts'
import type { Grant } from '../../rights/grant.ts'
import { defaultOf } from './defaults.ts'

/** Returns the maximum number of faults reported for each body, given the number of bodies in the request. */
export function faultsPerItem(items: number): number {
  return Math.min(maxFaults, Math.max(5, Math.floor((10 * maxFaults) / items)))
}

/** Reads a JSON body over the present record, or over the defaults of a new one. The change lists every fault. */
export function readInput(
  grant: Grant,
  input: unknown,
  context: Context,
  { present, most = maxFaults }: { present?: PresentRecord | undefined; most?: number } = {},
): Change {
  const { type } = grant
  const before = present?.state ?? null
  const faults = new FaultList(most)
  const after: State = new Map(
    type.fields.map((field) => [field.key, before?.get(field.key) ?? kindOf(field).empty(field)]),
  )
  const given = new Map<string, unknown>()
  for (const { field, value } of members(grant, input, faults)) {
    given.set(field.key, value)
    const unseen = present?.unseen[field.key]
    const place = { field, context, pointer: pointerTo(field), faults, ...(unseen && { unseen }) }
    // Connectors send an empty string when they have no value.
    const read = kindOf(field).read(value === '' ? null : value, place, after.get(field.key) ?? null)
    if (read === null && (field.required || field.notNull)) faults.push({ pointer: place.pointer, code: 'required' })
    else if (read !== undefined) after.set(field.key, read)
  }
  const change: Change = { type, context, id: present?.id ?? 0, before, after, given, faults }
  if (!before) fillDefaults(change, grant)
  if (isObject(input)) checkRequired(change, grant)
  return change
}

/** Returns the fields that a body names, with their values. An unknown or read-only name is a fault. */
function members(grant: Grant, input: unknown, faults: FaultList): { field: Field; value: unknown }[] {
  if (!isObject(input)) {
    faults.push({ pointer: '', code: 'invalid_type', params: { expected: 'object' } })
    return []
  }
  const { userFields, ...system } = input
  const own = isObject(userFields) ? Object.entries(userFields) : []
  const found = [
    ...Object.entries(system).map(([code, value]) => ({ at: [code], value })),
    ...own.map(([code, value]) => ({ at: ['userFields', code], value })),
  ]
  if (userFields !== undefined && !isObject(userFields)) {
    faults.push({ pointer: '/userFields', code: 'invalid_type', params: { expected: 'object' } })
  }
  return found.flatMap(({ at, value }) => {
    const field = memberOf(grant.writable, at)
    if (field) return [{ field, value }]
    if (!faults.isFull) faults.push(unknownMember(grant, at))
    return []
  })
}

/** Returns the field at these keys of a body. A key with a dot, such as `userFields.city`, matches no field. */
function memberOf(fields: FieldsByPath, at: readonly string[]): Field | undefined {
  const field = fields.get(at.join('.'))
  return field && pointerTo(field) === pointerOf(at) ? field : undefined
}

function unknownMember({ readable, writable }: Grant, at: readonly string[]): Fault {
  const [pointer, path] = [pointerOf(at), at.join('.')]
  if (memberOf(readable, at)) return { pointer, code: 'read_only' }
  const hint = nearest(path, writable.keys())
  return { pointer, code: 'unknown_field', ...(hint && { hint }) }
}

function fillDefaults({ after, given, context, type }: Change, grant: Grant): void {
  for (const field of type.fields) {
    if (given.has(field.key)) continue
    const value = defaultOf(field, context, grant.userId)
    if (value !== undefined) after.set(field.key, value)
  }
}

/** Adds a fault for each required field that is empty in a new record, or that a change clears. */
export function checkRequired({ type, before, after, given, faults }: Change, grant: Grant): void {
  for (const field of grant.writable.values()) {
    const missing = field.required && isNothing(after.get(field.key)) && (!before || given.has(field.key))
    const pointer = pointerTo(field)
    if (missing && !faults.some((fault) => fault.pointer?.startsWith(pointer)))
      faults.push({ pointer, code: 'required' })
  }
  const names = type.nameFields ?? []
  // A single name field is already checked as a required field.
  const isFaulty = (key: string) => faults.some(({ pointer = '' }) => isWithin(pointer, `/${key}`))
  if (names.length < 2 || names.some((key) => !isNothing(after.get(key)) || isFaulty(key))) return
  faults.push({ pointer: `/${names[0]}`, code: 'identity_required' })
}

function isNothing(value: Value | undefined): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0)
}
