import { type Change, type PresentRecord, pointerTo, type State } from '../../entities/change.ts'
import { isWithin, pointerOf } from '../../errors/json-pointer.ts'
import { type Fault, FaultList, maxFaults } from '../../errors/problem.ts'
import type { Field } from '../../fields/field.ts'
import { nearestPath } from '../../fields/paths.ts'
import { type Context, isNothing, isObject, same, type Value } from '../../fields/value.ts'
import type { Grant } from '../../rights/grant.ts'
import { shownBeside } from '../list/sent-back.ts'
import { defaultOf } from './defaults.ts'
import { type Form, formOf, type Member } from './input-form.ts'

/** Returns the maximum number of faults reported for each body, given the number of bodies in the request. */
export function faultsPerItem(items: number): number {
  return Math.min(maxFaults, Math.max(5, Math.floor((10 * maxFaults) / items)))
}

/** How a body is read. */
interface InputReading {
  /** The record that is changed. */
  present?: PresentRecord | undefined
  /** Whether a form may send back the read-only values of this record. Default: true. A body for many records has none. */
  sendsBack?: boolean
  /** Maximum number of faults. */
  most?: number
}

/** Reads a JSON body over the present record, or over the defaults of a new one. The change lists every fault. */
export function readInput(
  grant: Grant,
  input: unknown,
  context: Context,
  { present, sendsBack = true, most = maxFaults }: InputReading = {},
): Change {
  const form = formOf(grant)
  const before = present?.state ?? null
  const faults = new FaultList(most)
  const after: State = new Map(before ?? form.empty)
  const given = new Map<string, unknown>()
  const change = {
    type: grant.type,
    context,
    id: present?.id ?? 0,
    before,
    after,
    given,
    faults,
    writable: grant.writable,
  }
  if (isObject(input)) {
    const own = isObject(input.userFields) ? input.userFields : {}
    refuseUnknown(form, grant, input, { faults, present: sendsBack ? present : undefined })
    for (const code in input) readMember(change, form.system.get(code), input[code], present)
    for (const code in own) readMember(change, form.own.get(code), own[code], present)
  } else faults.push({ pointer: '', code: 'invalid_type', params: { expected: 'object' } })
  if (!before) fillDefaults(change, form, grant)
  if (isObject(input)) checkRequired(change, grant)
  return change
}

/** Reads the value of one more field into the change of a new record. */
export function readField(change: Change, grant: Grant, field: Field, value: unknown): void {
  const given = new Map(change.given)
  change.given = given
  const { system, own } = formOf(grant)
  const members = field.userFieldId === null ? system : own
  readMember({ ...change, given }, members.get(field.code), value, undefined)
}

function readMember(
  { context, faults, after, given }: Change & { given: Map<string, unknown> },
  member: Member | undefined,
  value: unknown,
  present: PresentRecord | undefined,
): void {
  if (!member) return
  const { field, pointer, read } = member
  given.set(field.key, value)
  const unseen = present?.unseen[field.key]
  // A stored value stays valid when the settings of its field change.
  if (present && !unseen?.length && isKept(value, present.state.get(field.key))) return
  const place = { field, context, pointer, faults, ...(unseen && { unseen }) }
  // Connectors send an empty string when they have no value.
  const found = read(value === '' ? null : value, place, after.get(field.key) ?? null)
  if (found === null && (field.required || field.notNull)) faults.push({ pointer, code: 'required' })
  else if (found !== undefined) after.set(field.key, found)
}

function isKept(value: unknown, before: Value | undefined): boolean {
  return !isNothing(before) && same(value as Value, before)
}

/** Adds a fault for each unknown name, and for each read-only one unless its value is the present one. */
function refuseUnknown(
  form: Form,
  grant: Grant,
  input: Record<string, unknown>,
  { faults, present }: { faults: FaultList; present: PresentRecord | undefined },
): void {
  const { userFields } = input
  const own = isObject(userFields) ? userFields : {}
  if (userFields !== undefined && !isObject(userFields)) {
    faults.push({ pointer: '/userFields', code: 'invalid_type', params: { expected: 'object' } })
  }
  const refuse = (at: readonly string[], value: unknown) => {
    if (!faults.isFull && !isSentBack(grant, at, value, present)) faults.push(unknownMember(grant, at))
  }
  for (const code in input) if (code !== 'userFields' && !form.system.has(code)) refuse([code], input[code])
  for (const code in own) if (!form.own.has(code)) refuse(['userFields', code], own[code])
}

/** Returns whether a form sends back what it got in the record. `expanded` is checked later, with all changes. */
function isSentBack(grant: Grant, at: readonly string[], value: unknown, present: PresentRecord | undefined): boolean {
  if (!present) return false
  const [name = ''] = at
  if (shownBeside.has(name)) return name === 'expanded' || value === present.id
  const field = readableAt(grant, at)
  return field !== undefined && same(value as Value, present.state.get(field.key) ?? null)
}

function readableAt({ readable }: Grant, at: readonly string[]): Field | undefined {
  const field = readable.get(at.join('.'))
  // A key with a dot, such as `userFields.city`, is no field.
  return field && pointerTo(field) === pointerOf(at) ? field : undefined
}

function unknownMember(grant: Grant, at: readonly string[]): Fault {
  const [pointer, path] = [pointerOf(at), at.join('.')]
  if (readableAt(grant, at) || shownBeside.has(pointer.slice(1))) return { pointer, code: 'read_only' }
  const hint = nestedIn(grant, at) ?? nearestPath(path, grant.writable.keys())
  // A system field among the user fields has the same name as the right one.
  const params = hint === at.at(-1) ? { params: { name: path } } : {}
  return { pointer, code: 'unknown_field', ...params, ...(hint && { hint }) }
}

/** Returns how a key with dots, such as `userFields.city` or `address.city`, is written. Undefined for other keys. */
function nestedIn({ writable }: Grant, at: readonly string[]): string | undefined {
  const names = at.join('.').slice(0, 200).split('.')
  const isKnown = writable.has(names.join('.')) || writable.has(names[0] ?? '')
  if (names.length === at.length || !isKnown) return undefined
  return names.reduceRight((inner, name) => `{"${name}": ${inner}}`, '…')
}

function fillDefaults({ after, given, context }: Change, { defaults }: Form, { userId }: Grant): void {
  for (const field of defaults) {
    if (given.has(field.key)) continue
    const value = defaultOf(field, context, userId)
    if (value !== undefined) after.set(field.key, value)
  }
}

/** Adds a fault for each required field that is empty in a new record, or that a change clears. */
export function checkRequired({ type, before, after, given, faults }: Change, grant: Grant): void {
  for (const { field, pointer } of formOf(grant).required) {
    const isMissing = isNothing(after.get(field.key)) && (!before || given.has(field.key))
    if (isMissing && !faults.some((fault) => fault.pointer?.startsWith(pointer)))
      faults.push({ pointer, code: 'required' })
  }
  const names = type.nameFields ?? []
  // A single name field is already checked as a required field.
  const isFaulty = (key: string) => faults.some(({ pointer = '' }) => isWithin(pointer, `/${key}`))
  if (names.length < 2 || names.some((key) => !isNothing(after.get(key)) || isFaulty(key))) return
  faults.push({ pointer: `/${names[0]}`, code: 'identity_required' })
}
